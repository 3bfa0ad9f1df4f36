/** The state of the lab: what the server offers, the draft, what is looked at, and the scenario that follows. */

import { batch, computed, signal } from "@preact/signals";
import { json } from "../api/client";
import type { BordersDocument, Lever, Measure, MetricInfo, MetricName, Preset, SchemaDocument } from "../api/types";
import { listed } from "../lib/format";
import { compile, EMPTY, headlineYear, span, untouched, type Draft } from "../lib/draft";

export const PAGES = [
  "lab",
  "compare",
  "power",
  "games",
  "minerals",
  "payments",
  "debt",
  "bubble",
  "claims",
  "assumptions",
] as const;
export type Page = (typeof PAGES)[number];

export const schema = signal<SchemaDocument | null>(null);
export const borders = signal<BordersDocument | null>(null);

/** Whether the address has been read: nothing is solved before. */
export const opened = signal(false);

export const draft = signal<Draft>(EMPTY);
export const other = signal<Draft | null>(null);
export const page = signal<Page>("lab");
export const metric = signal<MetricName>("welfare");
export const year = signal<number>(0);
export const region = signal<string | null>(null);

const past = signal<Draft[]>([]);
export const canUndo = computed(() => past.value.length > 0);

const info = computed(() => {
  const found = schema.value;
  return {
    presets: new Map((found?.presets ?? []).map((one): [string, Preset] => [one.name, one])),
    levers: new Map((found?.vectors ?? []).flatMap((one) => one.levers).map((one): [string, Lever] => [one.id, one])),
    names: new Map((found?.regions ?? []).map((one): [string, string] => [one.code, one.name])),
    sectors: new Map((found?.goods ?? []).map((one): [string, string] => [one.code, one.short])),
    metrics: new Map((found?.metrics ?? []).map((one): [string, MetricInfo] => [one.name, one])),
    countries: new Map((borders.value?.countries ?? []).map((one) => [one.code, one])),
  };
});

export const presets = computed(() => info.value.presets);
export const levers = computed(() => info.value.levers);
export const compiled = computed(() => compile(draft.value, presets.value, levers.value));
export const scenario = computed(() => compiled.value.scenario);
export const years = computed(() => {
  const [first, last] = span(scenario.value.years);
  return last - first >= 0 && last - first < 60 ? Array.from({ length: last - first + 1 }, (_, n) => first + n) : [];
});
export const chosenYear = computed(() => {
  const all = years.value;
  return all.includes(year.value) ? year.value : headlineYear(all, scenario.value.measures);
});
export const metricInfo = computed(() => info.value.metrics.get(metric.value));

export function regionName(code: string): string {
  if (code === "ROW") return "Rest of the world";
  return info.value.names.get(code) ?? info.value.countries.get(code)?.name ?? code;
}

/** What a side of a study is called: "G7", "China", "China and Russia"; groups by the name they were asked for by. */
export function sideName(codes: readonly string[]): string {
  return listed(codes.map((code) => (info.value.names.has(code) ? regionName(code) : code)));
}

const WITH_ARTICLE = new Set(["USA", "GBR", "NLD", "PHL", "ARE", "COD", "ROW"]);

/** A region's name inside a sentence: the United States, China. */
export function inProse(code: string): string {
  const name = info.value.names.has(code) ? regionName(code) : code;
  return WITH_ARTICLE.has(code) ? `the ${code === "ROW" ? "rest of the world" : name}` : name;
}

/** A country's own name where it is drawn apart, else the region's. */
export function placeName(code: string): string {
  return code === "ROW" ? regionName(code) : (info.value.countries.get(code)?.name ?? regionName(code));
}

export function sectorName(code: string): string {
  return info.value.sectors.get(code) ?? code;
}

/** The region whose figure a country shows; a region shows its own. */
export function regionOf(country: string): string | null {
  const shape = info.value.countries.get(country);
  return shape ? shape.region : info.value.names.has(country) || country === "ROW" ? country : null;
}

/** Load what does not change: levers, presets, regions, borders. */
export async function load(): Promise<void> {
  const [found, outlines] = await Promise.all([
    json<SchemaDocument>("/api/schema"),
    json<BordersDocument>("/api/borders"),
  ]);
  batch(() => {
    schema.value = found;
    borders.value = outlines;
  });
}

let last = { subject: "", at: 0 };

/** Change the draft; changes of one subject in quick succession (a drag) are one step back. */
export function change(next: Draft, subject = ""): void {
  const now = performance.now();
  batch(() => {
    if (subject === "" || subject !== last.subject || now - last.at > 800)
      past.value = [...past.value.slice(-49), draft.value];
    draft.value = next;
  });
  last = { subject, at: now };
}

export function undo(): void {
  const before = past.value[past.value.length - 1];
  if (before === undefined) return;
  batch(() => {
    past.value = past.value.slice(0, -1);
    draft.value = before;
  });
  last = { subject: "", at: 0 };
}

export function setLever(lever: Lever, value: number): void {
  const all = { ...draft.value.levers };
  if (Math.abs(value - lever.rest) < lever.step / 1e3) delete all[lever.id];
  else all[lever.id] = value;
  change({ ...draft.value, levers: all }, lever.id);
}

export function editMeasure(key: string, original: Measure, changed: Record<string, unknown> | null): void {
  const edits = { ...draft.value.edits };
  if (changed === null) edits[key] = null;
  else {
    const merged = { ...(edits[key] ?? {}), ...changed };
    for (const [field, value] of Object.entries(merged)) {
      if (JSON.stringify(original[field]) === JSON.stringify(value)) delete merged[field];
    }
    if (Object.keys(merged).length > 0) edits[key] = merged;
    else delete edits[key];
  }
  change({ ...draft.value, edits }, changed === null ? "" : key);
}

export function startFrom(name: string): void {
  change({ ...EMPTY, presets: [name] });
}

export function stack(name: string): void {
  if (!draft.value.presets.includes(name)) change({ ...draft.value, presets: [...draft.value.presets, name] });
}

export function unstack(name: string): void {
  const edits = Object.fromEntries(Object.entries(draft.value.edits).filter(([key]) => !key.startsWith(`${name}/`)));
  change({ ...draft.value, presets: draft.value.presets.filter((one) => one !== name), edits });
}

/** Drop everything that was changed about the presets. */
export function resetToPreset(): void {
  change({ ...EMPTY, presets: draft.value.presets });
}

/** Go back to what the first visit shows. */
export function resetToDefault(): void {
  change(firstDraft());
}

export function clear(): void {
  change(EMPTY);
}

export function firstDraft(): Draft {
  const name = schema.value?.default_preset;
  return name ? { ...EMPTY, presets: [name] } : EMPTY;
}

export const isUntouched = computed(() => untouched(draft.value));
