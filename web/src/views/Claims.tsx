/** The ledger of claims: what was said, what the data and the model say, by which rule, and what would change it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { known, short, type Figure } from "../lib/format";
import { useFetched } from "../state/fetched";

interface Claim {
  id: string;
  statement: string;
  source: string | { [key: string]: unknown };
  vector: string;
  verdict: string | null;
  value: Figure;
  unit: string | null;
  as_of: string | null;
  readings: { name: string; words: string; value: Figure; unit: string; as_of: string | null; status: string; quantiles: Record<string, number> | null }[];
  reasons: string[];
  missing: string[];
  notes: string[];
  caveats: string[];
  would_change: string;
  sources: unknown[];
}

interface ClaimsDocument {
  ledger: string;
  claims: Claim[];
}

export function Claims(): JSX.Element {
  const ledger = useFetched<ClaimsDocument>(() => ({ path: "/api/claims" }));
  const verdict = useSignal("");
  const { value: found, problem } = ledger.value;
  const all = found?.claims ?? [];
  const verdicts = [...new Set(all.map((one) => one.verdict ?? "not computed"))];
  return (
    <>
      <h1>{found?.ledger || "Claims"}</h1>
      <p class="lede">What has been said about the world that splits, and what data and model make of it. Each claim has its rule, written before the figure was looked at.</p>
      {problem ? <p class="warn" role="alert">{problem}</p> : null}
      {!found && !problem ? <p role="status">Checking the claims…</p> : null}
      {found ? (
        <div class="segments wrap" role="group" aria-label="Verdict">
          {["", ...verdicts].map((one) => <button key={one} type="button" aria-pressed={verdict.value === one} onClick={() => { verdict.value = one; }}>{one ? words(one) : "all"} <span class="faint">{one ? all.filter((claim) => (claim.verdict ?? "not computed") === one).length : all.length}</span></button>)}
        </div>
      ) : null}
      <ul class="claims">
        {all.filter((one) => verdict.value === "" || (one.verdict ?? "not computed") === verdict.value).map((one) => <One key={one.id} claim={one} />)}
      </ul>
    </>
  );
}

function One({ claim }: { claim: Claim }): JSX.Element {
  return (
    <li id={`claim-${claim.id}`}>
      <h2>“{claim.statement}”</h2>
      <p><span class={`verdict ${claim.verdict ?? "none"}`}>{words(claim.verdict ?? "not computed")}</span> {claim.reasons.join(" ")}</p>
      {known(claim.value) ? <p class="result small">{short(claim.value)} {claim.unit}{claim.as_of ? `, ${claim.as_of}` : ""}</p> : null}
      <details>
        <summary>Readings, caveats, what would change it</summary>
        <table class="plain"><thead><tr><th scope="col">Reading</th><th scope="col" class="num">Value</th><th scope="col">As of</th></tr></thead>
          <tbody>{claim.readings.map((one) => <tr key={one.name}><th scope="row">{one.words || one.name}</th><td class="num">{short(one.value)} {one.unit}</td><td>{one.as_of}</td></tr>)}</tbody>
        </table>
        {claim.would_change ? <p><b>Would change:</b> {claim.would_change}</p> : null}
        {[...claim.caveats, ...claim.notes, ...claim.missing].length > 0 ? <ul class="acts">{[...claim.caveats, ...claim.notes, ...claim.missing].map((line, n) => <li key={n}>{line}</li>)}</ul> : null}
        <p class="faint small-print">{typeof claim.source === "string" ? claim.source : Object.values(claim.source).filter((part) => typeof part === "string").join(", ")}</p>
      </details>
    </li>
  );
}

function words(verdict: string): string {
  return verdict.replaceAll("_", " ");
}
