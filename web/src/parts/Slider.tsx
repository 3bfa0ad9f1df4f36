/** A slider with today's real-world value marked on its track, its position in words, and a way back to rest. */

import type { ComponentChildren, CSSProperties, JSX } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: ComponentChildren;
  value: number;
  low: number;
  high: number;
  step: number;
  text: string;
  rest?: number;
  now?: { value: number; text: string };
  note?: string;
  active: boolean;
  onMove: (value: number) => void;
  onReset?: () => void;
  children?: ComponentChildren;
}

export function Slider(props: Props): JSX.Element {
  const id = useId();
  const share = (value: number): number => (Math.min(Math.max(value, props.low), props.high) - props.low) / (props.high - props.low || 1);
  const place = (value: number): string => `calc(9px + (100% - 18px) * ${share(value).toFixed(4)})`;
  const from = share(props.rest ?? props.low);
  const to = share(props.value);
  const style = { "--from": Math.min(from, to).toFixed(4), "--to": Math.max(from, to).toFixed(4) } as CSSProperties;
  return (
    <div class={props.active ? "slider active" : "slider"}>
      <div class="slider-head">
        <label for={id}>{props.label}</label>
        <output for={id}>{props.text}</output>
        {props.onReset && props.active ? (
          <button type="button" class="icon" title="Back to rest" aria-label="Back to rest" onClick={props.onReset}>↺</button>
        ) : null}
      </div>
      <div class="track" style={style}>
        <input
          id={id}
          type="range"
          min={props.low}
          max={props.high}
          step={props.step}
          value={props.value}
          aria-valuetext={props.now ? `${props.text}; today ${props.now.text}` : props.text}
          onInput={(event) => props.onMove(Number(event.currentTarget.value))}
        />
        {props.now ? <span class="now" style={{ left: place(props.now.value) }} aria-hidden="true" /> : null}
      </div>
      {props.now || props.note ? (
        <p class="slider-note">
          {props.now ? <><span class="now-key" aria-hidden="true" />today {props.now.text}</> : null}
          {props.now && props.note ? " · " : ""}{props.note}
        </p>
      ) : null}
      {props.children}
    </div>
  );
}
