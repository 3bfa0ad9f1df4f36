/** A tariff war to its end: the duties that players choose against each other, and who pays for it. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { capital, change as signed, fixed, gained, known, listed, percent, type Figure } from "../lib/format";
import { PlainTable, type Column } from "../parts/PlainTable";
import { RankBars } from "../parts/RankBars";
import { Choice, Names } from "../parts/Inputs";
import { FinePrint, HORIZONS, StudyForm } from "../parts/StudyForm";
import { inProse, regionName, sectorName, sideName } from "../state/lab";
import { studyOf } from "../state/study";
import { sourceOf } from "./Leverage";

type Results = Record<string, Figure>;

export interface NashDocument {
  world: string;
  elasticities: string;
  converged: boolean;
  players: Record<string, { members: string[]; results: Results; tariffs: Record<string, Figure> }>;
  bystanders: Record<string, Figure>;
  certificate: { player: string; gain: number; converged: boolean }[];
  cooperation: string | null;
  equilibria: number;
  notes: string[];
}

interface Asked {
  players: string;
  horizon: string;
  uniform: boolean;
  cooperation: string | null;
  world: string;
}

const DEALS = {
  "": "no agreement",
  joint: "an agreement that makes the players’ sum largest",
  world: "an agreement that makes the world’s sum largest",
  bargain: "a bargain that helps each of them",
};
const WORLDS = { "81x28": "27 goods, services as one", "81x50": "50 industries" };

const study = studyOf<Asked, NashDocument>("nash");
const players = signal("USA, CHN, EU27");
const horizon = signal("long");
const rates = signal("each");
const deal = signal("");
const world = signal("81x28");

export function TariffWar(): JSX.Element {
  const found = study.found.value;
  return (
    <section class="panel" aria-labelledby="war">
      <h2 id="war">A tariff war to its end</h2>
      <p>
        A large buyer can push down what others ask for their goods, so a duty may pay, until the others answer. These
        are the duties at which nobody wants to change its own any more: a Nash equilibrium. All others keep the duties
        of the base year.
      </p>
      <StudyForm
        study={study}
        action="Play"
        label="Steps to the equilibrium"
        body={() => ({
          players: players.value.replaceAll(" ", ""),
          horizon: horizon.value,
          uniform: rates.value === "one",
          cooperation: deal.value || null,
          world: world.value,
        })}
      >
        <Names label="Players, with commas" value={players} />
        <Choice
          label="Duties"
          lead="choose"
          value={rates}
          options={{ each: "a duty for each good", one: "one duty for all goods" }}
        />
        <Choice label="How long after" value={horizon} options={HORIZONS} />
        <Choice label="Agreement" lead="and compare with" value={deal} options={DEALS} />
        <Choice label="Detail of the world" lead="in a world of" value={world} options={WORLDS} />
      </StudyForm>
      {found ? <Result asked={found.asked} found={found.document} /> : null}
    </section>
  );
}

function Result({ asked, found }: { asked: Asked; found: NashDocument }): JSX.Element {
  const all = Object.entries(found.players);
  if (!found.converged)
    return (
      <p class="warn" role="alert">
        No equilibrium was reached: the duties still want to move. Try fewer players or one duty for all goods.
      </p>
    );
  const title = (code: string): string => sideName([code]);
  const others = Object.entries(found.bystanders).filter((pair): pair is [string, number] => known(pair[1]));
  others.sort((a, b) => a[1] - b[1]);
  const ends = [...others.slice(0, 8), ...others.slice(-3)];
  const losers = others.filter(([, value]) => value < 0).length;
  const winners = all.filter(([, one]) => (one.results["nash_welfare_pct"] ?? 0) > 0).map(([name]) => inProse(name));
  const best = Math.max(0, ...found.certificate.map((one) => one.gain));
  return (
    <>
      <p class="result" aria-live="polite">
        {capital(
          listed(
            all.map(
              ([name, one]) =>
                `${inProse(name)} goes from ${rate(one.results["base_tariff_pct"])} to ${rate(one.results["nash_tariff_pct"])}`,
            ),
          ),
        )}
        .{" "}
        {winners.length > 0
          ? `${capital(listed(winners))} still ${winners.length > 1 ? "gain" : "gains"}`
          : "All players lose"}
        ; {losers} of {others.length} bystanders lose.
      </p>
      <PlainTable
        label="What each player chooses and gets"
        rows={all}
        keyOf={([name]) => name}
        name={{ head: "Player", cell: ([name]) => title(name) }}
        columns={COLUMNS.filter((one) => found.cooperation || !one.agreed)}
      />
      <p class="note">
        Duties: mean over imports of goods, % of value. Welfare: % of what the region spends, against a world without
        trade deficits and with the duties of the base year.{" "}
        {found.certificate.length > 0
          ? best < 1e-4
            ? "Checked: each player was put to the question again against the others’ duties, and none found anything better."
            : `Checked: against the others’ duties a player could still gain ${percent(best)}.`
          : ""}
        {found.equilibria > 1 ? ` ${found.equilibria} different equilibria were found; this is the first.` : ""}
      </p>
      <div class="two">
        <div>
          <h3>Bystanders: who loses most, and who {losers < others.length ? "gains" : "least"}</h3>
          <RankBars
            rows={ends.map(([code, value]) => ({ code, name: regionName(code), value, text: signed(value) }))}
            reach={Math.max(1e-9, ...ends.map(([, value]) => Math.abs(value)))}
            label="Welfare of bystanders, %"
          />
        </div>
        <div>
          <h3>Duties by good</h3>
          <Goods found={found} title={title} />
        </div>
      </div>
      <FinePrint
        notes={[sourceOf(found), ...found.notes]}
        command={`blocs nash --players ${asked.players} --horizon ${asked.horizon} --world ${asked.world}${asked.uniform ? " --uniform" : ""}${asked.cooperation ? ` --cooperation ${asked.cooperation}` : ""}`}
      />
    </>
  );
}

type Player = [string, { results: Results }];

const column = (head: string, name: string, say: (value: Figure) => string): Column<Player> & { agreed: boolean } => ({
  head,
  cell: ([, { results }]) => say(results[name]),
  agreed: name.startsWith("deal_"),
});
const COLUMNS = [
  column("Mean duty today", "base_tariff_pct", rate),
  column("Best duty if nobody answers", "alone_tariff_pct", rate),
  column("Duty in the war", "nash_tariff_pct", rate),
  column("Welfare if nobody answers", "alone_welfare_pct", signed),
  column("Welfare in the war", "nash_welfare_pct", signed),
  column("in US$ a year", "nash_welfare_usd_mn", gained),
  column("Duty agreed", "deal_tariff_pct", rate),
  column("Welfare agreed", "deal_welfare_pct", signed),
];

function Goods({ found, title }: { found: NashDocument; title: (code: string) => string }): JSX.Element {
  const all = Object.entries(found.players);
  const goods = [...new Set(all.flatMap(([, one]) => Object.keys(one.tariffs)))];
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Duties by good">
      <table>
        <thead>
          <tr>
            <th scope="col">Good</th>
            {all.map(([name]) => (
              <th key={name} scope="col" class="num">
                {title(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {goods.map((good) => (
            <tr key={good}>
              <th scope="row">{good === "all" ? "all goods" : sectorName(good)}</th>
              {all.map(([name, one]) => (
                <td key={name} class="num">
                  {rate(one.tariffs[good])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rate(value: Figure): string {
  return known(value) ? `${fixed(value, 1)}%` : "–";
}
