/** Winners and losers: bars from zero, the name and the figure beside each, all on one scale. */

import type { JSX } from "preact";

export interface RankRow {
  code: string;
  name: string;
  value: number;
  text: string;
  second?: string;
}

interface Props {
  rows: readonly RankRow[];
  reach: number;
  selected?: string | null;
  onSelect?: (code: string) => void;
  label: string;
  /** sizes rather than losses and gains */
  neutral?: boolean;
}

export function RankBars({ rows, reach, selected, onSelect, label, neutral }: Props): JSX.Element {
  return (
    <ol class={`ranks${rows.some((row) => row.second !== undefined) ? "" : " short"}${neutral ? " neutral" : ""}`} aria-label={label}>
      {rows.map((row) => {
        const inside = (
          <>
            <span class="name">{row.name}</span>
            <span class="bar" aria-hidden="true">
              <span class={row.value < 0 ? "fill lost" : "fill won"} style={{ width: `${Math.min(100, (100 * Math.abs(row.value)) / reach)}%` }} />
            </span>
            <span class={`num ${row.value < 0 ? "loss" : "gain"}`}>{row.text}</span>
            {row.second === undefined ? null : <span class="num faint second">{row.second}</span>}
          </>
        );
        return (
          <li key={row.code} class={row.code === selected ? "chosen" : ""}>
            {onSelect ? (
              <button type="button" onClick={() => onSelect(row.code)} aria-pressed={row.code === selected}>{inside}</button>
            ) : (
              <div class="row">{inside}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
