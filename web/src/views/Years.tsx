/** The year slider with play: one year after the other, from the start when at the end. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { chosenYear, year, years } from "../state/lab";
import { main } from "../state/main";

const PACE = 900; // ms a year
export const playing = signal(false);

export function Years(): JSX.Element {
  const all = years.value;
  const first = all[0] ?? 0;
  const last = all[all.length - 1] ?? 0;
  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(step, PACE);
    return () => clearInterval(timer);
  }, [playing.value]);
  if (all.length < 2) return <p class="one-year">{first}</p>;
  const toggle = (): void => {
    if (!playing.value && chosenYear.value === last) year.value = first;
    playing.value = !playing.value;
  };
  return (
    <div class="years">
      <button type="button" class="play" aria-label={playing.value ? "Pause" : "Play the years"} onClick={toggle}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d={playing.value ? "M3,2h3.6v12H3zM9.4,2H13v12H9.4z" : "M4,2l10,6l-10,6z"} /></svg>
      </button>
      <div class="year-track">
        <input
          type="range"
          aria-label="Year"
          aria-valuetext={`${chosenYear.value}`}
          min={first}
          max={last}
          step={1}
          value={chosenYear.value}
          onInput={(event) => { playing.value = false; year.value = Number(event.currentTarget.value); }}
        />
        <div class="year-ends" aria-hidden="true">
          {all.map((one) => (
            <span key={one} class={`${one === chosenYear.value ? "at" : ""} ${main.results.value?.years.has(one) ? "here" : ""}`}>{shownLabel(one, all) ? one : "·"}</span>
          ))}
        </div>
      </div>
    </div>
  );
}

function step(): void {
  const all = years.value;
  const at = all.indexOf(chosenYear.value);
  const next = all[at + 1];
  if (next === undefined) playing.value = false;
  else if (main.results.value?.years.has(next)) year.value = next;
}

function shownLabel(one: number, all: readonly number[]): boolean {
  if (all.length <= 9) return true;
  const at = all.indexOf(one);
  return at === 0 || at === all.length - 1 || one % 5 === 0 || one === chosenYear.value;
}
