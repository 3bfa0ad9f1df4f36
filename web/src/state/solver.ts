/** Keeps results up with the draft: the chosen year while a slider moves, all years when it rests; the latest wins. */

import { batch, effect, signal, untracked } from "@preact/signals";
import { ApiError, isAbort, json, lines, sentence } from "../api/client";
import type { MapDocument, ScenarioBody, StreamLine, YearValues } from "../api/types";

const REST = 140; // ms without a change before all years are asked for
const KEPT = 24; // scenarios whose results are kept

/** A request we gave up may reach the server after the one that followed it, and take its place: that one is asked again. */
const OVERTAKEN = "superseded";
const isOvertaken = (error: unknown): boolean => error instanceof ApiError && error.body.kind === OVERTAKEN;

/** Results of one scenario, as far as they are here. */
export interface Results {
  of: string;
  regions: string[];
  years: ReadonlyMap<number, YearValues>;
  notes: string[];
  complete: boolean;
  /** when the reader asked for this scenario, ms as of performance.now() */
  asked: number;
}

export interface Solver {
  /** what is shown: the newest results, perhaps of a slightly older scenario while a slider moves */
  results: { readonly value: Results | null };
  busy: { readonly value: boolean };
  problem: { readonly value: string | null };
  /** the scenario whose results are all here */
  settled: { readonly value: ScenarioBody | null };
  dispose(): void;
}

/** Follow a scenario and a year with results from the server. */
export function follow(name: string, scenario: () => ScenarioBody | null, year: () => number): Solver {
  const results = signal<Results | null>(null);
  const busy = signal(false);
  const problem = signal<string | null>(null);
  const settled = signal<ScenarioBody | null>(null);
  const kept = new Map<string, Results>();
  let wanted: { body: ScenarioBody; id: string; year: number; asked: number } | null = null;
  let flight: AbortController | null = null;
  let streaming = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (next: Results): void => {
    results.value = next;
    if (!next.complete) return;
    kept.delete(next.of);
    kept.set(next.of, next);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
  };

  const here = (): boolean => results.value?.complete === true && results.value.of === wanted?.id;

  /** What reads the settled scenario asks for tables and exact runs: never while a slider moves. */
  const settle = (): void => {
    if (wanted && here()) settled.value = wanted.body;
  };

  /** The chosen year, one request at a time: as fast as the server answers, never faster. */
  const quick = async (): Promise<void> => {
    while (wanted && !flight) {
      const now = wanted;
      if (here()) return;
      flight = new AbortController();
      try {
        const found = await json<MapDocument>(`/api/solve?detail=map&year=${now.year}`, {
          body: now.body,
          signal: flight.signal,
          client: name,
        });
        batch(() => {
          problem.value = null;
          const before = results.value?.of === now.id ? results.value.years : new Map<number, YearValues>();
          const all = new Map([...before, ...found.years.map((one): [number, YearValues] => [one.year, one])]);
          show({
            of: now.id,
            regions: found.regions,
            years: all,
            notes: found.notes,
            complete: found.complete,
            asked: now.asked,
          });
        });
      } catch (error) {
        if (isOvertaken(error)) {
          flight = null;
          continue;
        }
        if (!isAbort(error) && wanted === now) fail(error);
      }
      flight = null;
      if (wanted === now) {
        if (!problem.value) schedule();
        else busy.value = false;
        return;
      }
    }
  };

  const schedule = (): void => {
    clearTimeout(timer);
    if (here()) busy.value = false;
    timer = setTimeout(() => (here() ? settle() : void all()), REST);
  };

  /** All years, each painted as its line arrives. */
  const all = async (): Promise<void> => {
    const now = wanted;
    if (!now || flight) return;
    flight = new AbortController();
    streaming = true;
    let overtaken = false;
    try {
      await lines<StreamLine>(
        `/api/years?year=${now.year}`,
        { body: now.body, signal: flight.signal, client: name },
        (line) => {
          if (wanted !== now) return;
          const before = results.value as Results;
          if (line.kind === "error") {
            overtaken = line.error?.kind === OVERTAKEN;
            if (!overtaken) fail(new Error(line.error?.message));
          }
          if (line.kind === "year" && line.year) {
            show({ ...before, years: new Map([...before.years, [line.year.year, line.year]]), complete: false });
          }
          if (line.kind === "done") show({ ...before, notes: line.notes ?? before.notes, complete: true });
        },
      );
    } catch (error) {
      if (!isAbort(error) && wanted === now) fail(error);
    }
    flight = null;
    streaming = false;
    if (wanted !== now) void quick();
    else if (overtaken) schedule();
    else {
      busy.value = false;
      settle();
    }
  };

  const fail = (error: unknown): void => {
    batch(() => {
      problem.value = sentence(error);
      busy.value = false;
    });
  };

  const stop = effect(() => {
    const body = scenario();
    const at = year();
    if (!body || body.years === undefined) return;
    const id = JSON.stringify(body);
    untracked(() => {
      if (wanted?.id === id) {
        wanted.year = at;
        return;
      }
      wanted = { body, id, year: at, asked: performance.now() };
      clearTimeout(timer);
      const known = kept.get(id);
      if (known) {
        batch(() => {
          problem.value = null;
          busy.value = false;
          show({ ...known, asked: performance.now() });
        });
        flight?.abort();
        schedule();
        return;
      }
      busy.value = true;
      if (streaming)
        flight?.abort(); // results of all years of an older scenario: nobody waits for them
      else void quick();
    });
  });
  return {
    results,
    busy,
    problem,
    settled,
    dispose: () => {
      stop();
      clearTimeout(timer);
      wanted = null;
      flight?.abort();
    },
  };
}
