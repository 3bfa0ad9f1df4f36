/** Reads the server's tables by column name. */

import type { TableDocument } from "../api/types";

export type Row = Record<string, string | number | null>;

export function records(table: TableDocument): Row[] {
  const names = table.columns.map((one) => one.name);
  return table.rows.map((row) => Object.fromEntries(names.map((name, n) => [name, row[n] ?? null])));
}

export function number(row: Row, name: string): number {
  const value = row[name];
  return typeof value === "number" ? value : NaN;
}

export function text(row: Row, name: string): string {
  return String(row[name] ?? "");
}
