/** A heat map of who is moved by whom, on a canvas; the pointer and the arrow keys read single cells. */

import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { known, type Figure } from "../lib/format";
import { colour } from "../lib/scale";

interface Props {
  /** codes in the order to draw, the same for rows and columns */
  order: readonly string[];
  value: (row: string, column: string) => Figure;
  reach: number;
  dark: boolean;
  label: string;
  rows: string;
  columns: string;
  nameOf: (code: string) => string;
  say: (value: Figure) => string;
  marked: string | null;
  onSelect: (row: string) => void;
}

const CELL = 9;
const EDGE = 34;
const NARROW = "(max-width: 36rem)"; // below it codes beside the cells could not be read

export function Heat(props: Props): JSX.Element {
  const { order, value, reach, dark } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<readonly [number, number] | null>(null);
  const narrow = useMedia(NARROW);
  const edge = narrow ? 1 : EDGE;
  const size = edge + order.length * CELL;
  useEffect(() => {
    const node = canvas.current;
    const pen = node?.getContext("2d");
    if (!node || !pen) return;
    const sharp = Math.max(1, devicePixelRatio);
    node.width = size * sharp;
    node.height = size * sharp;
    pen.scale(sharp, sharp);
    pen.clearRect(0, 0, size, size);
    pen.font = "7.5px 'Source Sans 3 Variable', sans-serif";
    pen.textBaseline = "middle";
    order.forEach((row, r) => {
      order.forEach((column, c) => {
        const figure = value(row, column);
        pen.fillStyle = known(figure) ? colour(figure, reach, dark) : dark ? "#2a2f33" : "#dedddb";
        pen.fillRect(edge + c * CELL, edge + r * CELL, CELL - 0.6, CELL - 0.6);
      });
      if (narrow) return;
      pen.fillStyle = row === props.marked ? (dark ? "#ffffff" : "#000000") : dark ? "#98a3aa" : "#5c6870";
      pen.textAlign = "right";
      pen.fillText(row, edge - 4, edge + (r + 0.5) * CELL);
      pen.save();
      pen.translate(edge + (r + 0.5) * CELL, edge - 4);
      pen.rotate(-Math.PI / 2);
      pen.textAlign = "left";
      pen.fillText(row, 0, 0);
      pen.restore();
    });
    pen.strokeStyle = dark ? "#ffffff" : "#000000";
    const marked = narrow && props.marked !== null ? order.indexOf(props.marked) : -1;
    if (marked >= 0) pen.strokeRect(edge - 0.5, edge + marked * CELL - 0.5, order.length * CELL, CELL);
    if (at) {
      pen.strokeRect(edge + at[1] * CELL - 0.5, edge + at[0] * CELL - 0.5, CELL, CELL);
    }
  }, [order, value, reach, dark, at, props.marked, size, narrow, edge]);

  const clamp = (n: number): number => Math.min(Math.max(n, 0), order.length - 1);
  const point = (event: TargetedPointerEvent<HTMLCanvasElement>): void => {
    const frame = event.currentTarget.getBoundingClientRect();
    const scale = size / frame.width;
    const column = Math.floor(((event.clientX - frame.left) * scale - edge) / CELL);
    const row = Math.floor(((event.clientY - frame.top) * scale - edge) / CELL);
    setAt(column >= 0 && row >= 0 && column < order.length && row < order.length ? [row, column] : null);
  };
  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.key === "Enter" && at) props.onSelect(order[at[0]] as string);
    if (!step) return;
    event.preventDefault();
    setAt(at ? [clamp(at[0] + (step[0] as number)), clamp(at[1] + (step[1] as number))] : [0, 0]);
  };
  const cell = at ? ([order[at[0]] as string, order[at[1]] as string] as const) : null;
  return (
    <div
      class="heat"
      tabIndex={0}
      role="group"
      aria-roledescription="heat map"
      aria-label={`${props.label} Arrow keys move from cell to cell, Enter chooses the row; a table beside it says the same of one row.`}
      onKeyDown={keyed}
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={(event) => {
          if (event.pointerType === "mouse") setAt(null); // a finger leaves at once, and what it pointed at stays
        }}
        onClick={() => at && props.onSelect(order[at[0]] as string)}
      />
      <p class="reading" aria-live="polite">
        {cell ? (
          <>
            {props.rows} <b>{props.nameOf(cell[0])}</b>, {props.columns} <b>{props.nameOf(cell[1])}</b>:{" "}
            <b>{props.say(value(cell[0], cell[1]))}</b>
          </>
        ) : (
          <span class="faint">
            Rows: {props.rows}. Columns: {props.columns}. Point at a cell, or touch it, for its figure.
          </span>
        )}
      </p>
    </div>
  );
}

function useMedia(query: string): boolean {
  const [matches, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = (): void => set(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, [query]);
  return matches;
}
