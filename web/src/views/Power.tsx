/** Who can hurt whom: the friends-and-enemies matrix, and what parting costs two coalitions. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { change as signed, sentences, type Figure } from "../lib/format";
import { robustReach } from "../lib/scale";
import { Heat } from "../parts/Heat";
import { Legend } from "../parts/Legend";
import { RankBars } from "../parts/RankBars";
import { HORIZONS } from "../parts/StudyForm";
import { region, regionName, schema } from "../state/lab";
import { useFetched } from "../state/fetched";
import { dark } from "../state/theme";
import { Coalitions } from "./Coalitions";
import { Leverage } from "./Leverage";

interface Exposure {
  meaning: string;
  unit: string;
  effects: Record<string, Record<string, number>>;
  order: string[];
  notes: string[];
}

const SHOCKS = {
  productivity: "industries get 1% more productive",
  capital: "the capital stock grows by 1%",
  labour: "the workforce grows by 1%",
  tariff: "its duties on all imports rise by 1 point",
  trade_cost: "its foreign trade gets 1% dearer",
} as const;
const shock = signal<keyof typeof SHOCKS>("productivity");
const horizon = signal("long");

export function Power(): JSX.Element {
  return (
    <>
      <h1>Who moves whom</h1>
      <p class="lede">
        If one economy changes a little, who gains and who loses? Blue is a friend, red an enemy: an economy whose
        success costs you. If two coalitions stop trading altogether, who loses more? And what can one take from the
        other?
      </p>
      <Friends />
      <Coalitions />
      <Leverage />
    </>
  );
}

function Friends(): JSX.Element {
  const study = useFetched<Exposure>(() => ({
    path: "/api/exposure",
    body: { shock: shock.value, horizon: horizon.value },
  }));
  const { value: found, busy, problem } = study.value;
  const order = useMemo(() => (found ? [...found.order].reverse() : []), [found]);
  const cells = useMemo(
    () =>
      (row: string, column: string): Figure =>
        row === column ? null : found?.effects[row]?.[column],
    [found],
  );
  const reach = useMemo(
    () =>
      found
        ? robustReach(order.flatMap((i) => order.filter((j) => j !== i).map((j) => found.effects[i]?.[j] ?? 0)))
        : 1,
    [found, order],
  );
  const chosen = region.value ?? "CHN";
  const row = Object.entries(found?.effects[chosen] ?? {})
    .filter(([code]) => code !== chosen)
    .sort((a, b) => b[1] - a[1]);
  const widest = Math.max(
    1e-9,
    ...row.slice(0, 8).map(([, value]) => Math.abs(value)),
    ...row.slice(-8).map(([, value]) => Math.abs(value)),
  );
  const bars = (some: [string, number][]): JSX.Element => (
    <RankBars
      rows={some.map(([code, value]) => ({ code, name: regionName(code), value, text: signed(value) }))}
      reach={widest}
      label={`Effects of ${regionName(chosen)}`}
      onSelect={(code) => {
        region.value = code;
      }}
    />
  );
  return (
    <section class={busy ? "panel busy" : "panel"} aria-labelledby="friends">
      <div class="panel-head">
        <h2 id="friends">Friends and enemies</h2>
        <label class="inline">
          If
          <select
            value={shock.value}
            onChange={(event) => {
              shock.value = event.currentTarget.value as keyof typeof SHOCKS;
            }}
          >
            {Object.entries(SHOCKS).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label class="inline">
          <span class="hidden">How long after</span>
          <select
            value={horizon.value}
            onChange={(event) => {
              horizon.value = event.currentTarget.value;
            }}
          >
            {Object.entries(HORIZONS).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      {busy && !found ? <p role="status">Differentiating the world economy: 81 economies by 81…</p> : null}
      {problem ? (
        <p class="warn" role="alert">
          {problem}
        </p>
      ) : null}
      {found ? (
        <div class="heat-and-row">
          <div>
            <Heat
              order={order}
              value={cells}
              reach={reach}
              dark={dark.value}
              label="Friends and enemies."
              rows="if it happens in"
              columns="effect on"
              nameOf={regionName}
              say={signed}
              marked={chosen}
              onSelect={(code) => {
                region.value = code;
              }}
            />
            <div class="scale lone-scale">
              <Legend values={{}} reach={reach} unit="%" dark={dark.value} selected={null} />
            </div>
            <p class="note">
              Welfare, {found.unit}; {found.meaning}. Regions in the order of how they are tied.{" "}
              {sentences(found.notes)}
            </p>
          </div>
          <div>
            <label class="inline">
              In
              <select
                value={chosen}
                onChange={(event) => {
                  region.value = event.currentTarget.value;
                }}
              >
                {schema.value?.regions.map((one) => (
                  <option key={one.code} value={one.code}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
            <p class="result small">On itself: {signed(found.effects[chosen]?.[chosen])}</p>
            <h3 class="spaced">Most friendly</h3>
            {bars(row.filter(([, value]) => value > 0).slice(0, 8))}
            <h3 class="spaced">Most hostile</h3>
            {row.some(([, value]) => value < 0) ? (
              bars(
                row
                  .filter(([, value]) => value < 0)
                  .slice(-8)
                  .reverse(),
              )
            ) : (
              <p class="faint">Nobody loses.</p>
            )}
          </div>
        </div>
      ) : null}
    </section>
  );
}
