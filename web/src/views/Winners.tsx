/** Winners and losers of the chosen year, in % or in dollars. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { change as signed, gained, known } from "../lib/format";
import { roundUp } from "../lib/scale";
import { RankBars, type RankRow } from "../parts/RankBars";
import { chosenYear, region, regionName } from "../state/lab";
import { byRegion, dollarsOf, regions, shown } from "../state/main";

const SHOWN = 8;
const unit = signal<"%" | "US$">("%");

export function Winners(): JSX.Element | null {
  const year = shown.value;
  if (!year?.converged) return null;
  const percents = byRegion(year, "welfare", regions.value);
  const usd = dollarsOf.value;
  const inDollars = unit.value === "US$";
  const rows = regions.value
    .flatMap((code): RankRow[] => {
      const value = inDollars ? usd[code] : percents[code];
      if (!known(value)) return [];
      const both = [signed(percents[code]), gained(usd[code])];
      return [{ code, name: regionName(code), value, text: (inDollars ? both[1] : both[0]) as string, second: inDollars ? both[0] : both[1] }];
    })
    .sort((a, b) => a.value - b.value);
  const least = inDollars ? 0.05 : 1e-6;
  const losers = rows.filter((row) => row.value < -least).slice(0, SHOWN);
  const winners = rows.filter((row) => row.value > least).slice(-SHOWN).reverse();
  const ends = [...losers, ...winners].map((row) => Math.abs(row.value));
  const widest = ends.length > 0 ? roundUp(Math.max(...ends)) : 1;
  const select = (code: string): void => { region.value = code; };
  return (
    <section class="panel" aria-labelledby="winners">
      <div class="panel-head">
        <h2 id="winners">Losers and winners, {chosenYear.value}</h2>
        <div class="segments" role="group" aria-label="Unit">
          {(["%", "US$"] as const).map((one) => <button key={one} type="button" aria-pressed={unit.value === one} onClick={() => { unit.value = one; }}>{one}</button>)}
        </div>
      </div>
      <div class="two">
        <div>
          <h3>{rows.filter((row) => row.value < -least).length} lose</h3>
          <RankBars rows={losers} reach={widest} selected={region.value} onSelect={select} label="Largest losses" />
        </div>
        <div>
          <h3>{rows.filter((row) => row.value > least).length} gain</h3>
          <RankBars rows={winners} reach={widest} selected={region.value} onSelect={select} label="Largest gains" />
        </div>
      </div>
      <p class="note">Welfare: equivalent variation, % of base absorption and US$ of the base year, against the same year without the measures. Choose a name to look closer.</p>
    </section>
  );
}
