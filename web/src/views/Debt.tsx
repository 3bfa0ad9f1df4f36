/** Debt: the fans of debt over GDP, what the shares of draws say, rules of thumb, and who holds dollars. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { fixed, known, sentences, short, type Figure } from "../lib/format";
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
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Statement</th>
                <th scope="col">Fan</th>
                <th scope="col" class="num">
                  Draws
                </th>
              </tr>
            </thead>
            <tbody>
              {found.statements.map((one) => (
                <tr key={one.words + one.fan}>
                  <th scope="row">{one.words}</th>
                  <td>{one.fan}</td>
                  <td class="num">{known(one.share) ? `${Math.round(100 * one.share)}%` : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <section class="panel" aria-labelledby="answers">
          <h2 id="answers">Answers</h2>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Question</th>
                <th scope="col" class="num">
                  Answer
                </th>
              </tr>
            </thead>
            <tbody>
              {found.answers
                .filter((one) => known(one.value))
                .map((one) => (
                  <tr key={one.question}>
                    <th scope="row">{one.question}</th>
                    <td class="num">
                      {one.unit === "year"
                        ? String(one.value)
                        : `${fixed(one.value, 2)}${one.unit.startsWith("%") ? "" : " "}${one.unit}`}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
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
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">If</th>
                <th scope="col" class="num">
                  Ours, US$ bn
                </th>
                <th scope="col" class="num">
                  With feedback
                </th>
                <th scope="col" class="num">
                  Official
                </th>
              </tr>
            </thead>
            <tbody>
              {found.rules_of_thumb.map((one) => (
                <tr key={one.words}>
                  <th scope="row">{one.words}</th>
                  <td class="num">{fixed(one.ours, 0)}</td>
                  <td class="num">{fixed(one.ours_with_feedback, 0)}</td>
                  <td class="num">
                    {one.official
                      ? one.official[0] === one.official[1]
                        ? fixed(one.official[0], 0)
                        : one.official.map((x) => fixed(x, 0)).join(" to ")
                      : "–"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
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
