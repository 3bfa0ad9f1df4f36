/** Two coalitions that stop trading: who loses how much, in per cent and in dollars, and what it does to bystanders. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { json, sentence } from "../api/client";
import { change as signed, fixed, gained, percent, sentences, short, split } from "../lib/format";
import { Choice, Names } from "../parts/Inputs";
import { RankBars } from "../parts/RankBars";
import { regionName, sideName } from "../state/lab";

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

export function Coalitions(): JSX.Element {
  const first = useSignal("G7");
  const second = useSignal("CHN");
  const intensity = useSignal("100");
  const busy = useSignal(false);
  const problem = useSignal("");
  const found = useSignal<{ document: Coalition; names: [string, string] } | null>(null);
  const solve = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      const document = await json<Coalition>("/api/coalition", {
        body: { sides: [first.value, second.value], intensity: Number(intensity.value), attribution: false },
      });
      found.value = { document, names: [sideName(split(first.value)), sideName(split(second.value))] };
    } catch (error) {
      problem.value = sentence(error);
    }
    busy.value = false;
  };
  return (
    <section class="panel" aria-labelledby="coalitions">
      <h2 id="coalitions">Two coalitions part</h2>
      <form class="row wrap study" onSubmit={(event) => void solve(event)}>
        <Names label="One side" value={first} />
        <span>and</span>
        <Names label="Other side" value={second} />
        <Choice
          label="Share of trade that stops"
          lead="stop"
          value={intensity}
          options={{ "25": "25%", "50": "50%", "75": "75%", "100": "100%" }}
        />
        <span>of their trade</span>
        <button type="submit" class="primary" disabled={busy.value}>
          {busy.value ? "Solving…" : "Solve"}
        </button>
      </form>
      <p class="note">Groups or countries, several with commas: G7, EU27. Trade deficits are purged first.</p>
      {problem.value ? (
        <p class="warn" role="alert">
          {problem.value}
        </p>
      ) : null}
      {found.value ? <Parted found={found.value.document} names={found.value.names} /> : null}
    </section>
  );
}

function Parted({ found, names }: { found: Coalition; names: [string, string] }): JSX.Element {
  const [a, b] = found.sides;
  const side = (party: Party, name: string): JSX.Element => {
    const order = Object.entries(party.welfare_usd_mn)
      .sort((x, y) => x[1] - y[1])
      .slice(0, 10);
    const widest = Math.max(1, ...order.map(([, value]) => Math.abs(value)));
    return (
      <div>
        <h3>
          {name}: {signed(party.total)}, {gained(party.total_usd_mn)} a year
        </h3>
        <RankBars
          rows={order.map(([code, value]) => ({
            code,
            name: regionName(code),
            value,
            text: gained(value).replace("US$\u00a0", ""),
            second: signed(party.welfare[code]),
          }))}
          reach={widest}
          label={`Members of ${name}`}
        />
      </div>
    );
  };
  return (
    <>
      <p class="result">
        {names[0]} loses {percent(Math.abs(a.total))} and {names[1]} {percent(Math.abs(b.total))}: in per cent{" "}
        {ratio(b.total, a.total, names[1])}, in dollars {ratio(b.total_usd_mn, a.total_usd_mn, names[1])}. Bystanders:{" "}
        {gained(found.bystanders.total_usd_mn)}.
      </p>
      <div class="two">
        {side(a, names[0])}
        {side(b, names[1])}
      </div>
      {found.notes.length > 0 ? <p class="note">{sentences(found.notes)}</p> : null}
    </>
  );
}

function ratio(of: number, to: number, name: string): string {
  return to === 0
    ? "there is no ratio"
    : `${name} loses ${Math.abs(of / to) >= 10 ? short(of / to) : fixed(of / to, 2)} times as much`;
}
