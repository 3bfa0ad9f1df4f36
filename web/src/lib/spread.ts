/** Moves the labels of lines apart. */

/** Move labels apart so that none covers another, keeping their order. */
export function spread(wanted: readonly number[], low: number, high: number, least = 14): number[] {
  const order = wanted.map((_, n) => n).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const out = [...wanted];
  let previous = low - least;
  for (const n of order) {
    out[n] = Math.max(wanted[n] as number, previous + least);
    previous = out[n] as number;
  }
  let limit = high + least;
  for (const n of [...order].reverse()) {
    out[n] = Math.min(out[n] as number, limit - least);
    limit = out[n] as number;
  }
  return out;
}
