/** Two scenarios side by side: A was kept, B is the one being changed; two maps on one scale, and the differences. */

import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { change as signed, gained, known } from "../lib/format";
import { compile, type Draft } from "../lib/draft";
import { roundUp } from "../lib/scale";
import { Legend } from "../parts/Legend";
import { RankBars, type RankRow } from "../parts/RankBars";
import { WorldMap } from "../parts/WorldMap";
import {
  borders, change, chosenYear, draft, levers, metric, metricInfo, other, page, placeName, presets, region, regionName, regionOf, scenario, schema,
} from "../state/lab";
import { byRegion, main, reach } from "../state/main";
import { follow } from "../state/solver";
import { dark } from "../state/theme";
import type { MetricName, YearValues } from "../api/types";
import { Years } from "./Years";

const SHOWN = 8;

export function Compare(): JSX.Element {
  const kept = other.value;
  if (!kept) {
    return (
      <section class="panel lone">
        <h1>Compare two scenarios</h1>
        <p>Keep what you have as A. Then change a copy, or start from another preset, and see both side by side.</p>
        <button type="button" class="primary" onClick={() => { other.value = draft.value; page.value = "lab"; }}>Keep “{scenario.value.title || scenario.value.name}” as A and go on in the lab</button>
        <h2>Or choose A from the library</h2>
        <PresetSelect onChoose={(name) => { other.value = { presets: [name], edits: {}, levers: {}, own: [], model: {}, assumptions: {} }; }} />
      </section>
    );
  }
  return <Both kept={kept} />;
}

function PresetSelect({ onChoose }: { onChoose: (name: string) => void }): JSX.Element {
  return (
    <select aria-label="Scenario A" value="" onChange={(event) => event.currentTarget.value && onChoose(event.currentTarget.value)}>
      <option value="">choose a scenario…</option>
      {schema.value?.presets.map((one) => <option key={one.name} value={one.name}>{one.title}</option>)}
    </select>
  );
}

function Both({ kept }: { kept: Draft }): JSX.Element {
  const first = useMemo(() => computed(() => compile(kept, presets.value, levers.value).scenario), [kept]);
  const solver = useMemo(() => follow("kept", () => first.value, () => chosenYear.value), [kept]);
  useEffect(() => () => solver.dispose(), [solver]);
  const results = solver.results.value;
  const a = yearOf(results?.years, chosenYear.value);
  const b = main.results.value?.years.get(chosenYear.value);
  const codes = results?.regions ?? [];
  return (
    <>
      <section class="panel wide-head">
        <h1>Two scenarios, {chosenYear.value}</h1>
        <div class="row wrap">
          <label class="inline"><span class="hidden">Result</span>
            <select value={metric.value} onChange={(event) => { metric.value = event.currentTarget.value as MetricName; }}>
              {schema.value?.metrics.map((one) => <option key={one.name} value={one.name}>{one.title}</option>)}
            </select>
          </label>
          <Years />
          <button type="button" class="small" onClick={() => { const now = draft.value; change(kept); other.value = now; }}>Swap</button>
          <button type="button" class="small" onClick={() => { other.value = null; }}>Let go of A</button>
        </div>
        {a && a.year !== chosenYear.value ? <p class="warn">A has no year {chosenYear.value}; its year {a.year} stands beside it.</p> : null}
      </section>
      <div class="two maps">
        <Side letter="A" title={first.value.title || first.value.name} values={a} codes={codes} problem={solver.problem.value} busy={solver.busy.value} />
        <Side letter="B" title={scenario.value.title || scenario.value.name} values={b} codes={main.results.value?.regions ?? []} problem={main.problem.value} busy={main.busy.value} />
      </div>
      {metricInfo.value ? <div class="scale lone-scale"><Legend values={byRegion(b, metric.value, main.results.value?.regions ?? [])} reach={reach.value} unit={metricInfo.value.unit} dark={dark.value} selected={null} /></div> : null}
      {a && b ? <Differences a={a} b={b} codes={codes} /> : null}
    </>
  );
}

function yearOf(years: ReadonlyMap<number, YearValues> | undefined, wanted: number): YearValues | undefined {
  return years?.get(wanted) ?? [...(years?.values() ?? [])].at(-1);
}

interface SideProps {
  letter: string;
  title: string;
  values: YearValues | undefined;
  codes: readonly string[];
  problem: string | null;
  busy: boolean;
}

function Side({ letter, title, values, codes, problem, busy }: SideProps): JSX.Element {
  const figures = byRegion(values, metric.value, codes);
  const outlines = borders.value;
  return (
    <section class={busy ? "busy" : ""} aria-label={`Scenario ${letter}`}>
      <h2><span class="letter">{letter}</span> {title}</h2>
      <p class="result small">World: {gained(values?.world_usd_mn)} a year</p>
      {problem ? <p class="warn" role="alert">{problem}</p> : null}
      {outlines ? (
        <WorldMap
          borders={outlines} form="map" projection="Equal Earth" values={figures} reach={reach.value} dark={dark.value} selected={region.value}
          summary={`Scenario ${letter}, ${title}: ${metricInfo.value?.title}, ${values?.year ?? ""}.`}
          regionOf={regionOf} nameOf={placeName} say={(value) => signed(value)} detail={() => []} onSelect={(code) => { region.value = code; }}
        />
      ) : null}
    </section>
  );
}

function Differences({ a, b, codes }: { a: YearValues; b: YearValues; codes: readonly string[] }): JSX.Element {
  const left = byRegion(a, metric.value, codes);
  const right = byRegion(b, metric.value, main.results.value?.regions ?? []);
  const rows = codes.flatMap((code): RankRow[] => {
    const [one, two] = [left[code], right[code]];
    return known(one) && known(two) ? [{ code, name: regionName(code), value: two - one, text: signed(two - one).replace("%", "\u00a0pts"), second: `${signed(one)} → ${signed(two)}` }] : [];
  });
  const moved = rows.filter((row) => Math.abs(row.value) > 1e-6).sort((x, y) => x.value - y.value);
  const shown = moved.length > 2 * SHOWN ? [...moved.slice(0, SHOWN), ...moved.slice(-SHOWN)] : moved;
  const widest = shown.length > 0 ? roundUp(Math.max(...shown.map((row) => Math.abs(row.value)))) : 1;
  return (
    <section class="panel" aria-labelledby="differences">
      <h2 id="differences">{metricInfo.value?.title}: B less A, percentage points</h2>
      {moved.length === 0 ? <p>The two scenarios give the same. <button type="button" class="small" onClick={() => { page.value = "lab"; }}>Change B in the lab</button></p> : null}
      <div class="two">
        <RankBars rows={shown.filter((row) => row.value < 0)} reach={widest} selected={region.value} onSelect={(code) => { region.value = code; }} label="Worse in B" />
        <RankBars rows={shown.filter((row) => row.value > 0).reverse()} reach={widest} selected={region.value} onSelect={(code) => { region.value = code; }} label="Better in B" />
      </div>
      <p class="note">The world as a whole: A {gained(a.world_usd_mn)}, B {gained(b.world_usd_mn)} a year.</p>
    </section>
  );
}
