/** The address bar: takes the token out of it, reads a shared draft, and keeps the fragment up with the draft. */

import { batch, effect, signal } from "@preact/signals";
import { keepToken } from "../api/client";
import { within, type Draft } from "../lib/draft";
import { listed } from "../lib/format";
import { decode, encode, readFragment, type Opened } from "../lib/share";
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

/** What of a link is not on show as it was sent: left behind, not known to this version, or beyond a slider's range. */
function notAsSent(drafts: readonly Draft[], lost: readonly string[], beyond: readonly string[]): string | null {
  const unique = (names: readonly string[]): string[] => [...new Set(names)];
  const gone = unique(
    drafts.flatMap((one) => [
      ...one.presets.filter((name) => !presets.value.has(name)).map((name) => `preset ${name}`),
      ...Object.keys(one.levers)
        .filter((name) => !levers.value.has(name))
        .map((name) => `lever ${name}`),
    ]),
  );
  const said = [
    { names: gone, before: "names what this version of blocs does not have", after: "" },
    { names: unique(lost), before: "holds what cannot be read", after: "" },
    { names: unique(beyond), before: "moves sliders beyond their range", after: ", taken to its end" },
  ].flatMap(({ names, before, after }) =>
    names.length > 0 ? `This link ${before}: ${listed(names.slice(0, 5))}${after}.` : [],
  );
  return said.length > 0
    ? `${said.join(" ")} The rest is shown, so the results are not those of whoever sent it.`
    : null;
}

function take(found: Opened): void {
  const { view, lost } = found;
  const main = within(found.draft, levers.value);
  const second = found.other ? within(found.other, levers.value) : null;
  const titles = [...main.beyond, ...(second?.beyond ?? [])].map((id) => levers.value.get(id)?.title ?? id);
  linkProblem.value = notAsSent(second ? [main.draft, second.draft] : [main.draft], lost, titles);
  draft.value = main.draft;
  other.value = second?.draft ?? null;
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
