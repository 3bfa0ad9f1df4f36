/** The left column: the scenario's presets, their measures, sliders by vector, and measures of one's own. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Lever, Measure, MeasureInfo, VectorInfo } from "../api/types";
import { presetMeasures, type PresetMeasure } from "../lib/draft";
import { brief, handleOf, position } from "../lib/measures";
import { Slider } from "../parts/Slider";
import {
  canUndo, change, clear, compiled, draft, editMeasure, isUntouched, levers, presets, regionName, resetToDefault, resetToPreset,
  schema, setLever, undo, unstack,
} from "../state/lab";
import { Library } from "./Library";
import { MeasureForm } from "./MeasureForm";
import { ModelChoices } from "./ModelChoices";

export function Levers(): JSX.Element {
  const open = useSignal(false);
  const known = schema.value;
  if (!known) return <aside class="levers" />;
  return (
    <aside class="levers" aria-label="Scenario and levers">
      <section class="block">
        <div class="block-head">
          <h2>Scenario</h2>
          <button type="button" class="quiet" onClick={() => { open.value = true; }}>Library…</button>
        </div>
        <Stack />
        <div class="row wrap">
          <button type="button" class="small" disabled={!canUndo.value} onClick={undo}>Undo</button>
          <button type="button" class="small" disabled={isUntouched.value || draft.value.presets.length === 0} onClick={resetToPreset}>Reset to preset</button>
          <button type="button" class="small" onClick={resetToDefault}>Default</button>
          <button type="button" class="small" onClick={clear}>Blank</button>
        </div>
        {compiled.value.conflicts.map((line) => <p key={line} class="warn">{line}</p>)}
      </section>
      {known.vectors.map((vector) => <Vector key={vector.name} vector={vector} />)}
      <MeasureForm />
      <ModelChoices />
      {open.value ? <Library onClose={() => { open.value = false; }} /> : null}
    </aside>
  );
}

function Stack(): JSX.Element {
  const names = draft.value.presets;
  if (names.length === 0) return <p class="faint">No preset: only what you move below happens.</p>;
  return (
    <ul class="stack">
      {names.map((name) => (
        <li key={name}>
          <span>{presets.value.get(name)?.title ?? name}</span>
          <button type="button" class="icon" aria-label={`Remove ${presets.value.get(name)?.title ?? name}`} onClick={() => unstack(name)}>×</button>
        </li>
      ))}
    </ul>
  );
}

function Vector({ vector }: { vector: VectorInfo }): JSX.Element | null {
  const types = new Map(vector.measures.map((one) => [one.type, one]));
  const fromPresets = presetMeasures(draft.value, presets.value).filter(({ original }) => types.has(original.type));
  const own = draft.value.own.map((measure, n) => ({ measure, n })).filter(({ measure }) => types.has(measure.type));
  const moved = vector.levers.filter((lever) => draft.value.levers[lever.id] !== undefined).length;
  const count = fromPresets.length + own.length + moved;
  if (vector.levers.length === 0 && count === 0) return null;
  return (
    <details class="block vector" open={vector.name === "trade" || count > 0}>
      <summary>
        <h2>{vector.title}</h2>
        {count > 0 ? <span class="count">{count} in force</span> : null}
      </summary>
      <p class="faint small-print">{vector.help}</p>
      {fromPresets.length > 0 ? <h3 class="sub">In the scenario</h3> : null}
      {fromPresets.map((one) => <FromPreset key={one.key} one={one} info={types.get(one.original.type)} />)}
      {own.map(({ measure, n }) => <OwnMeasure key={n} measure={measure} at={n} info={types.get(measure.type)} />)}
      {fromPresets.length + own.length > 0 && vector.levers.length > 0 ? <h3 class="sub">Add on top</h3> : null}
      {vector.levers.map((lever) => <LeverSlider key={lever.id} lever={lever} />)}
    </details>
  );
}

function LeverSlider({ lever }: { lever: Lever }): JSX.Element {
  const help = useSignal(false);
  const moved = draft.value.levers[lever.id];
  const value = moved ?? lever.rest;
  const now = lever.now.value === null ? undefined : { value: lever.now.value, text: position(lever.now.value, lever.unit) };
  return (
    <Slider
      label={lever.title}
      value={value}
      low={lever.low}
      high={lever.high}
      step={lever.step}
      rest={lever.rest}
      text={moved === undefined ? `${position(lever.rest, lever.unit)}` : position(value, lever.unit)}
      now={now}
      active={moved !== undefined}
      onMove={(to) => setLever(lever, to)}
      onReset={() => setLever(lever, lever.rest)}
    >
      <button type="button" class="about" aria-expanded={help.value} onClick={() => { help.value = !help.value; }}>
        <span class="hidden">About {lever.title}</span><span aria-hidden="true">?</span>
      </button>
      {help.value ? (
        <p class="help">
          {lever.help} {lever.now.words ? <>Today: {lever.now.words}{lever.now.date ? ` (${lever.now.date})` : ""}. </> : null}
          {lever.now.source ? <span class="faint">{lever.now.source}</span> : null}
        </p>
      ) : null}
    </Slider>
  );
}

function FromPreset({ one, info }: { one: PresetMeasure; info: MeasureInfo | undefined }): JSX.Element {
  const label = brief(one.original, info, regionName);
  if (one.current === null) {
    return (
      <p class="measure gone">
        <s>{info?.title ?? one.original.type}: {label}</s>
        <button type="button" class="small" onClick={() => editMeasure(one.key, one.original, {})}>Put back</button>
      </p>
    );
  }
  const edited = draft.value.edits[one.key] !== undefined;
  return (
    <MeasureSlider
      measure={one.current}
      info={info}
      edited={edited}
      onMove={(field, value) => editMeasure(one.key, one.original, { [field]: value })}
      onReset={edited ? () => { const { [one.key]: _gone, ...edits } = draft.value.edits; change({ ...draft.value, edits }); } : undefined}
      onRemove={() => editMeasure(one.key, one.original, null)}
    />
  );
}

function OwnMeasure({ measure, at, info }: { measure: Measure; at: number; info: MeasureInfo | undefined }): JSX.Element {
  const put = (changed: Measure | null): void =>
    change({ ...draft.value, own: draft.value.own.flatMap((one, n) => (n !== at ? [one] : changed ? [changed] : [])) }, changed ? `own/${at}` : "");
  return <MeasureSlider measure={measure} info={info} edited onMove={(field, value) => put({ ...measure, [field]: value })} onRemove={() => put(null)} />;
}

interface MeasureProps {
  measure: Measure;
  info: MeasureInfo | undefined;
  edited: boolean;
  onMove: (field: string, value: number) => void;
  onReset?: () => void;
  onRemove: () => void;
}

function MeasureSlider({ measure, info, edited, onMove, onReset, onRemove }: MeasureProps): JSX.Element {
  const handle = handleOf(measure, info, levers.value.values());
  const label = <><b>{info?.title ?? measure.type}</b> <span class="faint">{brief(measure, info, regionName)}</span></>;
  const remove = (
    <button type="button" class="icon away" aria-label={`Take away ${info?.title ?? measure.type} ${brief(measure, info, regionName)}`} title="Take away" onClick={onRemove}>×</button>
  );
  if (!handle) {
    return <div class={edited ? "measure active" : "measure"}><span>{label}</span>{remove}</div>;
  }
  return (
    <div class="measure-box">
      <Slider
        label={label}
        value={handle.value}
        low={handle.low}
        high={handle.high}
        step={handle.step}
        text={position(handle.value, handle.unit)}
        active={edited}
        onMove={(value) => onMove(handle.field, value)}
        onReset={onReset}
      >
        {remove}
      </Slider>
    </div>
  );
}
