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

export function Heat(props: Props): JSX.Element {
  const { order, value, reach, dark } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<readonly [number, number] | null>(null);
  const size = EDGE + order.length * CELL;
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
        pen.fillRect(EDGE + c * CELL, EDGE + r * CELL, CELL - 0.6, CELL - 0.6);
      });
      pen.fillStyle = row === props.marked ? (dark ? "#ffffff" : "#000000") : dark ? "#98a3aa" : "#5c6870";
      pen.textAlign = "right";
      pen.fillText(row, EDGE - 4, EDGE + (r + 0.5) * CELL);
      pen.save();
      pen.translate(EDGE + (r + 0.5) * CELL, EDGE - 4);
      pen.rotate(-Math.PI / 2);
      pen.textAlign = "left";
      pen.fillText(row, 0, 0);
      pen.restore();
    });
    if (at) {
      pen.strokeStyle = dark ? "#ffffff" : "#000000";
      pen.strokeRect(EDGE + at[1] * CELL - 0.5, EDGE + at[0] * CELL - 0.5, CELL, CELL);
    }
  }, [order, value, reach, dark, at, props.marked, size]);

  const clamp = (n: number): number => Math.min(Math.max(n, 0), order.length - 1);
  const point = (event: TargetedPointerEvent<HTMLCanvasElement>): void => {
    const frame = event.currentTarget.getBoundingClientRect();
    const scale = size / frame.width;
    const column = Math.floor(((event.clientX - frame.left) * scale - EDGE) / CELL);
    const row = Math.floor(((event.clientY - frame.top) * scale - EDGE) / CELL);
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
    <div class="heat" tabIndex={0} role="group" aria-roledescription="heat map" aria-label={`${props.label} Arrow keys move from cell to cell, Enter chooses the row; a table beside it says the same of one row.`} onKeyDown={keyed}>
      <canvas ref={canvas} aria-hidden="true" onPointerMove={point} onPointerLeave={() => setAt(null)} onClick={() => at && props.onSelect(order[at[0]] as string)} />
      <p class="reading" aria-live="polite">
        {cell ? <>{props.rows} <b>{props.nameOf(cell[0])}</b>, {props.columns} <b>{props.nameOf(cell[1])}</b>: <b>{props.say(value(cell[0], cell[1]))}</b></> : <span class="faint">Rows: {props.rows}. Columns: {props.columns}. Point at a cell for its figure.</span>}
      </p>
    </div>
  );
}
