/** Uncertainty: an ensemble of the scenario as a job on the server, its progress, and the bands it leaves. */

import { computed, signal } from "@preact/signals";
import { isAbort, sentence } from "../api/client";
import type { JobDocument, MetricName, ScenarioBody } from "../api/types";
import type { Figure } from "../lib/format";
import { runJob } from "./jobs";
import { scenario } from "./lab";

type Quantiles = Record<string, Record<string, Figure>>;

export interface EnsembleDocument {
  scenario: string;
  seed: number;
  draws: number;
  converged: number;
  year: number;
  welfare: Quantiles;
  losers: Record<string, Figure>;
  sensitivity: Record<string, Record<string, Figure>>;
  paths: Record<string, Record<string, Record<string, Figure[]>>>;
  failures: string[];
}

export interface Bands {
  low: Figure[];
  high: Figure[];
  inner: { low: Figure[]; high: Figure[] };
}

export const job = signal<JobDocument | null>(null);
export const problem = signal<string | null>(null);
const found = signal<{ of: string; document: EnsembleDocument } | null>(null);

/** The ensemble of the scenario on show; null once the scenario is another. */
export const ensemble = computed(() => (found.value?.of === JSON.stringify(scenario.value) ? found.value.document : null));

/** Bands by region and year of a result; null where no ensemble of this scenario has run. */
export function bandsOf(metric: MetricName): Record<string, Bands> | null {
  const paths = ensemble.value?.paths[metric];
  if (!paths) return null;
  return Object.fromEntries(
    Object.entries(paths).map(([code, q]) => [code, { low: q["0.05"] ?? [], high: q["0.95"] ?? [], inner: { low: q["0.25"] ?? [], high: q["0.75"] ?? [] } }]),
  );
}

/** Draw the scenario on show `draws` times. */
export async function draw(draws: number): Promise<void> {
  const body: ScenarioBody = scenario.value;
  problem.value = null;
  try {
    const document = await runJob<EnsembleDocument>({ kind: "ensemble", scenario: body, draws }, (one) => { job.value = one; });
    found.value = { of: JSON.stringify(body), document };
  } catch (error) {
    if (!isAbort(error) && job.value?.state !== "cancelled") problem.value = sentence(error);
  }
  job.value = null;
}
