/** A job at work: how far it is, in words and as a bar, and the button that ends it. */

import type { JSX } from "preact";
import type { JobDocument } from "../api/types";
import { cancel } from "../state/jobs";

export function Working({ job, label }: { job: JobDocument; label: string }): JSX.Element {
  const counted = job.total !== null && !job.words.includes(String(job.total));
  return (
    <div class="row wrap working-job">
      <progress max={job.total ?? undefined} value={job.total ? (job.done ?? 0) : undefined} aria-label={label} />
      <span role="status">
        {job.words || job.state}
        {counted ? ` ${job.done ?? 0} of ${job.total}` : ""}
      </span>
      <button type="button" class="small" onClick={() => void cancel(job)}>
        Cancel
      </button>
    </div>
  );
}
