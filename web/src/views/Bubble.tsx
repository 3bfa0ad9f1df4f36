/** Bubbles: is a series explosive, when, and how sure; for a file of the reader's or an observed series. */

import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { json, sentence } from "../api/client";
import { fixed, known, listed, short, type Figure } from "../lib/format";
import { inYears, readColumn } from "../lib/readings";
import { PlainTable } from "../parts/PlainTable";
import { Choice } from "../parts/Inputs";
import { Lines, type Series } from "../parts/Lines";
import { FinePrint, StudyForm } from "../parts/StudyForm";
import { useFetched } from "../state/fetched";
import { studyOf } from "../state/study";

interface Episode {
  start: string | number;
  end: string | number;
  peak: string | number;
  observations: number;
  ongoing: boolean;
}

interface Test {
  statistic: number;
  at?: string | number;
  critical: Record<string, Record<string, number>>;
  p_value: Record<string, number>;
}

export interface BubbleDocument {
  series: { name: string; observations: number; index: string; first: string; last: string };
  settings: { min_window: number; lags: number; level: number; replications: Record<string, number> };
  adf: Test;
  sadf: Test;
  gsadf: Test;
  episodes: Episode[];
  episodes_wild_bootstrap: Episode[];
  notes: string[];
  lppls?: { confidence: number; windows: number; critical_time: Record<string, string | number> | null };
}

interface Asked {
  csv: string;
  log: boolean;
  level: string;
  lppls: boolean;
}

interface Listed {
  series: { name: string; title: string; unit: string; by: string[]; source: string }[];
}

const study = studyOf<Asked, BubbleDocument>("bubble");
const csv = signal("");
const origin = signal("");
const log = signal("yes");
const level = signal("0.95");
const lppls = signal("no");

export function Bubble(): JSX.Element {
  const found = study.found.value;
  const typed = readColumn(csv.value);
  return (
    <>
      <h1>Is it a bubble?</h1>
      <p class="lede">
        A price that grows faster the higher it stands is explosive, and no fundamental grows so for long. The test of
        Phillips, Shi and Yu looks for such stretches in every window of a series and dates them. It finds explosive
        growth; it does not say why, nor when it ends.
      </p>
      <section class="panel" aria-labelledby="test">
        <h2 id="test">A series</h2>
        <Source />
        <StudyForm
          study={study}
          action="Test it"
          label="Simulated series"
          body={() => ({
            csv: csv.value,
            log: log.value === "yes" && lppls.value === "no",
            level: level.value,
            lppls: lppls.value === "yes",
          })}
        >
          <Choice
            lead="In logarithms"
            value={log}
            options={{ yes: "yes, a price or a quantity", no: "no, as it is" }}
          />
          <Choice lead="Date stamps at" value={level} options={{ "0.9": "90%", "0.95": "95%", "0.99": "99%" }} />
          <Choice
            lead="Log-periodic fits"
            value={lppls}
            options={{ no: "no", yes: "yes (half a minute more, not in logarithms)" }}
          />
        </StudyForm>
        {typed && !found ? <Picture title={typed.name} rows={typed.rows} episodes={[]} /> : null}
        {found ? <Result asked={found.asked} found={found.document} /> : null}
      </section>
    </>
  );
}

/** Where the numbers come from: an observed series, a file, or what is pasted. */
function Source(): JSX.Element {
  const list = useFetched<Listed>(() => ({ path: "/api/series" }));
  const chosen = useSignal("");
  const problem = useSignal("");
  const take = async (name: string): Promise<void> => {
    chosen.value = name;
    problem.value = "";
    if (!name) return;
    try {
      const one = await json<{ title: string; points: { time: string; value: number; source: string }[] }>(
        `/api/series/${name}`,
      );
      csv.value = `time,${name}\n${one.points.map((point) => `${point.time},${point.value}`).join("\n")}\n`;
      origin.value = [...new Set(one.points.map((point) => point.source))].join("; ");
    } catch (error) {
      problem.value = sentence(error);
    }
  };
  return (
    <>
      <div class="row wrap">
        <label class="inline">
          Observed
          <select value={chosen.value} onChange={(event) => void take(event.currentTarget.value)}>
            <option value="">choose a series…</option>
            {list.value.value?.series
              .filter((one) => one.by.length === 0)
              .map((one) => (
                <option key={one.name} value={one.name}>
                  {one.title}, {one.unit}
                </option>
              ))}
          </select>
        </label>
        <span>or</span>
        <label class="file">
          Open a CSV file
          <input
            type="file"
            accept=".csv,text/csv,text/plain"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (!file) return;
              void file.text().then((text) => {
                csv.value = text;
                origin.value = `${file.name}, yours; it stays on this machine`;
                chosen.value = "";
              });
            }}
          />
        </label>
      </div>
      <label>
        <span class="hidden">The series as CSV</span>
        <textarea
          class="paste mono"
          placeholder={
            "date,price\n2020-01,100\n2020-02,103\n…\n30 even steps at least: days, months or whole numbers, and one column of figures"
          }
          spellcheck={false}
          value={csv.value}
          onInput={(event) => {
            csv.value = event.currentTarget.value;
            origin.value = "as pasted";
            chosen.value = "";
          }}
        />
      </label>
      {problem.value ? (
        <p class="warn" role="alert">
          {problem.value}
        </p>
      ) : null}
      {origin.value ? <p class="small-print faint">Source: {origin.value}</p> : null}
    </>
  );
}

