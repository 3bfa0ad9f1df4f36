/** The diverging colour scale of the maps: ColorBrewer's RdBu, zero in the middle, safe for colour-blind readers. */

const LIGHT = ["#b2182b", "#d6604d", "#f4a582", "#fddbc7", "#f4f3f0", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac"];
// on a dark page no change recedes into the page, and the strongest changes are the brightest
const DARK = ["#ff8a70", "#e0644f", "#b04639", "#6d3732", "#363d42", "#2c4f69", "#2f75a6", "#4a9ad4", "#83c5ff"];

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

export function stops(dark: boolean): readonly string[] {
  return dark ? DARK : LIGHT;
}

/** The colour of `value` on a scale from −reach to reach; the ends take what lies beyond. */
export function colour(value: number, reach: number, dark: boolean): string {
  const all = stops(dark);
  const share = (Math.min(Math.max(value / reach, -1), 1) + 1) / 2;
  const at = share * (all.length - 1);
  const low = Math.min(Math.floor(at), all.length - 2);
  return mix(all[low] as string, all[low + 1] as string, at - low);
}

/** The 98th percentile of absolute values, rounded up to a number easy to read: where a scale may end. */
export function robustReach(values: Iterable<number>): number {
  const sizes = [...values].map(Math.abs).filter(Number.isFinite).sort((a, b) => a - b);
  const reach = sizes[Math.ceil(0.98 * sizes.length) - 1] ?? 0;
  return reach < 1e-6 ? 1 : roundUp(reach);
}

/** The next number at or above `value` that is easy to read. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((one) => one * power >= value * (1 - 1e-12)) ?? 10;
  return Number((step * power).toPrecision(3));
}

function mix(first: string, second: string, share: number): string {
  let out = "#";
  for (const at of [1, 3, 5]) {
    const a = parseInt(first.slice(at, at + 2), 16);
    const b = parseInt(second.slice(at, at + 2), 16);
    out += Math.round(a + (b - a) * share).toString(16).padStart(2, "0");
  }
  return out;
}
