/** How a measure is shown and changed: its main number, the range of its slider, and the number in words. */

import type { FieldInfo, Lever, Measure, MeasureInfo } from "../api/types";
import { short } from "./format";

/** A slider's position in words: 0.25 is 25%; points are a change of a rate. */
export function position(value: number, unit: Lever["unit"]): string {
  if (unit === "months") return `${short(value)} months`;
  if (unit === "share") return short(value);
  return `${short(Number((100 * value).toPrecision(10)))}${unit === "points" ? "\u00a0pts" : "%"}`;
}

export interface Handle {
  field: string;
  value: number;
  low: number;
  high: number;
  step: number;
  unit: Lever["unit"];
}

/** The number of a measure that a slider moves, with the range of a lever of the same kind; null if it has none. */
export function handleOf(measure: Measure, info: MeasureInfo | undefined, levers: Iterable<Lever>): Handle | null {
  const number = mainField(measure, info);
  if (!number) return null;
  const value = measure[number.name] ?? number.default;
  if (typeof value !== "number") return null;
  const alike = [...levers].find((one) => one.measure.type === measure.type && one.field === number.name);
  const low = Math.min(alike?.low ?? number.low ?? 0, value);
  const high = Math.max(alike?.high ?? usualHigh(number, value), value);
  const unit = alike?.unit ?? (number.unit.includes("month") ? "months" : "percent");
  return { field: number.name, value, low, high, step: alike?.step ?? niceStep(high - low), unit };
}

/** The first number of the measure that is given, before those that are left to defaults. */
function mainField(measure: Measure, info: MeasureInfo | undefined): FieldInfo | undefined {
  const numbers = (info?.fields ?? []).filter((one) => one.kind === "number");
  return numbers.find((one) => typeof measure[one.name] === "number") ?? numbers.find((one) => typeof one.default === "number");
}

function usualHigh(field: FieldInfo, value: number): number {
  const wide = Math.max(1, 2 * Math.abs(value));
  return field.high === null ? wide : Math.min(field.high, wide);
}

export function niceStep(range: number): number {
  return 10 ** Math.floor(Math.log10(Math.max(range, 1e-9) / 50));
}

/** Names as a scenario file writes them: "G7", "all, -CHN". */
export function namesText(value: unknown): string {
  if (Array.isArray(value)) return value.map(namesText).join(", ");
  return value === undefined || value === null ? "" : String(value);
}

/** Who does what to whom, short: "USA → CHN · manufacturing · 2026-2027". */
export function brief(measure: Measure, info: MeasureInfo | undefined, nameOf: (code: string) => string): string {
  const named = (value: unknown): string =>
    (Array.isArray(value) ? value : [value]).map((one) => (Array.isArray(one) ? one.map((x) => nameOf(String(x))).join(", ") : nameOf(String(one)))).join(", ");
  const parts: string[] = [];
  const sides = measure["between"];
  if (Array.isArray(sides)) parts.push(sides.map((side) => named(side)).join(" ⇄ "));
  const actor = measure["by"] ?? measure["along"] ?? measure["regions"] ?? measure["region"] ?? measure["country"] ?? measure["holders"];
  const target = measure["on"] ?? measure["to"] ?? measure["of"];
  if (actor !== undefined && target !== undefined) parts.push(`${named(actor)} → ${named(target)}`);
  else if (actor !== undefined || target !== undefined) parts.push(named(actor ?? target));
  for (const key of ["goods", "minerals", "rail", "currency", "table", "date", "preset"]) {
    if (measure[key] !== undefined) parts.push(namesText(measure[key]).replaceAll("_", " "));
  }
  if (measure.years !== undefined) parts.push(String(measure.years).replace(/-$/, " on").replace("-", "–"));
  return parts.join(" · ") || (info?.title ?? measure.type);
}
