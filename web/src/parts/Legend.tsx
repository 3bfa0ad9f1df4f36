/** The legend of the diverging scale: a bar with fixed, labelled ends and a mark for every region. */

import type { JSX } from "preact";
import { known, short, type Figure } from "../lib/format";
import { stops } from "../lib/scale";

interface Props {
  values: Readonly<Record<string, Figure>>;
  reach: number;
  unit: string;
  dark: boolean;
  selected: string | null;
  low?: string;
  high?: string;
}

const WIDTH = 420;
const LEFT = 14;
const RIGHT = WIDTH - 14;

export function Legend(props: Props): JSX.Element {
  const all = stops(props.dark);
  const figures = Object.entries(props.values).filter((pair): pair is [string, number] => known(pair[1]));
  const at = (value: number): number =>
    LEFT + ((Math.min(Math.max(value / props.reach, -1), 1) + 1) / 2) * (RIGHT - LEFT);
  const beyond = (side: 1 | -1): boolean => figures.some(([, value]) => side * value > props.reach * (1 + 1e-9));
  return (
    <svg class="legend" viewBox={`0 0 ${WIDTH} 46`} role="img" aria-label={`Colour scale from ${short(-props.reach)} to ${short(props.reach)} ${props.unit}`}>
      <defs>
        <linearGradient id="scale">
          {all.map((stop, n) => (
            <stop key={n} offset={`${(100 * n) / (all.length - 1)}%`} stop-color={stop} />
          ))}
        </linearGradient>
      </defs>
      <g class="rug">
        {figures.map(([code, value]) => (
          <path key={code} class={code === props.selected ? "one" : ""} d={`M${at(value).toFixed(1)},${code === props.selected ? 1 : 5}V13`} />
        ))}
      </g>
      <rect x={LEFT} y="14" width={RIGHT - LEFT} height="11" fill="url(#scale)" />
      {[-1, -0.5, 0, 0.5, 1].map((share) => {
        const sign = share === -1 && beyond(-1) ? "≤ " : share === 1 && beyond(1) ? "≥ " : "";
        const value = share * props.reach;
        const text = `${sign}${value > 0 ? "+" : ""}${short(value)}${share === 0 ? "" : props.unit === "%" ? "%" : ""}`;
        return (
          <g key={share}>
            <path class="tick" d={`M${at(value)},25v4`} />
            <text x={share === -1 ? 1 : share === 1 ? WIDTH - 1 : at(value)} y="42" text-anchor={share === -1 ? "start" : share === 1 ? "end" : "middle"}>{text}</text>
          </g>
        );
      })}
    </svg>
  );
}
