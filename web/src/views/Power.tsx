/** Who can hurt whom: the friends-and-enemies matrix, and what parting costs two coalitions. */

import { computed, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { json, sentence } from "../api/client";
import { change as signed, dollars, fixed, gained, percent, short, type Figure } from "../lib/format";
import { robustReach } from "../lib/scale";
import { Heat } from "../parts/Heat";
import { Legend } from "../parts/Legend";
import { RankBars } from "../parts/RankBars";
import { region, regionName, schema } from "../state/lab";
import { useFetched } from "../state/fetched";
import { dark } from "../state/theme";

interface Exposure {
  meaning: string;
  unit: string;
  effects: Record<string, Record<string, number>>;
  order: string[];
  notes: string[];
}

const SHOCKS = { productivity: "industries get 1% more productive", capital: "the capital stock grows by 1%", labour: "the workforce grows by 1%", tariff: "its duties on all imports rise by 1 point", trade_cost: "its foreign trade gets 1% dearer" } as const;
const shock = signal<keyof typeof SHOCKS>("productivity");
const horizon = signal("long");

export function Power(): JSX.Element {
  return (
    <>
      <h1>Who moves whom</h1>
      <p class="lede">If one economy changes a little, who gains and who loses? Blue is a friend, red an enemy: an economy whose success costs you. And if two coalitions stop trading altogether, who loses more?</p>
      <Friends />
      <Coalitions />
    </>
  );
}

function Friends(): JSX.Element {
  const study = useFetched<Exposure>(() => ({ path: "/api/exposure", body: { shock: shock.value, horizon: horizon.value } }));
  const { value: found, busy, problem } = study.value;
  const order = useMemo(() => (found ? [...found.order].reverse() : []), [found]);
  const cells = useMemo(() => (row: string, column: string): Figure => (row === column ? null : found?.effects[row]?.[column]), [found]);
  const reach = useMemo(() => (found ? robustReach(order.flatMap((i) => order.filter((j) => j !== i).map((j) => found.effects[i]?.[j] ?? 0))) : 1), [found, order]);
  const chosen = region.value ?? "CHN";
  const row = Object.entries(found?.effects[chosen] ?? {}).filter(([code]) => code !== chosen).sort((a, b) => b[1] - a[1]);
  const widest = Math.max(1e-9, ...row.slice(0, 8).map(([, value]) => Math.abs(value)), ...row.slice(-8).map(([, value]) => Math.abs(value)));
  const bars = (some: [string, number][]): JSX.Element => (
    <RankBars rows={some.map(([code, value]) => ({ code, name: regionName(code), value, text: signed(value) }))} reach={widest} label={`Effects of ${regionName(chosen)}`} onSelect={(code) => { region.value = code; }} />
  );
  return (
    <section class={busy ? "panel busy" : "panel"} aria-labelledby="friends">
      <div class="panel-head">
        <h2 id="friends">Friends and enemies</h2>
        <label class="inline">If
          <select value={shock.value} onChange={(event) => { shock.value = event.currentTarget.value as keyof typeof SHOCKS; }}>
            {Object.entries(SHOCKS).map(([name, words]) => <option key={name} value={name}>{words}</option>)}
          </select>
        </label>
        <label class="inline">after
          <select value={horizon.value} onChange={(event) => { horizon.value = event.currentTarget.value; }}>
            {["short", "medium", "long"].map((one) => <option key={one} value={one}>a {one} time</option>)}
          </select>
        </label>
      </div>
      {busy && !found ? <p role="status">Differentiating the world economy: 81 economies by 81…</p> : null}
      {problem ? <p class="warn" role="alert">{problem}</p> : null}
      {found ? (
        <div class="heat-and-row">
          <div>
            <Heat order={order} value={cells} reach={reach} dark={dark.value} label="Friends and enemies." rows="if it happens in" columns="effect on" nameOf={regionName} say={signed} marked={chosen} onSelect={(code) => { region.value = code; }} />
            <div class="scale lone-scale"><Legend values={{}} reach={reach} unit="%" dark={dark.value} selected={null} /></div>
            <p class="note">Welfare, {found.unit}; {found.meaning}. Regions in the order of how they are tied. {found.notes.join(" ")}</p>
          </div>
          <div>
            <label class="inline">In
              <select value={chosen} onChange={(event) => { region.value = event.currentTarget.value; }}>
                {schema.value?.regions.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}
              </select>
            </label>
            <p class="result small">On itself: {signed(found.effects[chosen]?.[chosen])}</p>
            <h3>Most friendly</h3>
            {bars(row.filter(([, value]) => value > 0).slice(0, 8))}
            <h3 class="spaced">Most hostile</h3>
            {row.some(([, value]) => value < 0) ? bars(row.filter(([, value]) => value < 0).slice(-8).reverse()) : <p class="faint">Nobody loses.</p>}
          </div>
        </div>
      ) : null}
    </section>
  );
}

interface Party {
  members: string[];
  welfare: Record<string, number>;
  welfare_usd_mn: Record<string, number>;
  total: number;
  total_usd_mn: number;
}

interface Coalition {
  sides: [Party, Party];
  bystanders: Party;
  loss_ratio: Record<string, number | null> | number | null;
  status: string;
  notes: string[];
}

function Coalitions(): JSX.Element {
  const first = useSignal("G7");
  const second = useSignal("CHN");
  const intensity = useSignal(100);
  const busy = useSignal(false);
  const problem = useSignal("");
  const found = useSignal<{ document: Coalition; names: [string, string] } | null>(null);
  const groups = useMemo(() => computed(() => [...(schema.value?.region_groups ?? []).map((one) => [one.name, one.title] as const), ...(schema.value?.regions ?? []).map((one) => [one.code, one.name] as const)]), []);
  const solve = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      const document = await json<Coalition>("/api/coalition", { body: { sides: [first.value, second.value], intensity: intensity.value, attribution: false } });
      found.value = { document, names: [first.value, second.value] };
    } catch (error) {
      problem.value = sentence(error);
    }
    busy.value = false;
  };
  return (
    <section class="panel" aria-labelledby="coalitions">
      <h2 id="coalitions">Two coalitions part</h2>
      <form class="row wrap" onSubmit={(event) => void solve(event)}>
        <input type="text" list="coalition-names" aria-label="One side" value={first.value} onInput={(event) => { first.value = event.currentTarget.value; }} />
        <span>and</span>
        <input type="text" list="coalition-names" aria-label="Other side" value={second.value} onInput={(event) => { second.value = event.currentTarget.value; }} />
        <label class="inline">stop
          <select value={String(intensity.value)} onChange={(event) => { intensity.value = Number(event.currentTarget.value); }}>
            {[25, 50, 75, 100].map((one) => <option key={one} value={String(one)}>{one}%</option>)}
          </select>
          of their trade
        </label>
        <button type="submit" class="primary" disabled={busy.value}>{busy.value ? "Solving…" : "Solve"}</button>
        <datalist id="coalition-names">{groups.value.map(([code, name]) => <option key={code} value={code}>{name}</option>)}</datalist>
      </form>
      <p class="note">Groups or countries, several with commas: G7, EU27. Trade deficits are purged first.</p>
      {problem.value ? <p class="warn" role="alert">{problem.value}</p> : null}
      {found.value ? <Parted found={found.value.document} names={found.value.names} /> : null}
    </section>
  );
}

