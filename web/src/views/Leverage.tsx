/** Leverage: what a coalition takes from a target by withholding what it sells, and what that costs itself. */

import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Measure } from "../api/types";
import { change as signed, dollars, fixed, gained, percent, split } from "../lib/format";
import { EMPTY } from "../lib/draft";
import { PlainTable } from "../parts/PlainTable";
import { RankBars } from "../parts/RankBars";
import { Choice, Names } from "../parts/Inputs";
import { FinePrint, HORIZONS, StudyForm } from "../parts/StudyForm";
import { change, page, schema, sectorName, sideName } from "../state/lab";
import { studyOf } from "../state/study";

interface Party {
  total: number;
  total_usd_mn: number;
}

interface Item {
  lever: string;
  item: string;
  supplied: number;
  import_share: number;
  loss: number;
  loss_usd_mn: number;
  own_loss: number;
  own_loss_usd_mn: number;
  loss_per_dollar: number;
}

export interface LeverageDocument {
  world: string;
  elasticities: string;
  lever: string;
  coalition: Party;
  target: Party;
  bystanders: Party;
  ratio: number | null;
  no_trade: number | null;
  items: Item[];
  chokepoints: string[];
  industries: { industry: string; output_pct: number; output_usd_mn: number }[];
  measures: Measure[];
  notes: string[];
}

interface Asked {
  coalition: string[];
  target: string[];
  by: string;
  intensity: number;
  horizon: string;
}

const WHAT = {
  goods: "goods and services",
  minerals: "critical minerals",
  rails: "payment rails",
  all: "all of these",
};
const SHOWN = 12;

const study = studyOf<Asked, LeverageDocument>("leverage");
const coalition = signal("G7");
const target = signal("CHN");
const by = signal("goods");
const intensity = signal("100");
const horizon = signal("long");

export function Leverage(): JSX.Element {
  const found = study.found.value;
  return (
    <section class="panel" aria-labelledby="leverage">
      <h2 id="leverage">Leverage</h2>
      <p>
        One side stops selling; the other goes on. What does the target lose, what does the coalition lose by its own
        embargo, and which single good or mineral hurts most for what it is worth?
      </p>
      <StudyForm
        study={study}
        action="Withhold"
        label="Items withheld one by one"
        body={() => ({
          coalition: split(coalition.value),
          target: split(target.value),
          by: by.value,
          intensity: Number(intensity.value),
          horizon: horizon.value,
        })}
      >
        <Names label="Coalition that withholds" value={coalition} />
        <span>withholds</span>
        <Choice
          label="Share withheld"
          value={intensity}
          options={{ "25": "25%", "50": "50%", "75": "75%", "100": "100%" }}
        />
        <Choice label="What is withheld" lead="of its" value={by} options={WHAT} />
        <span>from</span>
        <Names label="Target" value={target} />
        <Choice label="How long after" value={horizon} options={HORIZONS} />
      </StudyForm>
      {found ? <Result asked={found.asked} found={found.document} /> : null}
    </section>
  );
}

function Result({ asked, found }: { asked: Asked; found: LeverageDocument }): JSX.Element {
  const sort = useSignal<"loss" | "loss_per_dollar">("loss");
  const us = sideName(asked.coalition);
  const them = sideName(asked.target);
  const items = [...found.items].sort((a, b) => b[sort.value] - a[sort.value]).slice(0, SHOWN);
  const hit = [...found.industries].sort((a, b) => a.output_pct - b.output_pct).slice(0, 10);
  return (
    <>
      <p class="result" aria-live="polite">
        {them} loses {percent(Math.abs(found.target.total))} of what it spends, {dollars(-found.target.total_usd_mn)} a
        year; {us} {found.coalition.total <= 0 ? "loses" : "gains"} {percent(Math.abs(found.coalition.total))},{" "}
        {dollars(Math.abs(found.coalition.total_usd_mn))}.{" "}
        {found.ratio === null ? "" : `In per cent that is ${fixed(found.ratio, 1)} to one. `}
        Bystanders: {gained(found.bystanders.total_usd_mn)}.
      </p>
      <div class="two">
        <div>
          <div class="panel-head">
            <h3>One at a time</h3>
            <div class="segments" role="group" aria-label="Order of the items">
              {(
                [
                  ["loss", "largest loss"],
                  ["loss_per_dollar", "chokepoints"],
                ] as const
              ).map(([name, words]) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={sort.value === name}
                  onClick={() => {
                    sort.value = name;
                  }}
                >
                  {words}
                </button>
              ))}
            </div>
          </div>
          <PlainTable
            label="Items withheld one at a time"
            rows={items}
            keyOf={(one) => `${one.lever} ${one.item}`}
            name={{ head: "Only this is withheld", cell: nameOf }}
            columns={[
              { head: `${them} loses`, cell: (one) => percent(one.loss) },
              { head: `${us} loses`, cell: (one) => percent(one.own_loss) },
              { head: "Loss per dollar withheld", cell: (one) => fixed(one.loss_per_dollar, 2) },
              { head: "Share of imports", cell: (one) => `${fixed(100 * one.import_share, 0)}%` },
            ]}
          />
          <p class="note">
            Welfare, % of what the region spends in all; {Math.min(SHOWN, found.items.length)} of {found.items.length}{" "}
            items. Share of imports: how much of the target’s imports of it the coalition supplies. Withheld together
            they cost more or less than the sum, because buyers turn from one to another.
          </p>
        </div>
        <div>
          <h3>Industries of {them} that shrink most</h3>
          <RankBars
            rows={hit.map((one) => ({
              code: one.industry,
              name: sectorName(one.industry),
              value: one.output_pct,
              text: signed(one.output_pct),
              second: dollars(one.output_usd_mn),
            }))}
            reach={Math.max(1e-9, ...hit.map((one) => Math.abs(one.output_pct)))}
            label={`Industries of ${them}`}
          />
          <p class="note">
            Volume of output, % and US$ of the base year.
            {found.no_trade === null
              ? ""
              : ` Were ${them} to trade with nobody at all it would lose ${percent(found.no_trade)}: no withholding of goods can take more.`}
          </p>
          <button
            type="button"
            class="small"
            onClick={() => {
              change({ ...EMPTY, own: found.measures, model: { horizon: asked.horizon, closure: "balanced" } });
              page.value = "lab";
              scrollTo(0, 0);
            }}
          >
            Show it on the map of the lab
          </button>
        </div>
      </div>
      <FinePrint
        notes={[sourceOf(found), ...found.notes]}
        command={`blocs leverage ${asked.coalition.map((one) => `--coalition ${one} `).join("")}${asked.target.map((one) => `--target ${one} `).join("")}--by ${asked.by} --intensity ${asked.intensity} --horizon ${asked.horizon}`}
      />
    </>
  );
}

/** Where the numbers of a study of power come from. */
export function sourceOf(found: { world: string; elasticities: string }): string {
  return `Model: blocs on the world ${found.world} (OECD Inter-Country Input-Output Database, 2025 edition), trade elasticities ${found.elasticities}.`;
}

function nameOf(one: Item): string {
  if (one.lever === "minerals") return schema.value?.minerals.find((m) => m.symbol === one.item)?.name ?? one.item;
  return one.lever === "goods" ? sectorName(one.item) : one.item.toUpperCase();
}
