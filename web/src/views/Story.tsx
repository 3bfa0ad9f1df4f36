/** What the scenario does in plain words, before what comes of it; and the result in one sentence. */

import type { JSX } from "preact";
import type { WordsDocument } from "../api/types";
import { change as signed, gained, known, listed } from "../lib/format";
import { chosenYear, regionName, scenario } from "../state/lab";
import { useFetched } from "../state/fetched";
import { dollarsOf, main, regions, shown } from "../state/main";

const SHOWN = 3;

export function Story(): JSX.Element {
  const words = useFetched<WordsDocument>(() => {
    const body = main.settled.value;
    return body ? { path: "/api/plain-words", body } : null;
  });
  const found = words.value.value;
  const title = scenario.value.title || scenario.value.name;
  return (
    <header class="story">
      <h1>{title}</h1>
      {found ? <Words found={found} /> : null}
      {main.problem.value ? (
        <p class="problem" role="alert">
          {main.problem.value}{" "}
          {main.results.value ? (
            <span class="faint">The figures below are still those of the scenario before.</span>
          ) : null}
        </p>
      ) : null}
      <Result />
    </header>
  );
}

function Words({ found }: { found: WordsDocument }): JSX.Element {
  const rest = found.measures.slice(SHOWN);
  return (
    <div class="words">
      {found.measures.length === 0 ? (
        <p>
          Nothing happens yet: the world of the base year, as it is. Move a lever, or choose a scenario from the
          library.
        </p>
      ) : null}
      <ul class="acts">
        {found.measures.slice(0, SHOWN).map((line, n) => (
          <li key={n}>{dated(line)}</li>
        ))}
      </ul>
      <details class="more">
        <summary>
          {rest.length > 0
            ? `${rest.length} more ${rest.length === 1 ? "measure" : "measures"}, what is assumed, what is left out`
            : "What is assumed, what is left out"}
        </summary>
        {rest.length > 0 ? (
          <ul class="acts">
            {rest.map((line, n) => (
              <li key={n}>{dated(line)}</li>
            ))}
          </ul>
        ) : null}
        {found.description ? <p>{found.description}</p> : null}
        {found.model.length > 0 ? (
          <ul class="acts">
            {found.model.map((line, n) => (
              <li key={n}>{line}</li>
            ))}
          </ul>
        ) : null}
        {found.assumptions.length > 0 ? (
          <>
            <h3>Changed assumptions</h3>
            <ul class="acts">
              {found.assumptions.map((line, n) => (
                <li key={n}>{line}</li>
              ))}
            </ul>
          </>
        ) : null}
        {found.leaves_out ? (
          <>
            <h3>What it leaves out</h3>
            <p>{found.leaves_out}</p>
          </>
        ) : null}
        {main.results.value?.notes.length ? (
          <>
            <h3>Notes</h3>
            <ul class="acts">
              {main.results.value.notes.map((line, n) => (
                <li key={n}>{line}</li>
              ))}
            </ul>
          </>
        ) : null}
      </details>
    </div>
  );
}

/** Years as people write them: "(2028-)" is "(from 2028)". */
function dated(line: string): string {
  return line.replace(/\((\d{4})-\)$/, "(from $1)").replace(/\((\d{4})-(\d{4})\)$/, "($1–$2)");
}

function Result(): JSX.Element | null {
  const year = shown.value;
  if (!year)
    return (
      <p class="result waiting" aria-live="polite">
        Solving the world economy…
      </p>
    );
  if (!year.converged)
    return (
      <p class="problem">
        {year.year}: the model found no equilibrium ({year.status}). There is nothing to show for this year.
      </p>
    );
  const order = Object.entries(dollarsOf.value)
    .filter((pair): pair is [string, number] => known(pair[1]) && pair[0] !== "ROW")
    .sort((a, b) => a[1] - b[1]);
  const losers = order.filter(([, value]) => value < -0.5).slice(0, 2);
  const winner = order[order.length - 1];
  const percents = Object.fromEntries(regions.value.map((code, n) => [code, year.values.welfare[n]]));
  if (losers.length === 0 && !(winner && winner[1] > 0.5)) return <p class="result">No region gains or loses.</p>;
  const said = (code: string, value: number): string =>
    `${regionName(code)} ${gained(value)} (${signed(percents[code])})`;
  return (
    <p class="result">
      <span class="when">{chosenYear.value}</span>
      {losers.length > 0 ? <>Largest losses: {listed(losers.map(([code, value]) => said(code, value)))}. </> : null}
      {winner && winner[1] > 0.5 ? <>Largest gain: {said(winner[0], winner[1])}. </> : null}
      The world as a whole: {gained(year.world_usd_mn)} a year.
    </p>
  );
}
