/** A draft of a scenario: presets, what was changed about them, sliders and own measures; and the scenario it makes. */

import type { Lever, Measure, Preset, ScenarioBody } from "../api/types";

/** Only what differs from the presets and from the resting sliders: what a share link holds. */
export interface Draft {
  presets: string[];
  /** changed fields of a preset's measure by "preset/number"; null takes the measure away */
  edits: Record<string, Record<string, unknown> | null>;
  /** slider positions away from rest, by lever */
  levers: Record<string, number>;
  own: Measure[];
  /** scenario keys chosen by hand: years, horizon, closure, … */
  model: Record<string, unknown>;
  assumptions: Record<string, number>;
}

export const EMPTY: Draft = { presets: [], edits: {}, levers: {}, own: [], model: {}, assumptions: {} };

const NAME = "lab-scenario";
const BLANK_YEARS = "2026";
const WORDS = new Set(["name", "title", "description", "leaves_out", "sources", "measures", "assumptions", "years"]);

/** A preset's measure as the draft has it. */
export interface PresetMeasure {
  key: string;
  preset: string;
  original: Measure;
  current: Measure | null;
}

export interface Compiled {
  scenario: ScenarioBody;
  /** one sentence for each choice on which stacked presets disagree */
  conflicts: string[];
}

export function presetMeasures(draft: Draft, presets: ReadonlyMap<string, Preset>): PresetMeasure[] {
  return draft.presets.flatMap((name) =>
    (presets.get(name)?.scenario.measures ?? []).map((original, n) => {
      const key = `${name}/${n}`;
      const edit = draft.edits[key];
      return { key, preset: name, original, current: edit === null ? null : { ...original, ...edit } };
    }),
  );
}

/** The draft with every slider within its range, and the sliders that were beyond it. */
export function within(draft: Draft, levers: ReadonlyMap<string, Lever>): { draft: Draft; beyond: string[] } {
  const beyond: string[] = [];
  const kept = Object.entries(draft.levers).map(([id, value]): [string, number] => {
    const lever = levers.get(id);
    if (!lever || (value >= lever.low && value <= lever.high)) return [id, value];
    beyond.push(id);
    return [id, Math.min(Math.max(value, lever.low), lever.high)];
  });
  return { draft: beyond.length > 0 ? { ...draft, levers: Object.fromEntries(kept) } : draft, beyond };
}

/** Whether the draft is a preset of the library and nothing else. */
export function untouched(draft: Draft): boolean {
  return draft.presets.length === 1 && changes(draft) === 0;
}

/** How many things differ from the presets. */
export function changes(draft: Draft): number {
  return [draft.edits, draft.levers, draft.own, draft.model, draft.assumptions].reduce(
    (sum, part) => sum + Object.keys(part).length,
    0,
  );
}

/** The scenario a draft makes, as JSON for the server. */
export function compile(
  draft: Draft,
  presets: ReadonlyMap<string, Preset>,
  levers: ReadonlyMap<string, Lever>,
): Compiled {
  const stacked = draft.presets.flatMap((name) => presets.get(name) ?? []);
  if (untouched(draft) && stacked[0]) return { scenario: stacked[0].scenario, conflicts: [] };
  const { keys, conflicts } = mergedKeys(stacked);
  const measures = presetMeasures(draft, presets).flatMap(({ current }) => current ?? []);
  for (const [id, value] of Object.entries(draft.levers)) {
    const lever = levers.get(id);
    if (!lever || value === lever.rest) continue;
    measures.push({ ...lever.measure, [lever.field]: value });
    for (const [key, need] of Object.entries(lever.needs)) if (keys[key] === undefined) keys[key] = need;
  }
  measures.push(...draft.own);
  const assumptions = {
    ...Object.assign({}, ...stacked.map((one) => one.scenario.assumptions ?? {})),
    ...draft.assumptions,
  };
  const scenario: ScenarioBody = {
    ...words(draft, stacked),
    ...keys,
    years: yearsOf(stacked),
    ...draft.model,
    ...(Object.keys(assumptions).length > 0 ? { assumptions } : {}),
    measures,
  };
  if (scenario["closure"] !== "demand") delete scenario["demand"];
  return { scenario, conflicts };
}

function words(
  draft: Draft,
  stacked: readonly Preset[],
): { name: string; title: string; description?: string; leaves_out?: string; sources?: string[] } {
  const first = stacked[0];
  if (!first) return { name: NAME, title: "Your own scenario" };
  const whole = stacked.map((one) => one.title).join(" + ");
  const sources = stacked.flatMap((one) => one.sources);
  return {
    name: stacked.length === 1 ? `${first.name}-changed`.slice(0, 80) : NAME,
    title: changes(draft) > 0 ? `${whole}, changed` : whole,
    description: stacked.map((one) => one.description.trim()).join(" "),
    leaves_out: stacked
      .map((one) => one.leaves_out.trim())
      .filter(Boolean)
      .join(" "),
    ...(sources.length > 0 ? { sources } : {}),
  };
}

function mergedKeys(stacked: readonly Preset[]): { keys: Record<string, unknown>; conflicts: string[] } {
  const keys: Record<string, unknown> = {};
  const from: Record<string, string> = {};
  const conflicts: string[] = [];
  for (const preset of stacked) {
    for (const [key, value] of Object.entries(preset.scenario)) {
      if (WORDS.has(key)) continue;
      if (key in keys && JSON.stringify(keys[key]) !== JSON.stringify(value)) {
        conflicts.push(
          `“${from[key]}” and “${preset.title}” disagree on ${key}; ${String(JSON.stringify(value)).replaceAll('"', "")} is used.`,
        );
      }
      keys[key] = value;
      from[key] = preset.title;
    }
  }
  return { keys, conflicts };
}

/** The span of years that holds those of all presets. */
export function yearsOf(stacked: readonly Preset[]): string {
  const spans = stacked.map((one) => span(one.scenario.years));
  if (spans.length === 0) return BLANK_YEARS;
  const first = Math.min(...spans.map(([from]) => from));
  const last = Math.max(...spans.map(([, to]) => to));
  return first === last ? `${first}` : `${first}-${last}`;
}

/** First and last year of "2025" or "2025-2030". */
export function span(years: string | number): [number, number] {
  const [first, last] = String(years)
    .split("-")
    .map((part) => Number(part.trim()));
  return [first ?? NaN, last === undefined || last === 0 ? (first ?? NaN) : last];
}

/** The last year in which a measure is in force, as the report takes it; the last of all where no measure is. */
export function headlineYear(years: readonly number[], measures: readonly Measure[]): number {
  const last = years[years.length - 1] ?? 0;
  const acting = years.findLast((year) =>
    measures.some((one) => {
      if (one.years === undefined) return true;
      const text = String(one.years).trim();
      const [first, end] = span(text);
      return year >= first && (text.endsWith("-") || year <= end);
    }),
  );
  return acting ?? last;
}

/** A draft that holds a whole scenario as measures of one's own, for a file that was opened. */
export function fromScenario(scenario: ScenarioBody): Draft {
  const model: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(scenario)) {
    if (key !== "measures" && key !== "assumptions") model[key] = value;
  }
  return { ...EMPTY, own: scenario.measures, model, assumptions: scenario.assumptions ?? {} };
}
