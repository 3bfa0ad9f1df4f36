/** A study that runs as a job on the server: its progress, what it found, what went wrong; kept while the page is open. */

import { signal, type Signal } from "@preact/signals";
import { isAbort, sentence } from "../api/client";
import type { JobDocument } from "../api/types";
import { runJob } from "./jobs";

export interface Study<B, T> {
  job: Signal<JobDocument | null>;
  problem: Signal<string | null>;
  /** the newest document, with what was asked for */
  found: Signal<{ asked: B; document: T } | null>;
  run: (body: B) => Promise<void>;
}

export function studyOf<B, T>(kind: string): Study<B, T> {
  const job = signal<JobDocument | null>(null);
  const problem = signal<string | null>(null);
  const found = signal<{ asked: B; document: T } | null>(null);
  const run = async (body: B): Promise<void> => {
    if (job.peek() !== null) return;
    problem.value = null;
    try {
      const document = await runJob<T>({ kind, ...body }, (one) => {
        job.value = one;
      });
      found.value = { asked: body, document };
    } catch (error) {
      if (!isAbort(error) && job.peek()?.state !== "cancelled") problem.value = sentence(error);
    }
    job.value = null;
  };
  return { job, problem, found, run };
}
