/** Numbers and lists as a reader meets them; the same rules as `blocs.report.words`. */

export const MISSING = "–";
const NOISE = 1e-6; // %, what the solver's tolerance leaves in a result

export type Figure = number | null | undefined;

export function known(value: Figure): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** `value` with fixed decimals, thousands separators and a true minus; zero has no sign. */
export function fixed(value: Figure, digits: number): string {
  if (!known(value)) return MISSING;
  let text = value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (/^-[0.,]+$/.test(text)) text = text.slice(1);
  return text.replace("-", "−");
}

/** A change in % with digits that fit its size: −12.3%, −1.23%, 0.045%, 0.0%. */
export function percent(value: Figure): string {
  if (!known(value)) return MISSING;
  const size = Math.abs(value);
  if (size < NOISE) return "0.0%";
  const digits = size >= 99.95 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : Math.min(1 - Math.floor(Math.log10(size)), 6);
  return `${fixed(value, digits)}%`;
}

/** The same with a plus in front of a rise. */
export function change(value: Figure): string {
  const text = percent(value);
  return known(value) && value >= NOISE ? `+${text}` : text;
}

/** US$ mn as US$ mn, bn or trn, held together by no-break spaces. */
export function dollars(millions: Figure): string {
  if (!known(millions)) return MISSING;
  for (const [unit, size] of [
    ["trn", 1e6],
    ["bn", 1e3],
  ] as const) {
    if (Math.abs(millions) >= 0.9995 * size) {
      const value = millions / size;
      const tall = Math.abs(value);
      return `US$\u00a0${fixed(value, tall >= 100 ? 0 : tall >= 10 ? 1 : 2)}\u00a0${unit}`;
    }
  }
  return `US$\u00a0${fixed(millions, Math.abs(millions) >= 10 ? 0 : 1)}\u00a0mn`;
}

/** US$ mn as a signed change. */
export function gained(millions: Figure): string {
  const text = dollars(millions);
  return known(millions) && millions > 0.05 ? text.replace("US$\u00a0", "US$\u00a0+") : text;
}

/** A number to three significant digits, for axes and parameters. */
export function short(value: Figure): string {
  if (!known(value)) return MISSING;
  if (value === 0) return "0";
  const digits = Math.min(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))), 8);
  const text = fixed(value, digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** "a", "a and b", "a, b and c". */
export function listed(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** Notes as running text: each ends with a full stop. */
export function sentences(notes: readonly string[]): string {
  return notes.map((line) => (/[.!?]$/.test(line) ? line : `${line}.`)).join(" ");
}

/** "USA, EU27" as names. */
export function split(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}

/** A sentence begins with a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
