/** One region looked at closely: its path beside the largest others, and its industries. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { TableDocument } from "../api/types";
import { change as signed, gained } from "../lib/format";
import { roundUp } from "../lib/scale";
import { number, records, text } from "../lib/table";
import { Lines, type Series } from "../parts/Lines";
import { RankBars, type RankRow } from "../parts/RankBars";
import { chosenYear, metric, metricInfo, region, regionName, schema, year, years } from "../state/lab";
import { useFetched } from "../state/fetched";
import { atRest, largest, main, regions } from "../state/main";
import { bandsOf } from "../state/ensemble";

const SMALLEST = 0.005; // of the region's output; below, large percentages of little say little
const inDollars = signal(false);

export function Closer(): JSX.Element | null {
  const chosen = region.value ?? largest(1, null)[0];
  if (!chosen || !main.results.value) return null;
  return (
    <section class="panel" aria-labelledby="closer">
      <div class="panel-head">
        <h2 id="closer">Closer: {regionName(chosen)}</h2>
        <label class="inline">
          <span class="hidden">Region</span>
          <select
            value={chosen}
            onChange={(event) => {
              region.value = event.currentTarget.value;
            }}
          >
            {[...(schema.value?.regions ?? [])]
              .sort((a, b) => a.name.localeCompare(b.name))
              .map((one) => (
                <option key={one.code} value={one.code}>
                  {regionName(one.code)}
                </option>
              ))}
          </select>
        </label>
      </div>
      <div class="two">
        <Paths chosen={chosen} />
        <Industries chosen={chosen} />
      </div>
    </section>
  );
}

function Paths({ chosen }: { chosen: string }): JSX.Element {
  const found = main.results.value;
  const codes = largest(5, chosen);
  const bands = bandsOf(metric.value);
  const series: Series[] = codes.map((code) => {
    const at = regions.value.indexOf(code);
    const band = code === chosen ? bands?.[code] : undefined;
    return {
      name: regionName(code),
      values: years.value.map((one) => found?.years.get(one)?.values[metric.value][at] ?? null),
      ...(band ? { low: band.low, high: band.high, inner: band.inner } : {}),
    };
  });
  const title = metricInfo.value?.title ?? "";
  return (
    <div>
      <h3>{title} over time</h3>
      <Lines
        years={years.value}
        series={series}
        unit="%"
        marked={chosenYear.value}
        say={signed}
        label={`${title} over time, %: ${series.map((one) => `${one.name} ${signed(one.values[one.values.length - 1])} in ${years.value[years.value.length - 1]}`).join(", ")}.`}
        onYear={(one) => {
          year.value = one;
        }}
      />
      {bands ? (
        <p class="note">Band: 5th to 95th and 25th to 75th percentile of the draws for {regionName(chosen)}.</p>
      ) : null}
    </div>
  );
}

function Industries({ chosen }: { chosen: string }): JSX.Element {
  const table = useFetched<TableDocument>(() => {
    const rest = atRest.value;
    const code = region.value ?? largest(1, null)[0];
    return rest && code ? { path: `/api/table/sectors?year=${rest.year}&region=${code}`, body: rest.body } : null;
  });
  const { value, problem, busy } = table.value;
  const rows = value ? records(value) : [];
  const output = rows.reduce((sum, row) => sum + number(row, "base_usd"), 0);
  const bars = rows
    .filter((row) => number(row, "base_usd") >= SMALLEST * output)
    .map((row): RankRow => {
      const both = [signed(number(row, "output_volume")), gained(number(row, "change_usd"))] as const;
      return {
        code: text(row, "sector"),
        name: text(row, "sector_name"),
        value: inDollars.value ? number(row, "change_usd") : number(row, "output_volume"),
        text: inDollars.value ? both[1] : both[0],
        second: inDollars.value ? both[0] : both[1],
      };
    })
    .filter((row) => Math.abs(row.value) > 1e-6)
    .sort((a, b) => a.value - b.value);
  const ends = bars.length > 12 ? [...bars.slice(0, 6), ...bars.slice(-6)] : bars;
  return (
    <div class={busy ? "busy" : ""}>
      <div class="panel-head">
        <h3>Industries, {chosenYear.value}: volume of output</h3>
        <div class="segments tiny" role="group" aria-label="Unit of industries">
          {[false, true].map((one) => (
            <button
              key={String(one)}
              type="button"
              aria-pressed={inDollars.value === one}
              onClick={() => {
                inDollars.value = one;
              }}
            >
              {one ? "US$" : "%"}
            </button>
          ))}
        </div>
      </div>
      {problem ? <p class="warn">{problem}</p> : null}
      {value && bars.length === 0 ? <p class="faint">No industry changes.</p> : null}
      <RankBars
        rows={ends}
        reach={ends.length > 0 ? roundUp(Math.max(...ends.map((row) => Math.abs(row.value)))) : 1}
        label={`Industries of ${regionName(chosen)}`}
      />
      {bars.length > 12 ? (
        <p class="note">The six largest falls and rises of the industries above half a per cent of output.</p>
      ) : null}
    </div>
  );
}
