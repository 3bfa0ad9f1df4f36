/** Linear scales and round ticks for charts. */

export interface Linear {
  (value: number): number;
  invert(position: number): number;
  domain: readonly [number, number];
}

/** Map [low, high] to [from, to]; an empty domain is widened so that nothing divides by zero. */
export function linear(low: number, high: number, from: number, to: number): Linear {
  const span = high === low ? 1 : high - low;
  const at = (value: number): number => from + ((value - low) / span) * (to - from);
  return Object.assign(at, {
    invert: (position: number): number => low + ((position - from) / (to - from || 1)) * span,
    domain: [low, low + span] as const,
  });
}

/** About `count` round numbers from low to high, both inside. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10) * power;
  const out: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) {
    out.push(Number((n * step).toPrecision(12)));
  }
  return out;
}

/** The smallest range of round ticks that holds all values and zero. */
export function niceRange(values: Iterable<number>, count = 4, zero = true): [number, number] {
  let low = zero ? 0 : Infinity;
  let high = zero ? 0 : -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return Number.isFinite(low) ? [low - 1, low + 1] : [-1, 1];
  const all = ticks(low, high, count);
  const step = all.length > 1 ? (all[1] as number) - (all[0] as number) : high - low;
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}
