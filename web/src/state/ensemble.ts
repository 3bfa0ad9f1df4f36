/** Uncertainty: an ensemble of the scenario as a job on the server, its progress, and the bands it leaves. */

import { computed } from "@preact/signals";
import type { MetricName, ScenarioBody } from "../api/types";
import type { Figure } from "../lib/format";
import { scenario } from "./lab";
import { studyOf } from "./study";

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

/** The scenario drawn many times. */
export const draws = studyOf<{ scenario: ScenarioBody; draws: number }, EnsembleDocument>("ensemble");

/** The ensemble of the scenario on show; null once the scenario is another. */
export const ensemble = computed(() => {
  const found = draws.found.value;
  return found && JSON.stringify(found.asked.scenario) === JSON.stringify(scenario.value) ? found.document : null;
});

/** Bands by region and year of a result; null where no ensemble of this scenario has run. */
export function bandsOf(metric: MetricName): Record<string, Bands> | null {
  const paths = ensemble.value?.paths[metric];
  if (!paths) return null;
  return Object.fromEntries(
    Object.entries(paths).map(([code, q]) => [
      code,
      { low: q["0.05"] ?? [], high: q["0.95"] ?? [], inner: { low: q["0.25"] ?? [], high: q["0.75"] ?? [] } },
    ]),
  );
}