function Result({ asked, found }: { asked: Asked; found: BubbleDocument }): JSX.Element {
  const shown = readColumn(asked.csv);
  const sure = found.gsadf.p_value["wild_bootstrap"];
  const explosive = known(sure) && sure < 0.05;
  const bust = found.lppls;
  return (
    <>
      <p class="result" aria-live="polite">
        {shown?.name ?? found.series.name}, {found.series.first} to {found.series.last}:{" "}
        {found.episodes.length === 0 ? "no explosive stretch" : `explosive ${listed(found.episodes.map(stretch))}`}.{" "}
        {explosive
          ? `Chance alone gives this in ${fixed(100 * (sure ?? 0), 1)}% of series without a bubble and with the same swings.`
          : `But series without a bubble and with the same swings look so in ${fixed(100 * (sure ?? 1), 0)}% of cases: nothing is shown.`}
      </p>
      {shown ? <Picture title={shown.name} rows={shown.rows} episodes={found.episodes} /> : null}
      <PlainTable
        label="Tests"
        rows={["adf", "sadf", "gsadf"] as const}
        keyOf={(name) => name}
        name={{ head: "Test", cell: (name) => TESTS[name] }}
        columns={[
          { head: "Statistic", cell: (name) => fixed(found[name].statistic, 2) },
          { head: "95% by simulation", cell: (name) => fixed(found[name].critical["monte_carlo"]?.["0.95"], 2) },
          { head: "95% by wild bootstrap", cell: (name) => fixed(found[name].critical["wild_bootstrap"]?.["0.95"], 2) },
          { head: "p, simulation", cell: (name) => fixed(found[name].p_value["monte_carlo"], 3) },
          { head: "p, wild bootstrap", cell: (name) => fixed(found[name].p_value["wild_bootstrap"], 3) },
        ]}
      />
      <p class="note">
        Where large swings come in clusters, simulated critical values find bubbles too often; the wild bootstrap does
        not. Dates by the wild bootstrap:{" "}
        {found.episodes_wild_bootstrap.length === 0 ? "none" : listed(found.episodes_wild_bootstrap.map(stretch))}.
        {bust
          ? ` Log-periodic fits: ${fixed(100 * bust.confidence, 0)}% of ${bust.windows} windows look like a run-up${
              bust.critical_time ? `, with an end near ${bust.critical_time["0.5"]}` : ""
            }.`
          : ""}
      </p>
      <FinePrint
        notes={[
          "Method: Phillips, Shi and Yu (2015), Testing for multiple bubbles, International Economic Review 56(4).",
          `${found.settings.replications["monte_carlo"]} simulated and ${found.settings.replications["wild_bootstrap"]} bootstrapped series, shortest window ${found.settings.min_window} observations.`,
          ...found.notes,
        ]}
        command={`blocs bubble series.csv${asked.log ? " --log" : ""} --level ${asked.level}${asked.lppls ? " --lppls" : ""}`}
      />
    </>
  );
}

const TESTS = {
  adf: "ADF: the whole series",
  sadf: "SADF: windows from the start",
  gsadf: "GSADF: every window",
} as const;

function Picture({
  title,
  rows,
  episodes,
}: {
  title: string;
  rows: readonly { time: string; value: Figure }[];
  episodes: readonly Episode[];
}): JSX.Element {
  const inside = (time: string): boolean =>
    episodes.some((one) => order(time, String(one.start)) >= 0 && order(time, String(one.end)) <= 0);
  const series: Series[] = [
    { name: "series", values: rows.map((row) => row.value), tone: "tone-e" },
    ...(episodes.length > 0
      ? [
          {
            name: "explosive",
            values: rows.map((row) => (inside(row.time) ? row.value : null)),
            tone: "tone-b strong",
          },
        ]
      : []),
  ];
  const last = rows[rows.length - 1];
  return (
    <Lines
      years={rows.map((row) => inYears(row.time))}
      series={series}
      unit={title}
      label={`${title} from ${rows[0]?.time} to ${last?.time}, last ${short(last?.value)}; ${
        episodes.length === 0 ? "no explosive stretch marked." : `${episodes.length} explosive stretches marked.`
      }`}
      width={1000}
      height={260}
      zero={false}
      sayTime={(n) => rows[n]?.time ?? ""}
    />
  );
}

function stretch(one: Episode): string {
  return `${one.start} to ${one.ongoing ? "the end" : one.end}`;
}

function order(a: string, b: string): number {
  return inYears(a) - inYears(b);
}
