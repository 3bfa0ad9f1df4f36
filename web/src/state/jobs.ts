/** Long work on the server: start it, follow its progress, cancel it, take its result. */

import { ask, json, lost } from "../api/client";
import type { JobDocument } from "../api/types";

/** Run a job and return its document; `seen` is called at every step of it. */
export async function runJob<T>(body: unknown, seen: (job: JobDocument) => void): Promise<T> {
  let now = await json<JobDocument>("/api/jobs", { body });
  seen(now);
  await events(`/api/jobs/${now.id}/events`, (one) => {
    now = one;
    seen(one);
  });
  if (now.state !== "done") now = await json<JobDocument>(`/api/jobs/${now.id}`);
  seen(now);
  if (now.state !== "done")
    throw new Error(
      now.error?.message ?? (now.state === "cancelled" ? "The job was cancelled." : "The job ended without a result."),
    );
  return json<T>(`/api/jobs/${now.id}/result`);
}

export async function cancel(one: JobDocument): Promise<void> {
  await ask(`/api/jobs/${one.id}`, { method: "DELETE" });
}

/** Read server-sent events with the token, which EventSource cannot send. */
async function events(path: string, each: (job: JobDocument) => void): Promise<void> {
  const reader = (await ask(path)).body?.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  while (reader) {
    const { done, value } = await reader.read().catch(lost);
    rest += decoder.decode(value, { stream: !done });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block
        .split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trim())
        .join("\n");
      if (data) each(JSON.parse(data) as JobDocument);
    }
    if (done) return;
  }
}
