/** How sure: draws the uncertain numbers many times, and says in how many draws a region loses and what decides. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { known, percent, type Figure } from "../lib/format";
import { PlainTable } from "../parts/PlainTable";
import { RankBars } from "../parts/RankBars";
import { Choice } from "../parts/Inputs";
import { StudyForm } from "../parts/StudyForm";
import { region, regionName, scenario } from "../state/lab";
import { draws, ensemble, type EnsembleDocument } from "../state/ensemble";
import { largest, main } from "../state/main";

const NOTHING = 0.005; // estimates scatter around zero, to either side

export function HowSure(): JSX.Element | null {
  const many = useSignal("100");
  if (!main.settled.value) return null;
  const found = ensemble.value;
  return (
    <section class="panel" aria-labelledby="sure">
      <h2 id="sure">How sure is that?</h2>
      <p>
        Every uncertain number has a range. Drawing them all many times gives a band around each path, the share of
        draws in which a region loses, and the group of assumptions that decides.
      </p>
      <StudyForm
        study={draws}
        action={found ? "Draw again" : "Draw"}
        label="Draws done"
        body={() => ({ scenario: scenario.value, draws: Number(many.value) })}
      >
        <Choice
          label="Draws"
          lead="Draws"
          value={many}
          options={Object.fromEntries(["50", "100", "200", "500", "1000"].map((one) => [one, one]))}
        />
      </StudyForm>
      {found ? <Found found={found} /> : null}
    </section>
  );
}

function Found({ found }: { found: EnsembleDocument }): JSX.Element {
  const codes = largest(8, region.value);
  const chosen = codes.find((code) => found.sensitivity[code]) ?? Object.keys(found.sensitivity)[0];
  const shares = Object.entries(chosen ? (found.sensitivity[chosen] ?? {}) : {})
    .filter((pair): pair is [string, number] => known(pair[1]))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 6);
  return (
    <div class="two">
      <div>
        <h3>
          Welfare in {found.year}, {found.converged} draws
        </h3>
        <PlainTable
          rows={codes}
          keyOf={(code) => code}
          name={{ head: "Region", cell: regionName }}
          columns={[
            { head: "5%", cell: (code) => percent(found.welfare[code]?.["0.05"]) },
            { head: "Median", cell: (code) => percent(found.welfare[code]?.["0.5"]) },
            { head: "95%", cell: (code) => percent(found.welfare[code]?.["0.95"]) },
            { head: "Loses in", cell: (code) => share(found.losers[code]) },
          ]}
        />
        <p class="note">Quantiles and shares of draws, not probabilities: they are as good as the ranges.</p>
      </div>
      <div>
        <h3>What decides{chosen ? `: ${regionName(chosen)}` : ""}</h3>
        <RankBars
          rows={shares.map(([name, value]) => ({
            code: name,
            name: name.replaceAll("_", " "),
            value: Math.max(value, 0),
            text: value < NOTHING ? "about 0%" : share(value),
          }))}
          reach={1}
          label="Share of the variance each group explains alone"
          neutral
        />
        <p class="note">
          Share of the variance of welfare that each group of assumptions explains alone; rough with few draws.
        </p>
      </div>
    </div>
  );
}

function share(value: Figure): string {
  return known(value) ? `${Math.round(100 * value)}%` : "–";
}
