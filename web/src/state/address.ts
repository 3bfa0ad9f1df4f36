/** The address bar: takes the token out of it, reads a shared draft, and keeps the fragment up with the draft. */

import { batch, effect, signal } from "@preact/signals";
import { keepToken } from "../api/client";
import type { Draft } from "../lib/draft";
import { listed } from "../lib/format";
import { decode, encode, readFragment, type Shared } from "../lib/share";
import {
  change,
  draft,
  firstDraft,
  isUntouched,
  levers,
  metric,
  opened,
  other,
  page,
  PAGES,
  presets,
  region,
  scenario,
  schema,
  year,
  type Page,
} from "./lab";
import type { MetricName } from "../api/types";
import { chosenReach, keepReach } from "./main";

export const linkProblem = signal<string | null>(null);

/** Keep the token for this tab and take it out of the visible address; what is shared stays. */
export function takeToken(): string | null {
  const { token, shared } = readFragment(location.hash);
  if (token) {
    keepToken(token);
    history.replaceState(null, "", shared ? `#s=${shared}` : location.pathname);
  }
  return shared;
}

/** Show what a link holds; without one, the first visit's scenario. */
export function open(shared: string | null): void {
  batch(() => {
    draft.value = firstDraft();
    opened.value = true;
    if (shared === null) return;
    try {
      take(decode(shared));
    } catch (error) {
      linkProblem.value = error instanceof Error ? error.message : String(error);
    }
  });
}

/** What a link names that this version does not have; it is left out, and said. */
function leftOut(draft: Draft): string | null {
  const gone = [
    ...draft.presets.filter((one) => !presets.value.has(one)).map((one) => `preset ${one}`),
    ...Object.keys(draft.levers)
      .filter((one) => !levers.value.has(one))
      .map((one) => `lever ${one}`),
  ];
  if (gone.length === 0) return null;
  return `This link names what this version of blocs does not have: ${listed(gone.slice(0, 5))}. The rest is shown, so the results are not those of whoever sent it.`;
}

function take({ draft: found, view, other: second }: Shared): void {
  linkProblem.value = leftOut(found);
  draft.value = found;
  other.value = second ?? null;
  if (schema.value?.metrics.some((one) => one.name === view.metric)) metric.value = view.metric as MetricName;
  if (view.year !== undefined) year.value = view.year;
  if (schema.value?.regions.some((one) => one.code === view.region)) region.value = view.region as string;
  if (view.reach !== undefined) keepReach(view.reach);
  if (PAGES.includes(view.page as Page)) page.value = view.page as Page;
}

function fragment(): string {
  const view = {
    metric: metric.value === "welfare" ? undefined : metric.value,
    year: year.value || undefined,
    region: region.value ?? undefined,
    page: page.value === "lab" ? undefined : page.value,
    reach: isUntouched.value ? undefined : chosenReach.value[metric.value],
  };
  return `#s=${encode({ draft: draft.value, view, other: other.value ?? undefined })}`;
}

/** A link to what is on show; it never holds the token. */
export function shareLink(): string {
  return `${location.origin}${location.pathname}${fragment()}`;
}

/** Keep the address up with the draft, so that it can be copied, reloaded and gone back to. */
export function keepUp(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    document.title = `${scenario.value.title || scenario.value.name} · blocs lab`;
  });
  effect(() => {
    const now = fragment();
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", now), 300);
  });
  addEventListener("hashchange", () => {
    const shared = takeToken();
    if (shared === null) return;
    try {
      const found = decode(shared);
      change(found.draft);
      batch(() => take(found));
    } catch (error) {
      linkProblem.value = error instanceof Error ? error.message : String(error);
    }
  });
}
