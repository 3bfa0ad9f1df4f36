/** Inputs of the studies: countries and groups with suggestions, and a choice among a few. */

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { schema } from "../state/lab";

export function Names({ label, value }: { label: string; value: Signal<string> }): JSX.Element {
  const list = useId();
  return (
    <>
      <input
        type="text"
        list={list}
        aria-label={label}
        value={value.value}
        autocomplete="off"
        required
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
      <datalist id={list}>
        {schema.value?.region_groups.map((one) => (
          <option key={one.name} value={one.name}>
            {one.title}
          </option>
        ))}
        {schema.value?.regions.map((one) => (
          <option key={one.code} value={one.code}>
            {one.name}
          </option>
        ))}
      </datalist>
    </>
  );
}

interface ChoiceProps {
  /** what a screen reader calls it, where what stands before it says too little */
  label?: string;
  /** what stands before it in the sentence of the form */
  lead?: string;
  value: Signal<string>;
  /** value and words */
  options: Readonly<Record<string, string>>;
}

/** A choice among a few, as part of a sentence. */
export function Choice({ label, lead, value, options }: ChoiceProps): JSX.Element {
  return (
    <span class="inline">
      {lead ? <span>{lead}</span> : null}
      <select
        aria-label={label ?? lead}
        value={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.value;
        }}
      >
        {Object.entries(options).map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </span>
  );
}
