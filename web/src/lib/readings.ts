/** Times and figures as files write them: a column of CSV, and dates as numbers to draw by. */

import type { Figure } from "./format";

export interface Readings {
  name: string;
  rows: { time: string; value: Figure }[];
}

/** The first column of times with the first column of figures, to be drawn; null where there is nothing to draw. */
export function readColumn(csv: string): Readings | null {
  const lines = csv
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const head = lines[0]?.split(",") ?? [];
  const rows = lines.slice(1).map((line) => {
    const [time = "", figure = ""] = line.split(",");
    const value = figure.trim() === "" ? NaN : Number(figure);
    return { time: time.trim(), value: Number.isFinite(value) ? value : null };
  });
  if (rows.length < 2 || rows.some((row) => !Number.isFinite(inYears(row.time)))) return null;
  return { name: head[1]?.trim() || "value", rows };
}

/** 2023-07 and 2023-Q3 as 2023.5, 2023-07-01 close to it, whole numbers as they are; NaN for what is no time. */
export function inYears(time: string): number {
  const found = /^(-?\d+)(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?$/.exec(time);
  if (!found) return NaN;
  const [, year, quarter, month, day] = found;
  const part = quarter ? (Number(quarter) - 1) / 4 : month ? (Number(month) - 1) / 12 : 0;
  return Number(year) + part + (day ? (Number(day) - 1) / 372 : 0);
}
