/** The library of scenarios: start from one, or put it on top of what is there; or open a scenario file. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { json, sentence } from "../api/client";
import type { Preset, ScenarioBody } from "../api/types";
import { fromScenario } from "../lib/draft";
import { Dialog } from "../parts/Dialog";
import { change, draft, schema, stack, startFrom } from "../state/lab";

export function Library({ onClose }: { onClose: () => void }): JSX.Element {
  const word = useSignal("");
  const known = schema.value;
  const found = (known?.presets ?? []).filter((one) => matches(one, word.value));
  const titles = new Map((known?.vectors ?? []).map((one) => [one.name, one.title]));
  return (
    <Dialog title="Scenarios" onClose={onClose} wide>
      <div class="row wrap library-tools">
        <input type="search" aria-label="Search the scenarios" placeholder="Search: tariffs, gallium, SWIFT, …" value={word.value} onInput={(event) => { word.value = event.currentTarget.value; }} />
        <OpenFile onDone={onClose} />
      </div>
      <p class="faint">{found.length} scenarios. Start from one, or stack several: their measures add up.</p>
      <ul class="library">
        {found.map((one) => (
          <li key={one.name}>
            <h3>{one.title}</h3>
            <p class="faint small-print">{one.vectors.map((name) => titles.get(name) ?? name).join(", ")} · {one.years.replace("-", "–")}</p>
            <p>{one.description}</p>
            {one.leaves_out ? <details><summary>What it leaves out</summary><p>{one.leaves_out}</p></details> : null}
            <div class="row">
              <button type="button" class="primary small" onClick={() => { startFrom(one.name); onClose(); }}>Start from this</button>
              <button type="button" class="small" disabled={draft.value.presets.includes(one.name)} onClick={() => { stack(one.name); onClose(); }}>Put on top</button>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function matches(one: Preset, word: string): boolean {
  const text = `${one.name} ${one.title} ${one.description} ${one.vectors.join(" ")}`.toLowerCase();
  return word.toLowerCase().split(/\s+/).every((part) => text.includes(part));
}

function OpenFile({ onDone }: { onDone: () => void }): JSX.Element {
  const problem = useSignal("");
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      const found = await json<{ scenario: ScenarioBody }>("/api/scenario", { body: { yaml: await file.text() } });
      change(fromScenario(found.scenario));
      onDone();
    } catch (error) {
      problem.value = sentence(error);
    }
  };
  return (
    <>
      <label class="file">
        Open a scenario file…
        <input type="file" accept=".yaml,.yml" onChange={(event) => void read(event.currentTarget.files?.[0])} />
      </label>
      {problem.value ? <p class="warn" role="alert">{problem.value}</p> : null}
    </>
  );
}
