/** The scenario's own keys: years, how long markets have had, what happens to deficits, … drawn from the schema. */

import type { JSX } from "preact";
import type { FieldInfo } from "../api/types";
import { Field } from "../parts/Field";
import { change, draft, scenario, schema } from "../state/lab";

const SHOWN = new Set(["years", "world", "base", "elasticities", "closure", "horizon", "sourcing", "baseline", "accumulation"]);

export function ModelChoices(): JSX.Element {
  const fields = (schema.value?.scenario ?? []).filter((one) => SHOWN.has(one.name));
  const changed = Object.keys(draft.value.model).length;
  return (
    <details class="block">
      <summary><h2>Years and model</h2>{changed > 0 ? <span class="count">{changed} changed</span> : null}</summary>
      <div class="form">
        {fields.map((one) => <Choice key={one.name} info={one} />)}
        {scenario.value["closure"] === "demand" ? <Demand /> : null}
      </div>
    </details>
  );
}

function Choice({ info }: { info: FieldInfo }): JSX.Element {
  const inForce = scenario.value[info.name] ?? info.default;
  const value = draft.value.model[info.name];
  const shown: FieldInfo = { ...info, required: false, default: value === undefined ? inForce : info.default };
  return (
    <Field info={shown} value={value === undefined ? "" : String(value)} onChange={(text) => put(info, text)} />
  );
}

function put(info: FieldInfo, text: string): void {
  const { [info.name]: _old, ...model } = draft.value.model;
  if (text === "") return change({ ...draft.value, model });
  const value = info.kind === "integer" || info.kind === "number" ? Number(text) : info.kind === "switch" ? text === "true" : text;
  if (info.kind === "years" && !/^\d{4}(-\d{4})?$/.test(text.trim())) return;
  const needs = info.name === "closure" && value === "demand" && scenario.value["demand"] === undefined ? { demand: { propensity: 0.5, pass_through: 0 } } : {};
  change({ ...draft.value, model: { ...model, ...needs, [info.name]: value } });
}

function Demand(): JSX.Element {
  const now = (scenario.value["demand"] ?? { propensity: 0.5, pass_through: 0 }) as { propensity: number; pass_through: number };
  const set = (key: "propensity" | "pass_through", text: string): void => {
    const value = Number(text);
    if (text !== "" && Number.isFinite(value)) change({ ...draft.value, model: { ...draft.value.model, demand: { ...now, [key]: value } } });
  };
  return (
    <>
      <label>Share of each dollar of income that is spent again<input type="number" min="0" max="0.95" step="0.05" value={now.propensity} onChange={(event) => set("propensity", event.currentTarget.value)} /></label>
      <label>How far wages follow a fall in demand for labour: 0 not at all, 1 fully<input type="number" min="0" max="1" step="0.1" value={now.pass_through} onChange={(event) => set("pass_through", event.currentTarget.value)} /></label>
    </>
  );
}
