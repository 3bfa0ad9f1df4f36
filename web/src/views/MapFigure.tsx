/** The map with its choices: result, form, projection, scale, year and play; and the table that says the same. */

import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { MetricName } from "../api/types";
import { change as signed, gained, known, percent, type Figure } from "../lib/format";
import { PROJECTIONS, type Projection } from "../lib/borders";
import { Legend } from "../parts/Legend";
import { WorldMap, type MapForm } from "../parts/WorldMap";
import { useEffect } from "preact/hooks";
import { borders, chosenYear, metric, metricInfo, placeName, region, regionName, regionOf, schema } from "../state/lab";
import { dollarsOf, fit, main, mapped, reach, regions, shown, widen } from "../state/main";
import { dark } from "../state/theme";
import { Years } from "./Years";

const form = signal<MapForm>("map");
const projection = signal<Projection>("Equal Earth");

export function MapFigure(): JSX.Element | null {
  const outlines = borders.value;
  const info = metricInfo.value;
  const asked = main.results.value?.asked;
  useEffect(() => { if (asked !== undefined) timePaint(asked); }, [asked]);
  if (!outlines || !info) return null;
  return (
    <figure class={main.busy.value ? "map-figure busy" : "map-figure"} id="map">
      <div class="working" aria-hidden="true" />
      <div class="figure-tools">
        <label class="inline">
          <span class="hidden">Result on the map</span>
          <select value={metric.value} onChange={(event) => { metric.value = event.currentTarget.value as MetricName; }}>
            {schema.value?.metrics.map((one) => <option key={one.name} value={one.name}>{one.title}</option>)}
          </select>
        </label>
        <span class="faint unit">{info.help}</span>
        <span class="spacer" />
        <div class="segments" role="group" aria-label="Form of the map">
          {(["map", "tiles"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={form.value === one} onClick={() => { form.value = one; }}>{one === "map" ? "Map" : "Tiles"}</button>
          ))}
        </div>
        {form.value === "map" ? (
          <label class="inline">
            <span class="hidden">Projection</span>
            <select value={projection.value} onChange={(event) => { projection.value = event.currentTarget.value as Projection; }}>
              {Object.keys(PROJECTIONS).map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
          </label>
        ) : null}
      </div>
      <WorldMap
        borders={outlines}
        form={form.value}
        projection={projection.value}
        values={mapped.value}
        reach={reach.value}
        dark={dark.value}
        selected={region.value}
        summary={summary(info.title)}
        regionOf={regionOf}
        nameOf={placeName}
        say={(value) => signed(value)}
        detail={detail}
        onSelect={(code) => { region.value = code; }}
      />
      <div class="under-map">
        <div class="scale">
          <Legend values={mapped.value} reach={reach.value} unit={info.unit} dark={dark.value} selected={region.value} />
          <div class="segments tiny" role="group" aria-label="Ends of the colour scale">
            <button type="button" title="Narrower scale" aria-label="Narrower scale" onClick={() => widen(-1)}>−</button>
            <button type="button" title="Wider scale" aria-label="Wider scale" onClick={() => widen(1)}>+</button>
            <button type="button" title="Fit the scale to these results" onClick={fit}>fit</button>
          </div>
        </div>
        <Years />
      </div>
      <figcaption>
        % change against the same year without the measures{info.name === "welfare" ? ", equivalent variation over base absorption" : ""}. Hatched: the rest of the world, one figure for all.
        Borders: Natural Earth, as drawn on the ground; no claim is endorsed.
      </figcaption>
      <MapTable />
    </figure>
  );
}

/** Leave a measure from the reader’s move to the painted map among the browser’s timings, for benchmarks and the curious. */
function timePaint(asked: number): void {
  requestAnimationFrame(() => {
    setTimeout(() => {
      performance.clearMeasures("blocs.map");
      performance.measure("blocs.map", { start: asked, end: performance.now() });
    });
  });
}

function summary(title: string): string {
  const order = Object.entries(mapped.value).filter((pair): pair is [string, number] => known(pair[1])).sort((a, b) => a[1] - b[1]);
  if (order.length === 0) return `${title}: no result yet.`;
  const said = (rows: [string, number][]): string => rows.map(([code, value]) => `${regionName(code)} ${percent(value)}`).join(", ");
  return `World map of ${title.toLowerCase()}, ${chosenYear.value}. Lowest: ${said(order.slice(0, 3))}. Highest: ${said(order.slice(-3).reverse())}.`;
}

function detail(code: string): { label: string; text: string }[] {
  const at = regions.value.indexOf(code);
  const year = shown.value;
  if (!year || at < 0) return [];
  const others = (schema.value?.metrics ?? []).filter((one) => one.name !== metric.value && ["welfare", "gdp", "real_wage", "imports", "exports"].includes(one.name));
  return [{ label: "Welfare, US$", text: gained(year.welfare_usd_mn[at]) }, ...others.map((one) => ({ label: one.title, text: signed(year.values[one.name][at]) }))];
}

type Order = "name" | "value" | "usd";

/** The same figures as a table, to be sorted: what a map cannot say to those who do not see it. */
function MapTable(): JSX.Element {
  const order = useSignal<Order>("value");
  const open = useSignal(false);
  const rows = open.value
    ? regions.value.map((code) => ({ code, name: regionName(code), value: mapped.value[code], usd: dollarsOf.value[code] })).sort((a, b) =>
        order.value === "name" ? a.name.localeCompare(b.name) : figure(a[order.value]) - figure(b[order.value]))
    : [];
  const head = (key: Order, text: string): JSX.Element => (
    <th scope="col" aria-sort={order.value === key ? "ascending" : "none"} class={key === "name" ? "" : "num"}>
      <button type="button" onClick={() => { order.value = key; }}>{text}</button>
    </th>
  );
  return (
    <details class="table-box" open={open.value} onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary>The map as a table</summary>
      {open.value ? (
        <div class="scroll" tabIndex={0} role="region" aria-label="Results by region">
          <table>
            <caption class="hidden">{metricInfo.value?.title} by region, {chosenYear.value}</caption>
            <thead><tr>{head("name", "Region")}{head("value", `${metricInfo.value?.title ?? ""}, %`)}{head("usd", "Welfare, US$")}</tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.code}><th scope="row">{row.name}</th><td class="num">{signed(row.value)}</td><td class="num">{gained(row.usd)}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </details>
  );
}

function figure(value: Figure): number {
  return known(value) ? value : Infinity;
}
