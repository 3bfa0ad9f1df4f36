/** Which bloc each country would join if trade across blocs were dear: stable maps, close calls, who follows whom. */

import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { capital, change as signed, dollars, fixed, gained, known, listed, percent, type Figure } from "../lib/format";
import { colour } from "../lib/scale";
import { PlainTable } from "../parts/PlainTable";
import { Choice, Names } from "../parts/Inputs";
import { FinePrint, HORIZONS, StudyForm } from "../parts/StudyForm";
import { WorldMap } from "../parts/WorldMap";
import { borders, inProse, placeName, regionName, regionOf, schema } from "../state/lab";
import { studyOf } from "../state/study";
import { dark } from "../state/theme";
import { sourceOf } from "./Leverage";

interface Pick {
  pick: string;
  margin_pct: number;
  margin_usd_mn: number;
  within_affinity: boolean;
  always: boolean;
  [worth: string]: string | number | boolean | null;
}

export interface AlignDocument {
  world: string;
  elasticities: string;
  blocs: Record<string, string[]>;
  cost: number;
  verdict: string;
  maps: { summary: Record<string, string | number>; picks: Record<string, Pick>; welfare: Record<string, Figure> }[];
  cycles: { step: number; chooser: string; from: string; to: string }[][];
  pivots: { mover: string; to: string; follower: string; follower_to: string; gain_pct: number }[];
  affinity_reach: number;
  notes: string[];
}

interface Asked {
  blocs: string;
  cost: number;
  cost_is: string;
  unions: string;
  horizon: string;
  world: string;
}

const CLOSE = 12; // close calls shown

const study = studyOf<Asked, AlignDocument>("align");
const leaders = signal("USA, CHN");
const cost = signal("0.2");
const kind = signal("iceberg");
const unions = signal("");
const horizon = signal("long");

export function Sides(): JSX.Element {
  const found = study.found.value;
  return (
    <section class="panel" aria-labelledby="sides">
      <h2 id="sides">Which side would they take?</h2>
      <p>
        Trade across blocs gets dearer, trade inside a bloc does not. Each country in turn goes where it loses less,
        given where all others are, until nobody moves. What the others do decides much of it, so several maps can be
        stable; each start may end in another.
      </p>
      <StudyForm
        study={study}
        action="Choose sides"
        label="Replies"
        body={() => ({
          blocs: leaders.value.replaceAll(" ", ""),
          cost: Number(cost.value),
          cost_is: kind.value,
          unions: unions.value,
          horizon: horizon.value,
          world: "81x28",
        })}
      >
        <Names label="Leaders of the blocs, with commas" value={leaders} />
        <Choice
          label="Cost of trade across blocs"
          lead="Trade across costs"
          value={cost}
          options={{ "0.05": "5% more", "0.1": "10% more", "0.2": "20% more", "0.5": "50% more", "1": "twice as much" }}
        />
        <Choice
          label="What becomes of the cost"
          lead="and the cost"
          value={kind}
          options={{ iceberg: "is lost on the way", tariff: "goes to the importer’s treasury" }}
        />
        <Choice lead="Members of the EU" value={unions} options={{ "": "each choose", EU27: "choose together" }} />
        <Choice label="How long after" value={horizon} options={HORIZONS} />
      </StudyForm>
      {found ? <Result asked={found.asked} found={found.document} /> : null}
    </section>
  );
}

function Result({ asked, found }: { asked: Asked; found: AlignDocument }): JSX.Element {
  const at = useSignal(0);
  const shown = found.maps[at.value] ?? found.maps[0];
  const names = Object.keys(found.blocs);
  const verdict =
    found.verdict === "cycle" || !shown
      ? `No map is stable: ${found.cycles.length > 0 ? "the countries go round in circles." : "the search did not come to rest."}`
      : found.maps.length > 1
        ? `${found.maps.length} different maps are stable: where countries start decides where they end.`
        : "One map is stable, from wherever they start.";
  return (
    <>
      <p class="result" aria-live="polite">
        {verdict} {shown ? sizes(shown.summary, names) : ""}
      </p>
      {found.maps.length > 1 ? (
        <div class="segments wrap" role="group" aria-label="Stable map">
          {found.maps.map((one, n) => (
            <button
              key={n}
              type="button"
              aria-pressed={shown === one}
              onClick={() => {
                at.value = n;
              }}
            >
              start: {String(one.summary["starts"])}
            </button>
          ))}
        </div>
      ) : null}
      {shown && names.length === 2 ? <Map shown={shown} found={found} /> : null}
      {shown ? (
        <div class="two">
          <Close shown={shown} names={names} reach={found.affinity_reach} />
          <Follow found={found} />
        </div>
      ) : (
        <Circle found={found} />
      )}
      <FinePrint
        notes={[sourceOf(found), ...found.notes]}
        command={`blocs align --blocs ${asked.blocs} --cost ${asked.cost} --as ${asked.cost_is} --horizon ${asked.horizon} --world ${asked.world}${asked.unions ? ` --unions ${asked.unions}` : ""}`}
      />
    </>
  );
}

type Stable = AlignDocument["maps"][number];

function sizes(summary: Stable["summary"], names: readonly string[]): string {
  const parts = names.map((name) => {
    const count = Number(summary[`members_${name}`]);
    const share = Number(summary[`absorption_share_${name}`]);
    return `${count} ${count === 1 ? "economy" : "economies"} (${fixed(100 * share, 0)}% of the world’s spending) with ${inProse(name)}`;
  });
  return `Here: ${listed(parts)}; the world as a whole ${gained(Number(summary["world_usd_mn"]))} a year.`;
}

const LEADS = 1e9; // in place of a margin: a leader does not choose
const CLEAR = 0.5; // %, from which a choice is more than a close call

