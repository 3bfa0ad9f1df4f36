/** Payments: the shares of currencies and rails over time, and what a corridor costs when a rail is gone. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { json, sentence } from "../api/client";
import { dollars, fixed, percent, short, type Figure } from "../lib/format";
import { inYears } from "../lib/readings";
import { PlainTable } from "../parts/PlainTable";
import { Lines, type Series } from "../parts/Lines";
import { chosenYear, presets, regionName, scenario, schema } from "../state/lab";
import { useFetched } from "../state/fetched";

interface SeriesDocument {
  title: string;
  unit: string;
  break: { at: string; why: string } | null;
  points: { time: string; value: number; status: string; source: string }[];
}

interface Rail {
  rail: string;
  base: number;
  now: number;
  without_swift: number;
}

interface Corridor {
  scenario: string | null;
  one: string;
  two: string;
  year: number;
  trade_usd_mn: number;
  rails: Rail[];
  years_without_swift: number[];
  cost_percent: { mu: number; with_measures: number; without_swift: number[]; without_any: number }[];
}

const RAILS: Record<string, string> = {
  swift: "SWIFT",
  cips: "CIPS",
  bilateral: "bilateral arrangements",
  bridge: "the bridge",
  outside: "cash, barter, third countries",
};

export function Payments(): JSX.Element {
  return (
    <>
      <h1>Payments</h1>
      <p class="lede">
        Whose money the world pays in, over which rails; and what trade between two countries costs when a rail is cut.
      </p>
      <CorridorTool />
      <section class="panel" aria-labelledby="series">
        <h2 id="series">What is published</h2>
        <div class="many">
          <Chart name="swift.share" by="currency" keys={["USD", "EUR", "CNY"]} />
          <Chart name="reserves.share" by="currency" keys={["USD", "EUR", "CNY"]} />
          <Chart name="cips.transactions" keys={[""]} />
          <Chart name="cips.value" keys={[""]} />
        </div>
      </section>
    </>
  );
}

function Chart({ name, by, keys }: { name: string; by?: string; keys: readonly string[] }): JSX.Element | null {
  const found = keys.map(
    (key) =>
      useFetched<SeriesDocument>(() => ({ path: `/api/series/${name}${by ? `?${by}=${key}` : ""}` })).value.value,
  );
  const first = found.find((one) => one !== null);
  if (!first) return null;
  const times = [...new Set(found.flatMap((one) => one?.points.map((point) => point.time) ?? []))].sort();
  const series: Series[] = found.flatMap((one, n) => {
    if (!one) return [];
    const at = new Map(one.points.map((point) => [point.time, point.value]));
    return [{ name: keys[n] || "CIPS", values: times.map((time): Figure => at.get(time) ?? null) }];
  });
  const sources = [...new Set(found.flatMap((one) => one?.points.map((point) => point.source) ?? []))];
  const last = series.map((one) => `${one.name} ${short(one.values.findLast((value) => value !== null))}`).join(", ");
  return (
    <div class="indicator">
      <h3>{first.title}</h3>
      <Lines
        years={times.map(inYears)}
        series={series}
        unit={first.unit}
        label={`${first.title}, ${first.unit}; last: ${last}.`}
        height={210}
        join
        sayTime={(n) => times[n] ?? ""}
      />
      <details>
        <summary>Sources{first.break ? ", and a break in the series" : ""}</summary>
        {first.break ? (
          <p class="small-print">
            {first.break.at}: {first.break.why}.
          </p>
        ) : null}
        <p class="small-print faint">{sources.join("; ")}</p>
      </details>
    </div>
  );
}

function CorridorTool(): JSX.Element {
  const one = useSignal("RUS");
  const two = useSignal("DEU");
  const withScenario = useSignal(false);
  const busy = useSignal(false);
  const problem = useSignal("");
  const found = useSignal<Corridor | null>(null);
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      found.value = await json<Corridor>("/api/corridor", {
        body: {
          one: one.value,
          two: two.value,
          ...(withScenario.value ? { scenario: scenario.value, year: chosenYear.value } : {}),
        },
      });
    } catch (error) {
      problem.value = sentence(error);
    }
    busy.value = false;
  };
  const select = (label: string, at: typeof one): JSX.Element => (
    <select
      aria-label={label}
      value={at.value}
      onChange={(event) => {
        at.value = event.currentTarget.value;
      }}
    >
      {schema.value?.regions.map((region) => (
        <option key={region.code} value={region.code}>
          {region.name}
        </option>
      ))}
    </select>
  );
  return (
    <section class="panel" aria-labelledby="corridor">
      <h2 id="corridor">A corridor</h2>
      <form class="row wrap" onSubmit={(event) => void ask(event)}>
        {select("One end", one)}
        <span aria-hidden="true">⇄</span>
        {select("Other end", two)}
        <label class="inline">
          <input
            type="checkbox"
            checked={withScenario.value}
            onChange={(event) => {
              withScenario.value = event.currentTarget.checked;
            }}
          />{" "}
          under the scenario of the lab
        </label>
        <button type="submit" class="primary" disabled={busy.value}>
          {busy.value ? "Solving…" : "Show"}
        </button>
      </form>
      {problem.value ? (
        <p class="warn" role="alert">
          {problem.value}
        </p>
      ) : null}
      {found.value ? <Result found={found.value} /> : null}
    </section>
  );
}

function titleOf(name: string): string {
  return presets.value.get(name)?.title ?? (scenario.value.name === name ? (scenario.value.title ?? name) : name);
}

function Result({ found }: { found: Corridor }): JSX.Element {
  const share = (value: number): string => (value < 1e-4 ? "0%" : `${fixed(100 * value, 1)}%`);
  return (
    <>
      <p class="result small">
        {regionName(found.one)} and {regionName(found.two)} trade {dollars(found.trade_usd_mn)} a year
        {found.scenario ? `; shares in ${found.year} with the measures of “${titleOf(found.scenario)}”` : ""}.
      </p>
      <div class="two">
        <PlainTable
          caption="Shares of payments by rail"
          rows={found.rails}
          keyOf={(one) => one.rail}
          name={{ head: "Rail", cell: (one) => RAILS[one.rail] ?? one.rail }}
          columns={[
            { head: "Base", cell: (one) => share(one.base) },
            ...(found.scenario ? [{ head: "Scenario", cell: (one: Rail) => share(one.now) }] : []),
            { head: "Without SWIFT", cell: (one) => share(one.without_swift) },
          ]}
        />
        <div>
          <h3>What payments cost without SWIFT, % of the value traded</h3>
          <Lines
            years={found.years_without_swift.map((_, n) => n + 1)}
            series={found.cost_percent.map((cost) => ({ name: `μ = ${cost.mu}`, values: cost.without_swift }))}
            unit="%, by year after the cut"
            label={`Cost without SWIFT by year: ${found.cost_percent.map((cost) => `at mu ${cost.mu} ${percent(cost.without_swift[0])} at first, ${percent(cost.without_swift.at(-1))} at last`).join("; ")}.`}
            say={percent}
            sayTime={(n) => `year ${n + 1}`}
            height={210}
          />
          <p class="note">
            μ is how readily banks change rails: nobody knows it well, and it decides the answer. All three are
            plausible.
          </p>
        </div>
      </div>
    </>
  );
}
