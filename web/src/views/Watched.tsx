/** What the scenario's vectors watch: payments, debt, minerals, industry, AI, one chart an indicator. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Indicator, RunDocument } from "../api/types";
import { known, short, type Figure } from "../lib/format";
import { Lines, type Series } from "../parts/Lines";
import { chosenYear, regionName, schema } from "../state/lab";
import { useFetched } from "../state/fetched";
import { main } from "../state/main";

const MOST = 6; // lines in one chart

export function Watched(): JSX.Element | null {
  const open = useSignal<string | null>(null);
  const run = useFetched<RunDocument>(() => {
    const body = main.settled.value;
    return body ? { path: "/api/solve", body } : null;
  });
  const found = run.value.value;
  const vectors = Object.entries(found?.indicators ?? {}).filter(([, all]) => Object.keys(all).length > 0);
  if (!found || vectors.length === 0) return null;
  const name = vectors.some(([one]) => one === open.value) ? (open.value as string) : (vectors[0] as [string, unknown])[0];
  const titles = new Map((schema.value?.vectors ?? []).map((one) => [one.name, one.title]));
  const all = Object.entries(found.indicators[name] ?? {}).filter(([key, one]) => !key.endsWith("_base") && one.unit !== "true or false" && Object.values(one.values).flat().some(moves));
  return (
    <section class={run.value.busy ? "panel busy" : "panel"} aria-labelledby="watched">
      <div class="panel-head">
        <h2 id="watched">What else moves</h2>
        <div class="segments" role="group" aria-label="Vector" hidden={vectors.length < 2}>
          {vectors.map(([one]) => <button key={one} type="button" aria-pressed={one === name} onClick={() => { open.value = one; }}>{titles.get(one) ?? one}</button>)}
        </div>
      </div>
      <div class="many">
        {all.map(([key, one]) => <Chart key={`${name}.${key}`} name={key} indicator={one} years={found.years} />)}
      </div>
    </section>
  );
}

function Chart({ name, indicator, years }: { name: string; indicator: Indicator; years: readonly number[] }): JSX.Element {
  const size = (values: readonly unknown[]): number => Math.max(0, ...values.filter((one): one is number => typeof one === "number").map(Math.abs));
  const entries = Object.entries(indicator.values).filter(([, values]) => values.some(moves));
  const shown = [...entries].sort((a, b) => spreadOf(b[1]) - spreadOf(a[1]) || size(b[1]) - size(a[1])).slice(0, MOST);
  const series: Series[] = shown.map(([label, values]) => ({ name: label === "all" ? words(name) : regionName(label), values }));
  return (
    <div class="indicator">
      <h3>{words(name)}</h3>
      <p class="faint small-print">{indicator.about}{entries.length > MOST ? `; the ${MOST} that move most of ${entries.length}` : ""}</p>
      <Lines years={years} series={series} unit={indicator.unit} label={`${words(name)}, ${indicator.unit}: ${series.map((one) => `${one.name} from ${short(one.values[0])} to ${short(one.values[one.values.length - 1])}`).join(", ")}.`} marked={chosenYear.value} height={200} zero={false} />
    </div>
  );
}

/** A region that the vector does not touch has zeros, and a line of zeros says nothing. */
function moves(value: Figure): boolean {
  return known(value) && value !== 0;
}

function spreadOf(values: readonly unknown[]): number {
  const figures = values.filter((one): one is number => typeof one === "number");
  return figures.length > 0 ? Math.max(...figures) - Math.min(...figures) : 0;
}

function words(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