/** Colour: the side, and how much the other would cost; given where all others are. */
function Map({ shown, found }: { shown: Stable; found: AlignDocument }): JSX.Element | null {
  const [a, b] = Object.keys(found.blocs) as [string, string];
  const values = useMemo(() => {
    const groups = new globalThis.Map((schema.value?.region_groups ?? []).map((one) => [one.name, one.members]));
    const out: Record<string, Figure> = {};
    for (const [chooser, pick] of Object.entries(shown.picks))
      for (const code of groups.get(chooser) ?? [chooser])
        out[code] = Number(pick[`worth_${b}`]) - Number(pick[`worth_${a}`]);
    for (const code of found.blocs[a] ?? []) out[code] = -LEADS;
    for (const code of found.blocs[b] ?? []) out[code] = LEADS;
    return out;
  }, [shown, found, a, b]);
  if (!borders.value) return null;
  const far = found.affinity_reach;
  const shade = (value: number): number =>
    Math.sign(value) * (Math.abs(value) >= far ? 1 : Math.abs(value) >= CLEAR ? 0.6 : 0.3);
  const say = (value: Figure): string =>
    !known(value)
      ? "no figure"
      : Math.abs(value) >= LEADS
        ? "leads this bloc"
        : `with ${inProse(value > 0 ? b : a)}; the other side would cost ${percent(Math.abs(value))}`;
  const classes = [
    { from: far, words: `more than ${fixed(far, 1)}%` },
    { from: CLEAR, words: `${fixed(CLEAR, 1)} to ${fixed(far, 1)}%` },
    { from: 0, words: `less than ${fixed(CLEAR, 1)}%` },
  ];
  const side = (name: string, sign: number): JSX.Element => (
    <li>
      <b>{capital(inProse(name))}</b>
      {classes.map((one) => (
        <span key={one.from} class="key">
          <i aria-hidden="true" style={{ background: colour(shade(sign * one.from || sign * 1e-9), 1, dark.value) }} />
          {one.words}
        </span>
      ))}
    </li>
  );
  return (
    <figure>
      <WorldMap
        borders={borders.value}
        form="map"
        projection="Equal Earth"
        values={values}
        reach={1}
        shade={shade}
        dark={dark.value}
        selected={null}
        summary={`World map of sides: red with ${inProse(a)}, blue with ${inProse(b)}.`}
        regionOf={regionOf}
        nameOf={placeName}
        say={say}
        detail={(code) => {
          const pick = shown.picks[code];
          return pick
            ? [
                { label: `Welfare with ${inProse(a)}`, text: signed(Number(pick[`worth_${a}`])) },
                { label: `Welfare with ${inProse(b)}`, text: signed(Number(pick[`worth_${b}`])) },
              ]
            : [];
        }}
        onSelect={() => undefined}
      />
      <ul class="sides-key">
        {side(a, -1)}
        {side(b, 1)}
      </ul>
      <figcaption>
        Colour: the side an economy takes on this map; its strength: what the other side would cost it, % of what it
        spends. Hatched: no figures of its own.
      </figcaption>
    </figure>
  );
}

function Close({ shown, names, reach }: { shown: Stable; names: readonly string[]; reach: number }): JSX.Element {
  const all = Object.entries(shown.picks).sort((x, y) => x[1].margin_pct - y[1].margin_pct);
  return (
    <div>
      <h3>The closest calls</h3>
      <PlainTable
        label="The closest calls"
        rows={all.slice(0, CLOSE)}
        keyOf={([code]) => code}
        name={{ head: "Economy", cell: ([code]) => regionName(code) }}
        columns={[
          {
            head: "Goes with",
            words: true,
            cell: ([, pick]) => `${regionName(pick.pick)}${pick.always ? "" : " (here)"}`,
          },
          ...names.map((name) => ({
            head: `Welfare with ${name}`,
            cell: ([, pick]: [string, Pick]) => signed(Number(pick[`worth_${name}`])),
          })),
          { head: "The other costs", cell: ([, pick]) => dollars(pick.margin_usd_mn) },
        ]}
      />
      <p class="note">
        Welfare: % of what the region spends; the last column in US$ of the base year. “Here”: in another stable map it
        goes elsewhere. {all.filter(([, pick]) => pick.within_affinity).length} of {all.length} choices hang on less
        than {percent(reach)}, so that feelings about an ally, which no model knows, could turn them.
      </p>
    </div>
  );
}

function Follow({ found }: { found: AlignDocument }): JSX.Element {
  const movers = new globalThis.Map<string, AlignDocument["pivots"]>();
  for (const one of found.pivots) movers.set(one.mover, [...(movers.get(one.mover) ?? []), one]);
  return (
    <div>
      <h3>Who would follow whom</h3>
      {movers.size === 0 ? (
        <p class="faint">If any one economy changed sides on the first map, no other would follow it.</p>
      ) : (
        <ul class="acts">
          {[...movers].slice(0, 10).map(([mover, followers]) => (
            <li key={mover}>
              If {inProse(mover)} went to {inProse(followers[0]?.to ?? "")},{" "}
              {listed(followers.map((one) => `${regionName(one.follower)} (gains ${percent(one.gain_pct)})`))} would
              follow.
            </li>
          ))}
        </ul>
      )}
      <p class="note">On the first stable map, among the pairs that were looked at.</p>
    </div>
  );
}

function Circle({ found }: { found: AlignDocument }): JSX.Element | null {
  const first = found.cycles[0];
  if (!first) return null;
  return (
    <ol class="acts">
      {first.map((one) => (
        <li key={one.step}>
          {regionName(one.chooser)} goes from {regionName(one.from)} to {regionName(one.to)}.
        </li>
      ))}
    </ol>
  );
}
