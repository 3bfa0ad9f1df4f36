/** Time paths: one line a series, an optional band of uncertainty, values at the pointer or the focused year. */

import type { JSX, RefObject, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { linear, niceRange, ticks } from "../lib/axis";
import { narrow } from "../state/theme";
import { known, short, type Figure } from "../lib/format";
import { spread } from "../lib/spread";

export interface Series {
  name: string;
  values: readonly Figure[];
  tone?: string;
  low?: readonly Figure[];
  high?: readonly Figure[];
  inner?: { low: readonly Figure[]; high: readonly Figure[] };
  dashed?: boolean;
}

interface Props {
  years: readonly number[];
  series: readonly Series[];
  unit: string;
  label: string;
  marked?: number | null;
  height?: number;
  width?: number;
  zero?: boolean;
  say?: (value: Figure) => string;
  onYear?: (year: number) => void;
  /** draw on over missing values: series that are published now and then */
  join?: boolean;
  /** what the n-th time is called in the reading; default: the year */
  sayTime?: (n: number) => string;
}

const LEFT = 46;
const TOP = 24;
const BOTTOM = 24;
const NARROWEST = 280;
const YEAR = 44; // room that a year takes on the axis
const TONES = ["tone-a", "tone-b", "tone-c", "tone-d", "tone-e", "tone-f"];

export function Lines(props: Props): JSX.Element {
  const { years, series } = props;
  const height = props.height ?? 240;
  const svg = useRef<SVGSVGElement>(null);
  const width = useRoom(svg) ?? (narrow.value ? 380 : (props.width ?? 560));
  const [at, setAt] = useState<number | null>(null);
  const say = props.say ?? short;
  const right = width - 8 - Math.min(170, 7.2 * Math.max(0, ...series.map((one) => one.name.length)) + 8);
  const all = useMemo(
    () => series.flatMap((one) => [one.values, one.low ?? [], one.high ?? []].flat().filter(known)),
    [series],
  );
  const [low, high] = niceRange(all, 4, props.zero ?? true);
  const x = linear(years[0] ?? 0, years[years.length - 1] ?? 1, LEFT + 6, right - 6);
  const y = linear(low, high, height - BOTTOM, TOP);
  const labels = spread(
    series.map((one) => y(lastKnown(one.values) ?? 0)),
    TOP,
    height - BOTTOM,
  );
  const index = at ?? (props.marked == null ? null : Math.max(0, years.indexOf(props.marked)));

  const move = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const frame = svg.current?.getBoundingClientRect();
    if (!frame || years.length === 0) return;
    const year = x.invert(((event.clientX - frame.left) / frame.width) * width);
    setAt(nearest(years, year));
  };
  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt(Math.min(Math.max((index ?? (step > 0 ? -1 : years.length)) + step, 0), years.length - 1));
  };
  return (
    <figure class="lines">
      <div
        tabIndex={0}
        role="group"
        aria-roledescription="chart"
        aria-label={`${props.label} Left and right arrow keys read it.`}
        onKeyDown={keyed}
        onBlur={() => setAt(null)}
      >
        <svg
          ref={svg}
          class="chart"
          viewBox={`0 0 ${width} ${height}`}
          aria-hidden="true"
          onPointerDown={move}
          onPointerMove={move}
          onPointerLeave={(event) => {
            if (event.pointerType === "mouse") setAt(null); // a finger leaves at once, and what it pointed at stays
          }}
          onClick={() => at !== null && props.onYear?.(years[at] as number)}
        >
          {ticks(low, high, 4).map((value) => (
            <g key={value} class={value === 0 ? "grid zero" : "grid"}>
              <path d={`M${LEFT},${y(value)}H${right}`} />
              <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
                {tick(value)}
              </text>
            </g>
          ))}
          {yearTicks(years, Math.max(2, Math.floor((right - LEFT) / YEAR))).map((year) => (
            <text key={year} class="axis" x={x(year)} y={height - 6} text-anchor="middle">
              {year}
            </text>
          ))}
          <text class="axis" x={2} y={11}>
            {props.unit}
          </text>
          {index !== null && years[index] !== undefined ? (
            <path class="cursor" d={`M${x(years[index] as number)},${TOP}V${height - BOTTOM}`} />
          ) : null}
          {series.map((one, n) => (
            <g key={one.name} class={one.tone ?? TONES[n % TONES.length]}>
              {one.low && one.high ? <path class="band" d={band(years, one.low, one.high, x, y)} /> : null}
              {one.inner ? <path class="band" d={band(years, one.inner.low, one.inner.high, x, y)} /> : null}
              <path
                class={one.dashed ? "line dashed" : "line"}
                d={line(years, one.values, x, y, props.join ?? false)}
              />
              {years.length === 1 ? (
                <circle class="dot" cx={x(years[0] as number)} cy={y(one.values[0] ?? 0)} r="3.5" />
              ) : null}
              {index !== null && known(one.values[index]) ? (
                <circle class="dot" cx={x(years[index] as number)} cy={y(one.values[index] as number)} r="3.5" />
              ) : null}
              <text class="end" x={right + 4} y={(labels[n] ?? 0) + 4}>
                {one.name}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <figcaption class="reading" aria-live={at === null ? "off" : "polite"}>
        {index !== null && years[index] !== undefined ? (
          <>
            <strong>{props.sayTime?.(index) ?? years[index]}</strong>{" "}
            {series.map((one, n) => (
              <span key={one.name} class={`key ${one.tone ?? TONES[n % TONES.length]}`}>
                <i aria-hidden="true" />
                {one.name} <b>{say(one.values[index])}</b>
                {one.low && one.high ? (
                  <span class="faint">
                    {" "}
                    ({say(one.low[index])} to {say(one.high[index])})
                  </span>
                ) : null}
              </span>
            ))}
          </>
        ) : null}
      </figcaption>
    </figure>
  );
}

/** Pixels there are for a drawing, so that its words keep their size; null until it stands on the page. */
function useRoom(drawing: RefObject<SVGSVGElement | null>): number | null {
  const [room, setRoom] = useState<number | null>(null);
  useEffect(() => {
    const node = drawing.current?.parentElement;
    if (!node) return;
    const observer = new ResizeObserver(() => {
      if (node.clientWidth > 0) setRoom(Math.max(NARROWEST, Math.round(node.clientWidth)));
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return room;
}

/** Large numbers short enough for the margin. */
function tick(value: number): string {
  return Math.abs(value) >= 1e6 ? `${short(value / 1e6)} mn` : short(value);
}

function nearest(years: readonly number[], year: number): number {
  let best = 0;
  years.forEach((one, n) => {
    if (Math.abs(one - year) < Math.abs((years[best] as number) - year)) best = n;
  });
  return best;
}

function lastKnown(values: readonly Figure[]): number | null {
  for (let n = values.length - 1; n >= 0; n -= 1) if (known(values[n])) return values[n] as number;
  return null;
}

type Scale = (value: number) => number;

function line(years: readonly number[], values: readonly Figure[], x: Scale, y: Scale, join: boolean): string {
  let d = "";
  let pen = false;
  years.forEach((year, n) => {
    const value = values[n];
    if (!known(value)) pen = pen && join;
    else {
      d += `${pen ? "L" : "M"}${x(year).toFixed(1)},${y(value).toFixed(1)}`;
      pen = true;
    }
  });
  return d;
}

function band(years: readonly number[], low: readonly Figure[], high: readonly Figure[], x: Scale, y: Scale): string {
  const whole = years.flatMap((year, n) =>
    known(low[n]) && known(high[n]) ? [[x(year), y(low[n] as number), y(high[n] as number)] as const] : [],
  );
  if (whole.length === 0) return "";
  const up = whole.map(([at, , top]) => `${at.toFixed(1)},${top.toFixed(1)}`);
  const down = [...whole].reverse().map(([at, bottom]) => `${at.toFixed(1)},${bottom.toFixed(1)}`);
  return `M${up.join("L")}L${down.join("L")}Z`;
}

function yearTicks(years: readonly number[], most: number): number[] {
  if (years.some((one) => !Number.isInteger(one)))
    return ticks(years[0] as number, years[years.length - 1] as number, Math.min(6, most)).filter(Number.isInteger);
  const step = Math.ceil(years.length / Math.min(8, most));
  return years.filter((_, n) => n % step === 0);
}