function Parted({ found, names }: { found: Coalition; names: [string, string] }): JSX.Element {
  const [a, b] = found.sides;
  const side = (party: Party, name: string): JSX.Element => {
    const order = Object.entries(party.welfare_usd_mn).sort((x, y) => x[1] - y[1]).slice(0, 10);
    const widest = Math.max(1, ...order.map(([, value]) => Math.abs(value)));
    return (
      <div>
        <h3>{name}: {signed(party.total)}, {gained(party.total_usd_mn)} a year</h3>
        <RankBars rows={order.map(([code, value]) => ({ code, name: regionName(code), value, text: signed(party.welfare[code]), second: dollars(value) }))} reach={widest} label={`Members of ${name}`} />
      </div>
    );
  };
  return (
    <>
      <p class="result">
        {names[0]} loses {percent(Math.abs(a.total))} and {names[1]} {percent(Math.abs(b.total))}: in per cent {ratio(b.total, a.total, names[1])}, in dollars {ratio(b.total_usd_mn, a.total_usd_mn, names[1])}. Bystanders: {gained(found.bystanders.total_usd_mn)}.
      </p>
      <div class="two">{side(a, names[0])}{side(b, names[1])}</div>
      {found.notes.length > 0 ? <p class="note">{found.notes.join(" ")}</p> : null}
    </>
  );
}

function ratio(of: number, to: number, name: string): string {
  return to === 0 ? "there is no ratio" : `${name} loses ${Math.abs(of / to) >= 10 ? short(of / to) : fixed(of / to, 2)} times as much`;
}
