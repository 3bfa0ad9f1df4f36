/** The ledger of claims: what was said, what the data and the model say, by which rule, and what would change it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { known, short, type Figure } from "../lib/format";
import { PlainTable } from "../parts/PlainTable";
import { Working } from "../parts/Working";
import { useFetched } from "../state/fetched";
import { studyOf } from "../state/study";

const REASONS = 3; // shown at once

interface Claim {
  id: string;
  statement: string;
  source: string | { [key: string]: unknown };
  vector: string;
  verdict: string | null;
  value: Figure;
  unit: string | null;
  as_of: string | null;
  readings: {
    name: string;
    words: string;
    value: Figure;
    unit: string;
    as_of: string | null;
    status: string;
    quantiles: Record<string, number> | null;
  }[];
  reasons: string[];
  missing: string[];
  notes: string[];
  caveats: string[];
  would_change: string;
  sources: unknown[];
}

interface ClaimsDocument {
  ledger: string;
  draws: number;
  claims: Claim[];
  left_out?: (string | { id: string })[];
}

/** What a job solved stays while the page is open. */
const solved = studyOf<{ ids: readonly string[] }, ClaimsDocument>("claims");

export function Claims(): JSX.Element {
  const ledger = useFetched<ClaimsDocument>(() => ({ path: "/api/claims" }));
  const verdict = useSignal("");
  const found = ledger.value.value;
  const more = new Map((solved.found.value?.document.claims ?? []).map((one) => [one.id, one]));
  const all = [...(found?.claims ?? []).filter((one) => !more.has(one.id)), ...more.values()];
  const left = (found?.left_out ?? [])
    .map((one) => (typeof one === "string" ? one : one.id))
    .filter((id) => !more.has(id));
  const verdicts = [...new Set(all.map((one) => one.verdict ?? "not computed"))];
  return (
    <>
      <h1>{found?.ledger || "Claims"}</h1>
      <p class="lede">
        What has been said about the world that splits, and what data and model make of it. Each claim has its rule; the
        readings it is judged by are beside it.
      </p>
      {ledger.value.problem ? (
        <p class="warn" role="alert">
          {ledger.value.problem}
        </p>
      ) : null}
      {!found && !ledger.value.problem ? <p role="status">Checking the claims…</p> : null}
      {left.length > 0 ? <Left ids={left} /> : null}
      {found ? (
        <div class="segments wrap" role="group" aria-label="Verdict">
          {["", ...verdicts].map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={verdict.value === one}
              onClick={() => {
                verdict.value = one;
              }}
            >
              {one ? words(one) : "all"}{" "}
              {one ? all.filter((claim) => (claim.verdict ?? "not computed") === one).length : all.length}
            </button>
          ))}
        </div>
      ) : null}
      <ul class="claims">
        {all
          .filter((one) => verdict.value === "" || (one.verdict ?? "not computed") === verdict.value)
          .map((one) => (
            <One key={one.id} claim={one} />
          ))}
      </ul>
    </>
  );
}

/** Claims that have to be solved: minutes, so only when asked for. */
function Left({ ids }: { ids: readonly string[] }): JSX.Element {
  const now = solved.job.value;
  const problem = solved.problem.value;
  return (
    <div class="left-out">
      {now ? (
        <Working job={now} label="Claims solved" />
      ) : (
        <p class="row wrap">
          {ids.length === 1 ? "1 more claim needs" : `${ids.length} more claims need`} the model solved, perhaps many
          times: it takes minutes.{" "}
          <button type="button" class="small" onClick={() => void solved.run({ ids })}>
            Solve them
          </button>
        </p>
      )}
      {problem ? (
        <p class="warn" role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function One({ claim }: { claim: Claim }): JSX.Element {
  return (
    <li id={`claim-${claim.id}`}>
      <h2>“{claim.statement}”</h2>
      <p>
        <span class="verdict">{words(claim.verdict ?? "not computed")}</span>
        {known(claim.value) ? (
          <b>
            {short(claim.value)}
            {unitOf(claim.unit)}
          </b>
        ) : null}
        {known(claim.value) && claim.as_of ? <span class="faint"> ({claim.as_of})</span> : null}
      </p>
      <ul class="acts">
        {claim.reasons.slice(0, REASONS).map((line) => (
          <li key={line}>{inWords(line, claim)}</li>
        ))}
      </ul>
      <details>
        <summary>
          {claim.reasons.length > REASONS ? `${claim.reasons.length - REASONS} more reasons, readings` : "Readings"},
          caveats, what would change it
        </summary>
        {claim.reasons.length > REASONS ? (
          <ul class="acts">
            {claim.reasons.slice(REASONS).map((line) => (
              <li key={line}>{inWords(line, claim)}</li>
            ))}
          </ul>
        ) : null}
        <PlainTable
          rows={claim.readings}
          keyOf={(one) => one.name}
          name={{ head: "Reading", cell: (one) => one.words || one.name }}
          columns={[
            { head: "Value", cell: (one) => `${short(one.value)}${unitOf(one.unit)}` },
            { head: "As of", words: true, cell: (one) => one.as_of },
          ]}
        />
        {claim.would_change ? (
          <p>
            <b>Would change:</b> {claim.would_change}
          </p>
        ) : null}
        {[...claim.caveats, ...claim.notes, ...claim.missing].length > 0 ? (
          <ul class="acts">
            {[...claim.caveats, ...claim.notes, ...claim.missing].map((line, n) => (
              <li key={n}>{line}</li>
            ))}
          </ul>
        ) : null}
        <p class="faint small-print">
          {typeof claim.source === "string"
            ? claim.source
            : Object.values(claim.source)
                .filter((part) => typeof part === "string")
                .join(", ")}
        </p>
      </details>
    </li>
  );
}

/** A reason begins with the name of a reading; people read what it measures. */
function inWords(reason: string, claim: Claim): string {
  const name = reason.split(" ", 1)[0] ?? "";
  const reading = claim.readings.find((one) => one.name === name);
  return reading?.words ? `${reading.words}: ${reason.slice(name.length + 1)}` : reason;
}

/** A unit after its number; a bare count has none. */
function unitOf(unit: string | null): string {
  if (unit === null || unit === "" || unit === "number") return "";
  return unit.startsWith("%") ? unit : ` ${unit}`;
}

function words(verdict: string): string {
  return verdict.replaceAll("_", " ");
}
