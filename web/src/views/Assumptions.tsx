/** Every uncertain number: its value, range and source; edited here, the scenario carries the difference. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AssumptionInfo } from "../api/types";
import { short } from "../lib/format";
import { PlainTable } from "../parts/PlainTable";
import { change, draft, scenario, schema } from "../state/lab";
import { main } from "../state/main";

const SHOWN = 60;

export function Assumptions(): JSX.Element {
  const word = useSignal("");
  const only = useSignal(false);
  const every = useSignal(false);
  const all = schema.value?.assumptions ?? [];
  const changed = (scenario.value.assumptions ?? {}) as Record<string, number>;
  const found = all.filter((one) => (!only.value || changed[one.name] !== undefined) && matches(one, word.value));
  const shown = every.value ? found : found.slice(0, SHOWN);
  const groups = new Map<string, AssumptionInfo[]>();
  for (const one of shown) groups.set(head(one.name), [...(groups.get(head(one.name)) ?? []), one]);
  const count = Object.keys(changed).length;
  return (
    <>
      <h1>What is assumed</h1>
      <p class="lede">
        Every uncertain number of the model, with its unit, its range and where it comes from. What you change here goes
        into the scenario file and the link, and the lab is solved anew.
      </p>
      <div class="row wrap tools">
        <input
          type="search"
          aria-label="Search the assumptions"
          placeholder="Search: elasticity, premium, recycling, …"
          value={word.value}
          onInput={(event) => {
            word.value = event.currentTarget.value;
          }}
        />
        <label class="inline">
          <input
            type="checkbox"
            checked={only.value}
            onChange={(event) => {
              only.value = event.currentTarget.checked;
            }}
          />{" "}
          only what differs from the default ({count})
        </label>
        <button
          type="button"
          class="small"
          disabled={Object.keys(draft.value.assumptions).length === 0}
          onClick={() => change({ ...draft.value, assumptions: {} })}
        >
          All back to default
        </button>
      </div>
      {main.problem.value ? (
        <p class="warn" role="alert">
          {main.problem.value}
        </p>
      ) : null}
      {count > 0 ? <Difference changed={changed} all={all} /> : null}
      {found.length === 0 ? <p class="faint">None.</p> : null}
      {[...groups].map(([name, members]) => (
        <section key={name} class="panel">
          <h2>{title(name)}</h2>
          <ul class="assumptions">
            {members.map((one) => (
              <Assumption key={one.name} one={one} value={changed[one.name]} />
            ))}
          </ul>
        </section>
      ))}
      {found.length > shown.length ? (
        <button
          type="button"
          onClick={() => {
            every.value = true;
          }}
        >
          Show all {found.length}
        </button>
      ) : null}
    </>
  );
}

function Difference({
  changed,
  all,
}: {
  changed: Record<string, number>;
  all: readonly AssumptionInfo[];
}): JSX.Element {
  const known = new Map(all.map((one) => [one.name, one]));
  return (
    <section class="diff" aria-label="What differs from the default">
      <PlainTable
        caption="Differs from the default"
        rows={Object.entries(changed)}
        keyOf={([name]) => name}
        name={{
          head: "Assumption",
          cell: ([name]) => (
            <>
              <code>{breakable(name)}</code>
              <p class="small-print faint">{known.get(name)?.unit}</p>
            </>
          ),
        }}
        columns={[
          { head: "Default", cell: ([name]) => short(known.get(name)?.value) },
          { head: "Here", cell: ([, value]) => <b>{short(value)}</b> },
        ]}
      />
    </section>
  );
}

function Assumption({ one, value }: { one: AssumptionInfo; value: number | undefined }): JSX.Element {
  const now = value ?? one.value;
  const [low, high] = one.range;
  const outside = now < low || now > high;
  const put = (text: string): void => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number)) return;
    const { [one.name]: _old, ...rest } = draft.value.assumptions;
    change({ ...draft.value, assumptions: number === one.value ? rest : { ...rest, [one.name]: number } });
  };
  return (
    <li class={value === undefined ? "" : "active"}>
      <div class="assumption-head">
        <label for={`a-${one.name}`}>
          <code>{breakable(one.name)}</code>
        </label>
        <input
          id={`a-${one.name}`}
          type="number"
          step="any"
          min={one.limits?.[0]}
          max={one.limits?.[1]}
          value={now}
          onChange={(event) => put(event.currentTarget.value)}
        />
        <button
          type="button"
          class="icon"
          aria-label={`Put ${one.name} back to ${short(one.value)}`}
          title="Back to default"
          disabled={value === undefined}
          onClick={() => put(String(one.value))}
        >
          ↺
        </button>
      </div>
      <p class="small-print">
        {one.unit} · {low === high ? "one value, not varied" : `plausible ${short(low)} to ${short(high)}`}
        {one.drawn ? ", drawn in ensembles" : ""}
        {value !== undefined ? ` · default ${short(one.value)}` : ""}
        {outside ? <span class="warn"> · outside its plausible range</span> : null}
      </p>
      <details>
        <summary>Source and note</summary>
        <p>{one.note}</p>
        <p class="faint">
          {/^https:\/\//.test(one.source.url) ? (
            <a href={one.source.url} target="_blank" rel="noopener noreferrer">
              {one.source.citation}
            </a>
          ) : (
            one.source.citation
          )}
          {one.source.date ? ` (${one.source.date})` : ""}. Status: {one.source.status}.
        </p>
      </details>
    </li>
  );
}

/** A dotted name that may break after its dots. */
function breakable(name: string): (string | JSX.Element)[] {
  return name.split(/(?<=[._])/).flatMap((part, n) => (n === 0 ? [part] : [<wbr key={n} />, part]));
}

function matches(one: AssumptionInfo, word: string): boolean {
  const text = `${one.name} ${one.unit} ${one.note} ${one.source.citation}`.toLowerCase();
  return word
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}

function head(name: string): string {
  return name.split(".", 1)[0] as string;
}

function title(name: string): string {
  return (
    schema.value?.vectors.find((one) => one.name === name)?.title ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  );
}
