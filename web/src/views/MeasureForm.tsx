/** A form for any measure of any vector, drawn from the server's schema. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { FieldInfo, Measure, MeasureInfo } from "../api/types";
import { change, draft, schema } from "../state/lab";
import { Field } from "../parts/Field";

type Values = Record<string, string>;

export function MeasureForm(): JSX.Element {
  const type = useSignal("tariff");
  const values = useSignal<Values>({});
  const problem = useSignal("");
  const vectors = schema.value?.vectors ?? [];
  const info = vectors.flatMap((one) => one.measures).find((one) => one.type === type.value);
  const add = (event: Event): void => {
    event.preventDefault();
    if (!info) return;
    const missing = info.fields.filter((one) => one.required && !values.value[one.name]?.trim()).map((one) => one.name);
    problem.value = missing.length > 0 ? `Still needed: ${missing.join(", ")}.` : "";
    if (missing.length > 0) return;
    change({ ...draft.value, own: [...draft.value.own, measureOf(info, values.value)] });
    values.value = {};
  };
  return (
    <details class="block">
      <summary><h2>Any other measure</h2></summary>
      <form class="form" onSubmit={add}>
        <label>
          What happens
          <select value={type.value} onChange={(event) => { type.value = event.currentTarget.value; values.value = {}; problem.value = ""; }}>
            {vectors.map((vector) => (
              <optgroup key={vector.name} label={vector.title}>
                {vector.measures.map((one) => <option key={one.type} value={one.type}>{one.title}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
        {info ? <p class="faint small-print">{info.help}</p> : null}
        {info?.fields.filter((one) => one.name !== "note").map((one) => (
          <Field key={`${info.type}.${one.name}`} info={one} value={values.value[one.name] ?? ""} onChange={(value) => { values.value = { ...values.value, [one.name]: value }; }} />
        ))}
        {problem.value ? <p class="warn" role="alert">{problem.value}</p> : null}
        <button type="submit" class="primary">Add it</button>
      </form>
    </details>
  );
}

/** The measure a form describes; what was left empty is left to its default. */
export function measureOf(info: MeasureInfo, values: Values): Measure {
  const out: Measure = { type: info.type };
  for (const field of info.fields) {
    const text = values[field.name]?.trim() ?? "";
    if (text !== "") out[field.name] = parsed(field, text);
  }
  return out;
}

function parsed(field: FieldInfo, text: string): unknown {
  if (field.kind === "number" || field.kind === "integer") return Number(text);
  if (field.kind === "switch") return text === "true";
  if (field.kind === "names") return list(text);
  if (field.kind === "two_sides") return text.split("|").map(list);
  return text;
}

function list(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}
