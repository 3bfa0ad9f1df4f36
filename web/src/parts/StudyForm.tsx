/** The form of a study that runs as a job, where it stands, and what to know about its numbers. */

import type { ComponentChildren, JSX } from "preact";
import type { Study } from "../state/study";
import { Working } from "./Working";

interface FormProps<B, T> {
  study: Study<B, T>;
  /** what the button says */
  action: string;
  /** what the bar counts */
  label: string;
  body: () => B;
  children: ComponentChildren;
}

export function StudyForm<B, T>({ study, action, label, body, children }: FormProps<B, T>): JSX.Element {
  const now = study.job.value;
  return (
    <>
      <form
        class="row wrap study"
        onSubmit={(event) => {
          event.preventDefault();
          void study.run(body());
        }}
      >
        {children}
        <button type="submit" class="primary" disabled={now !== null}>
          {action}
        </button>
      </form>
      {now ? <Working job={now} label={label} /> : null}
      {study.problem.value ? (
        <p class="warn" role="alert">
          {study.problem.value}
        </p>
      ) : null}
    </>
  );
}

/** What a reader must know, folded away, and how to get the same numbers without this page. */
export function FinePrint({ notes, command }: { notes: readonly string[]; command: string }): JSX.Element {
  return (
    <details class="more">
      <summary>What to know about these numbers, and how to get them without this page</summary>
      <ul class="acts">
        {notes.map((line, n) => (
          <li key={n}>{line}</li>
        ))}
      </ul>
      <pre>
        <code>{command}</code>
      </pre>
    </details>
  );
}

export const HORIZONS = { short: "after a short time", medium: "after some years", long: "after a long time" };
