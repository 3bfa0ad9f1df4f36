/** The share link: only what differs, with a version, in the fragment, so that it reaches no server; never a token. */

import { EMPTY, type Draft } from "./draft";

export const VERSION = 1;

/** What a link can bring back besides the draft. */
export interface View {
  metric?: string;
  year?: number;
  region?: string;
  page?: string;
  /** end of the colour scale */
  reach?: number;
}

export interface Shared {
  draft: Draft;
  view: View;
  other?: Draft;
}

/** A link that cannot be read, with a sentence that says why. */
export class ShareError extends Error {}

export interface Fragment {
  token: string | null;
  shared: string | null;
}

/** Read "#token=…&s=…"; parts may stand in any order. */
export function readFragment(hash: string): Fragment {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  return { token: parts.get("token"), shared: parts.get("s") };
}

/** The fragment's value for a state: "1." and base64url of JSON without empty parts. */
export function encode({ draft, view, other }: Shared): string {
  const content: Record<string, unknown> = { ...lean(draft) };
  const seen = Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
  if (Object.keys(seen).length > 0) content["view"] = seen;
  if (other) content["other"] = lean(other);
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `${VERSION}.${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

export function decode(text: string): Shared {
  const [version, body] = text.split(".", 2);
  if (Number(version) !== VERSION || body === undefined) {
    throw new ShareError(`This link is of version ${version || "none"}; this page reads version ${VERSION}. Ask for the scenario file instead.`);
  }
  let content: unknown;
  try {
    const binary = atob(body.replaceAll("-", "+").replaceAll("_", "/"));
    content = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (one) => one.charCodeAt(0))));
  } catch {
    throw new ShareError("This link is damaged, perhaps cut off where it was pasted. Ask for it again.");
  }
  if (!isRecord(content)) throw new ShareError("This link holds no scenario.");
  const view = isRecord(content["view"]) ? content["view"] : {};
  return {
    draft: draftOf(content),
    view: {
      metric: typeof view["metric"] === "string" ? view["metric"] : undefined,
      year: typeof view["year"] === "number" ? view["year"] : undefined,
      region: typeof view["region"] === "string" ? view["region"] : undefined,
      page: typeof view["page"] === "string" ? view["page"] : undefined,
      reach: typeof view["reach"] === "number" && view["reach"] > 0 ? view["reach"] : undefined,
    },
    other: isRecord(content["other"]) ? draftOf(content["other"]) : undefined,
  };
}

function lean(draft: Draft): Record<string, unknown> {
  return Object.fromEntries(Object.entries(draft).filter(([, part]) => Object.keys(part as object).length > 0));
}

/** Take over only what has the right shape: a link is written by others. */
function draftOf(content: Record<string, unknown>): Draft {
  const { presets, edits, levers, own, model, assumptions } = content;
  return {
    presets: Array.isArray(presets) ? presets.filter((one) => typeof one === "string") : EMPTY.presets,
    edits: isRecord(edits) ? Object.fromEntries(Object.entries(edits).filter((pair): pair is [string, Record<string, unknown> | null] => pair[1] === null || isRecord(pair[1]))) : {},
    levers: numbers(levers),
    own: Array.isArray(own) ? own.filter((one) => isRecord(one) && typeof one["type"] === "string") : [],
    model: isRecord(model) ? model : {},
    assumptions: numbers(assumptions),
  };
}

function numbers(part: unknown): Record<string, number> {
  if (!isRecord(part)) return {};
  return Object.fromEntries(Object.entries(part).filter((pair): pair is [string, number] => typeof pair[1] === "number" && Number.isFinite(pair[1])));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
