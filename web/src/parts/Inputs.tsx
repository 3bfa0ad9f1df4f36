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

/** A choice among a few: value and words. */
export function Choice({
  label,
  hidden,
  value,
  options,
}: {
  label: string;
  hidden?: boolean;
  value: Signal<string>;
  options: Readonly<Record<string, string>>;
}): JSX.Element {
  return (
    <label class="inline">
      <span class={hidden ? "hidden" : ""}>{label}</span>
      <select
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
    </label>
  );
}
