/** A short guided example for the first visit: one thing to drag, one to read, one to play. */

import { computed, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { recall, remember } from "../lib/store";
import { clear, draft, levers, region, regionName, setLever, year, years } from "../state/lab";
import { main, mapped } from "../state/main";
import { change as signed } from "../lib/format";
import { playing } from "./Years";

const KEY = "blocs.guided";
const at = signal(recall(KEY) === "done" ? -1 : 0);
const FIRST = "us-world-tariff";

interface Step {
  title: string;
  text: () => string;
  act?: { label: string; run: () => void };
}

const third = computed(() => {
  const best = Object.entries(mapped.value).filter(([code, value]) => code !== "ROW" && typeof value === "number").sort((a, b) => (b[1] as number) - (a[1] as number))[0];
  return best ? `${regionName(best[0])} gains most, ${signed(best[1])}` : "some gain";
});

const STEPS: readonly Step[] = [
  {
    title: "Drag one slider",
    text: () => "Raise the US duty on everybody’s goods on top of this, and watch the map: every move solves all 81 economies anew.",
    act: { label: "Raise it to 20 points for me", run: () => { const lever = levers.value.get(FIRST); if (lever) setLever(lever, 0.2); } },
  },
  {
    title: "Who takes their place?",
    text: () => `Trade is rerouted: ${third.value}. Point at a country for its numbers, or choose one to see its path and its industries.`,
    act: { label: "Look closer at Mexico", run: () => { region.value = "MEX"; document.getElementById("closer")?.scrollIntoView({ behavior: "smooth", block: "center" }); } },
  },
  {
    title: "Let time pass",
    text: () => "The measures come one after the other. Play the years.",
    act: { label: "Play", run: () => { year.value = years.value[0] ?? 0; playing.value = true; document.getElementById("map")?.scrollIntoView({ behavior: "smooth", block: "center" }); } },
  },
  {
    title: "Make it yours",
    text: () => "The library holds more scenarios; they can be stacked. “Share & download” gives a link, the tables, and three lines of Python with the same numbers.",
    act: { label: "Start from a blank world", run: clear },
  },
];

export function Guide(): JSX.Element | null {
  const moved = Object.keys(draft.value.levers).length > 0 && !main.busy.value;
  useEffect(() => { if (at.value === 0 && moved) at.value = 1; }, [moved]);
  const step = STEPS[at.value];
  if (!step || !main.results.value) return null;
  const go = (to: number): void => {
    at.value = to < STEPS.length ? to : -1;
    if (at.value === -1) remember(KEY, "done");
  };
  return (
    <aside class="guide" aria-label="A short tour">
      <p><b>{step.title}.</b> {step.text()}</p>
      <div class="row wrap">
        {step.act ? <button type="button" class="primary small" onClick={() => { step.act?.run(); go(at.value + 1); }}>{step.act.label}</button> : null}
        {at.value + 1 < STEPS.length ? <button type="button" class="small" onClick={() => go(at.value + 1)}>Next</button> : null}
        <button type="button" class="small" onClick={() => go(STEPS.length)}>End the tour</button>
        <span class="guide-count">{at.value + 1} of {STEPS.length}</span>
      </div>
    </aside>
  );
}
