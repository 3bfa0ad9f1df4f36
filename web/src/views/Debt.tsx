/** Debt: the fans of debt over GDP, what the shares of draws say, rules of thumb, and who holds dollars. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { fixed, known, sentences, short, type Figure } from "../lib/format";
import { PlainTable } from "../parts/PlainTable";
import { Lines, type Series } from "../parts/Lines";
import { RankBars } from "../parts/RankBars";
import { regionName } from "../state/lab";
import { useFetched } from "../state/fetched";

interface Path {
  name: string;
  years: number[];
  debt_to_gdp: Figure[];
  interest_to_revenue: Figure[];
  interest_to_defence: Figure[];
}

interface Fan {
  name: string;
  words: string;
  years: number[];
  quantiles: Record<string, Figure[]>;
}

interface DebtDocument {
  country: string;
  name: string;
  debt_is: string;
  baseline: Path;
  own_rates: Path | null;
  fans: Fan[];
  statements: { words: string; fan: string; share: number | null }[];
  answers: { question: string; value: number | null; unit: string }[];
  rules_of_thumb: { words: string; ours: number; ours_with_feedback: number; official: [number, number] | null }[];
  dollar: null | {
    quarter: string;
    month: string;
    reserve_shares: Record<string, number>;
    holders: Record<string, number>;
  };
  notes: string[];
  sources: string[];
}

const country = signal("USA");
const fan = signal(0);

export function Debt(): JSX.Element {
  const list = useFetched<{ countries: { country: string; baselines: string[] }[] }>(() => ({ path: "/api/debt" }));
  const page = useFetched<DebtDocument>(() => ({ path: `/api/debt/${country.value}` }));
  const { value: found, busy, problem } = page.value;
  return (
    <>
      <h1>Does the debt stabilise?</h1>
      <p class="lede">
        The official path, and how far such paths have been off. The fans come from the forecasters’ own record and from
        modelled shocks; they disagree, and both are shown.
      </p>
      <label class="inline">
        Country
        <select
          value={country.value}
          onChange={(event) => {
            country.value = event.currentTarget.value;
            fan.value = 0;
          }}
        >
          {(list.value.value?.countries ?? [{ country: "USA" }]).map((one) => (
            <option key={one.country} value={one.country}>
              {regionName(one.country)}
            </option>
          ))}
        </select>
      </label>
      {problem ? (
        <p class="warn" role="alert">
          {problem}
        </p>
      ) : null}
      {!found && !problem ? <p role="status">Drawing paths…</p> : null}
      {found ? (
        <div class={busy ? "busy" : ""}>
          <Page found={found} />
        </div>
      ) : null}
    </>
  );
}

function Page({ found }: { found: DebtDocument }): JSX.Element {
  const shown = found.fans[fan.value] ?? found.fans[0];
  const years = found.baseline.years;
  const of = (q: string): Figure[] => shown?.quantiles[q] ?? [];
  const series: Series[] = [
    ...(shown
      ? [
          {
            name: "median",
            values: of("0.5"),
            low: of("0.05"),
            high: of("0.95"),
            inner: { low: of("0.25"), high: of("0.75") },
            tone: "tone-a",
          },
        ]
      : []),
    { name: "official", values: found.baseline.debt_to_gdp, tone: "tone-b" },
  ];
  const interest: Series[] = [
    { name: "of revenue", values: found.baseline.interest_to_revenue, tone: "tone-a" },
    { name: "of defence", values: found.baseline.interest_to_defence, tone: "tone-b" },
  ].filter((one) => one.values?.some(known));
  return (
    <>
      <section class="panel" aria-labelledby="fan">
        <div class="panel-head">
          <h2 id="fan">{found.name}: debt over GDP</h2>
          <div class="segments" role="group" aria-label="Fan">
            {found.fans.map((one, n) => (
              <button
                key={one.name}
                type="button"
                aria-pressed={one.name === shown?.name}
                onClick={() => {
                  fan.value = n;
                }}
              >
                {one.name}
              </button>
            ))}
          </div>
        </div>
        <Lines
          years={shown?.years ?? years}
          series={series}
          unit="% of GDP"
          label={`Debt over GDP of ${found.name}, with the fan ${shown?.name ?? ""}: median ${fixed(of("0.5").at(-1), 0)}%, 5 to 95%: ${fixed(of("0.05").at(-1), 0)} to ${fixed(of("0.95").at(-1), 0)}% in ${(shown?.years ?? years).at(-1)}.`}
          say={(value) => `${fixed(value, 1)}%`}
          zero={false}
          width={1040}
          height={360}
        />
        <p class="note">
          {shown?.words}. Bands: 5th to 95th and 25th to 75th percentile. Debt: {found.debt_is}.
        </p>
      </section>
      <div class="two">
        <section class="panel" aria-labelledby="shares">
          <h2 id="shares">In how many draws</h2>
          <PlainTable
            rows={found.statements}
            keyOf={(one) => one.words + one.fan}
            name={{ head: "Statement", cell: (one) => one.words }}
            columns={[
              { head: "Fan", words: true, cell: (one) => one.fan },
              { head: "Draws", cell: (one) => (known(one.share) ? `${Math.round(100 * one.share)}%` : "–") },
            ]}
          />
        </section>
        <section class="panel" aria-labelledby="answers">
          <h2 id="answers">Answers</h2>
          <PlainTable
            rows={found.answers.filter((one) => known(one.value))}
            keyOf={(one) => one.question}
            name={{ head: "Question", cell: (one) => one.question }}
            columns={[
              {
                head: "Answer",
                cell: (one) =>
                  one.unit === "year"
                    ? String(one.value)
                    : `${fixed(one.value, 2)}${one.unit.startsWith("%") ? "" : " "}${one.unit}`,
              },
            ]}
          />
        </section>
      </div>
      <div class="two">
        {interest.length > 0 ? (
          <section class="panel" aria-labelledby="interest">
            <h2 id="interest">Net interest, official path</h2>
            <Lines
              years={years}
              series={interest}
              unit="%"
              label="Net interest over revenue and over defence"
              say={(value) => `${fixed(value, 1)}%`}
              height={220}
            />
          </section>
        ) : null}
        {found.dollar ? <Holders dollar={found.dollar} /> : null}
      </div>
      {found.rules_of_thumb.length > 0 ? (
        <section class="panel" aria-labelledby="rules">
          <h2 id="rules">Rules of thumb, against the official ones</h2>
          <PlainTable
            rows={found.rules_of_thumb}
            keyOf={(one) => one.words}
            name={{ head: "If", cell: (one) => one.words }}
            columns={[
              { head: "Ours, US$ bn", cell: (one) => fixed(one.ours, 0) },
              { head: "With feedback", cell: (one) => fixed(one.ours_with_feedback, 0) },
              { head: "Official", cell: (one) => rangeOf(one.official) },
            ]}
          />
        </section>
      ) : null}
      <p class="note">
        {sentences(found.notes)} Sources: {sentences(found.sources)}
      </p>
    </>
  );
}

function Holders({ dollar }: { dollar: NonNullable<DebtDocument["dollar"]> }): JSX.Element {
  const rows = Object.entries(dollar.holders)
    .filter(([code]) => !["WLD", "OFFICIAL", "OTHER"].includes(code))
    .slice(0, 10);
  return (
    <section class="panel" aria-labelledby="holders">
      <h2 id="holders">Who holds US Treasuries</h2>
      <RankBars
        rows={rows.map(([code, value]) => ({ code, name: regionName(code), value, text: `${fixed(value, 0)} bn` }))}
        reach={rows[0]?.[1] ?? 1}
        label="Foreign holders of US Treasury securities"
        neutral
      />
      <p class="note">
        US$ bn, {dollar.month}. The dollar’s share of reserves: {short(dollar.reserve_shares["USD"])}% ({dollar.quarter}
        ).
      </p>
    </section>
  );
}

/** An official figure, or the two ends of one. */
function rangeOf(official: [number, number] | null): string {
  if (!official) return "–";
  const [low, high] = official.map((one) => fixed(one, 0));
  return low === high ? `${low}` : `${low} to ${high}`;
}
