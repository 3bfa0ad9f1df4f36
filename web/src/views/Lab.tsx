/** The lab: words, map and figures, and beside them the levers; on a phone the levers are a sheet under the map. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Closer } from "./Closer";
import { Guide } from "./Guide";
import { HowSure } from "./HowSure";
import { Levers } from "./Levers";
import { MapFigure } from "./MapFigure";
import { Rerouted } from "./Rerouted";
import { Story } from "./Story";
import { Watched } from "./Watched";
import { Winners } from "./Winners";
import { main } from "../state/main";

export function Lab(): JSX.Element {
  const open = useSignal(false);
  const toggle = (): void => {
    open.value = !open.value;
    if (open.value) document.getElementById("map")?.scrollIntoView({ block: "start" });
  };
  return (
    <div class={`lab${open.value ? " open" : ""}${main.problem.value ? " stale" : ""}`}>
      <main id="main" tabIndex={-1} class="results">
        <Story />
        <Guide />
        <MapFigure />
        <Winners />
        <Closer />
        <Rerouted />
        <Watched />
        <HowSure />
      </main>
      <Levers />
      <button type="button" class="primary sheet-toggle" aria-expanded={open.value} onClick={toggle}>{open.value ? "Close the levers" : "Levers"}</button>
    </div>
  );
}
