/** The solver of the main scenario, and figures derived from its results. */

import { computed, effect, signal, untracked } from "@preact/signals";
import type { MetricName, YearValues } from "../api/types";
import { known, type Figure } from "../lib/format";
import { span } from "../lib/draft";
import { roundUp, robustReach } from "../lib/scale";
import { chosenYear, draft, metric, metricInfo, opened, scenario } from "./lab";
import { follow } from "./solver";

export const main = follow(
  "main",
  () => (opened.value ? scenario.value : null),
  () => chosenYear.value,
);

/** The year on show; while it is on its way, the last one that was shown. */
let lastShown: YearValues | null = null;
export const shown = computed<YearValues | null>(() => {
  const found = main.results.value?.years.get(chosenYear.value);
  if (found) lastShown = found;
  return found ?? lastShown;
});

/** The scenario that has come to rest, with the year on show; null while the year belongs to another scenario. */
export const atRest = computed(() => {
  const body = main.settled.value;
  if (!body) return null;
  const [first, last] = span(body.years);
  return chosenYear.value >= first && chosenYear.value <= last ? { body, year: chosenYear.value } : null;
});

export const regions = computed(() => main.results.value?.regions ?? []);

/** A metric of a year by region. */
export function byRegion(
  values: YearValues | null | undefined,
  name: MetricName,
  codes: readonly string[],
): Record<string, Figure> {
  const figures = values?.values[name] ?? [];
  return Object.fromEntries(codes.map((code, n) => [code, figures[n] ?? null]));
}

export const mapped = computed(() => byRegion(shown.value, metric.value, regions.value));
export const dollarsOf = computed<Record<string, Figure>>(() =>
  Object.fromEntries(regions.value.map((code, n) => [code, shown.value?.welfare_usd_mn[n] ?? null])),
);

/** Ends of the colour scale the reader chose, by metric; else the server's fixed ones. */
export const chosenReach = signal<Partial<Record<MetricName, number>>>({});
export const reach = computed(() => chosenReach.value[metric.value] ?? metricInfo.value?.scale[1] ?? 5);

const REACHES = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100];

export function widen(by: 1 | -1): void {
  const now = reach.value;
  const next = by === 1 ? REACHES.find((one) => one > now * 1.001) : REACHES.findLast((one) => one < now * 0.999);
  if (next !== undefined) chosenReach.value = { ...chosenReach.value, [metric.value]: next };
}

/** Fit the scale to all years that are here, so that play keeps it. */
export function fit(): void {
  const all = [...(main.results.value?.years.values() ?? [])].flatMap((one) => one.values[metric.value]).filter(known);
  const least = robustReach(all);
  chosenReach.value = {
    ...chosenReach.value,
    [metric.value]: REACHES.find((one) => one >= least * 0.999) ?? roundUp(least),
  };
}

let fitted = "";
const subjectNow = (): string => `${draft.value.presets.join()} ${metric.value}`;

/** Take the scale of a link, and keep it. */
export function keepReach(value: number): void {
  chosenReach.value = { ...chosenReach.value, [metric.value]: value };
  fitted = subjectNow();
}

/** A scale is fitted when another preset or result comes on show, and stays as it is while levers move. */
export function fitOnce(): void {
  effect(() => {
    const results = main.results.value;
    const subject = subjectNow();
    if (!results?.complete || main.settled.value !== scenario.value || fitted === subject) return;
    fitted = subject;
    untracked(fit);
  });
}

/** Regions whose paths are worth a look: the largest changes of welfare in dollars, the chosen one first. */
export function largest(count: number, first: string | null): string[] {
  const order = Object.entries(dollarsOf.value)
    .filter((pair): pair is [string, number] => known(pair[1]) && pair[0] !== "ROW")
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .map(([code]) => code);
  return [...new Set([...(first ? [first] : []), ...order])].slice(0, count);
}
