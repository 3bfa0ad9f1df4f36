/** One field of a form drawn from the server's schema: a number, a choice, names with suggestions, years. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { FieldInfo } from "../api/types";
import { schema } from "../state/lab";

interface Props {
  info: FieldInfo;
  value: string;
  onChange: (value: string) => void;
}

export function Field({ info, value, onChange }: Props): JSX.Element {
  const id = useId();
  const label = (
    <span>
      {info.name.replaceAll("_", " ")}
      {info.required ? null : <span class="faint"> (optional)</span>}
    </span>
  );
  return (
    <div class="field">
      {info.kind === "two_sides" ? label : <label for={id}>{label}</label>}
      <Control info={info} id={id} value={value} onChange={onChange} />
      <p class="faint small-print" id={`${id}-help`}>{info.help}</p>
    </div>
  );
}

function Control({ info, id, value, onChange }: Props & { id: string }): JSX.Element {
  const described = { id, "aria-describedby": `${id}-help` };
  const fallback = info.default === null || info.default === undefined ? "" : Array.isArray(info.default) ? info.default.join(", ") : String(info.default);
  if (info.kind === "choice" || info.kind === "switch") {
    const choices = info.kind === "switch" ? ["true", "false"] : info.choices;
    return (
      <select {...described} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{fallback ? `default: ${words(fallback)}` : "choose…"}</option>
        {choices.map((one) => <option key={one} value={one}>{words(one)}</option>)}
      </select>
    );
  }
  if (info.kind === "number" || info.kind === "integer") {
    return (
      <input
        {...described}
        type="number"
        step={info.kind === "integer" ? 1 : "any"}
        min={info.low ?? undefined}
        max={info.high ?? undefined}
        value={value}
        placeholder={fallback}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (info.kind === "two_sides") {
    const [first = "", second = ""] = value.split("|");
    const join = (a: string, b: string): void => onChange(a.trim() && b.trim() ? `${a}|${b}` : a || b ? `${a}|${b}` : "");
    return (
      <div class="row">
        <NameInput of={info.of} aria="one side" value={first} onChange={(text) => join(text, second)} />
        <span aria-hidden="true">⇄</span>
        <NameInput of={info.of} aria="other side" value={second} onChange={(text) => join(first, text)} />
      </div>
    );
  }
  if (info.of !== "") return <NameInput of={info.of} id={id} value={value} placeholder={fallback} onChange={onChange} />;
  return <input {...described} type="text" value={value} placeholder={fallback} onInput={(event) => onChange(event.currentTarget.value)} />;
}

interface NameProps {
  of: FieldInfo["of"];
  value: string;
  onChange: (value: string) => void;
  id?: string;
  aria?: string;
  placeholder?: string;
}

/** Names separated by commas, with suggestions for the last one. */
function NameInput({ of, value, onChange, id, aria, placeholder }: NameProps): JSX.Element {
  const list = useId();
  const done = value.includes(",") ? value.slice(0, value.lastIndexOf(",") + 1) : "";
  return (
    <>
      <input id={id} type="text" list={list} aria-label={aria} value={value} placeholder={placeholder} autocomplete="off" onInput={(event) => onChange(event.currentTarget.value)} />
      <datalist id={list}>
        {suggestions(of).map(([code, name]) => <option key={code} value={`${done}${done ? " " : ""}${code}`}>{name}</option>)}
      </datalist>
    </>
  );
}

function suggestions(of: FieldInfo["of"]): [string, string][] {
  const known = schema.value;
  if (!known) return [];
  if (of === "goods") return [...known.goods_groups.map((one): [string, string] => [one.name, one.title]), ...known.goods.map((one): [string, string] => [one.code, one.name])];
  if (of === "minerals") return known.minerals.map((one) => [one.symbol, one.name]);
  const regions = known.regions.map((one): [string, string] => [one.code, one.name]);
  return of === "country" ? regions : [...known.region_groups.map((one): [string, string] => [one.name, one.title]), ...regions];
}

function words(choice: string): string {
  return choice === "true" ? "yes" : choice === "false" ? "no" : choice.replaceAll("_", " ");
}
