/** The share link: only what differs, with a version, in the fragment, so that it reaches no server; never a token. */

import { type Draft } from "./draft";
import type { Measure } from "../api/types";

export const VERSION = 1;
/** Signs of a link; the server takes no scenario near it. */
const LONGEST = 1_400_000;
/** How deep lists and records may nest; no measure needs half of it, and deeper ones end the page's stack. */
const DEEPEST = 12;
/** Ends of a colour scale, % or points. */
const REACH = { low: 1e-6, high: 1e5 };

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

/** What a link brought, and the parts of it that were left behind because no page writes them so. */
export interface Opened extends Shared {
  lost: string[];
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

/** The fragment's value for a state: "1.", base64url of JSON without empty parts, "." and a check of what stands before. */
export function encode({ draft, view, other }: Shared): string {
  const content: Record<string, unknown> = { ...lean(draft) };
  const seen = Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
  if (Object.keys(seen).length > 0) content["view"] = seen;
  if (other) content["other"] = lean(other);
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const body = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `${VERSION}.${body}.${check(body)}`;
}

/** Read a link: a state within bounds, or a ShareError. A link without a check, written by hand, is read as it stands. */
export function decode(text: string): Opened {
  if (text.length > LONGEST) throw new ShareError("This link is too long to be a scenario. Ask for the file instead.");
  const [version, body, sum, ...rest] = text.split(".");
  if (version !== String(VERSION) || body === undefined) {
    const named = /^\d{1,3}$/.test(version ?? "") ? version : "none";
    throw new ShareError(
      `This link is of version ${named}; this page reads version ${VERSION}. Ask for the scenario file instead.`,
    );
  }
  let content: unknown;
  try {
    if (rest.length > 0 || (sum !== undefined && sum !== check(body))) throw new Error("the check does not fit");
    const binary = atob(body.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (one) => one.charCodeAt(0));
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ShareError("This link is damaged, perhaps cut off where it was pasted. Ask for it again.");
  }
  if (!isRecord(content)) throw new ShareError("This link holds no scenario.");
  const lost: string[] = [];
  const view = isRecord(content["view"]) ? content["view"] : {};
  const draft = draftOf(content, lost);
  const other = isRecord(content["other"]) ? draftOf(content["other"], lost) : undefined;
  if (!other && content["other"] !== undefined) lost.push("the second scenario");
  return {
    draft,
    view: Object.fromEntries(Object.entries(viewOf(view)).filter(([, value]) => value !== undefined)),
    ...(other ? { other } : {}),
    lost,
  };
}

function viewOf({ metric, year, region, page, reach }: Record<string, unknown>): View {
  const words = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    metric: words(metric),
    year: Number.isSafeInteger(year) ? (year as number) : undefined,
    region: words(region),
    page: words(page),
    reach: typeof reach === "number" && reach >= REACH.low && reach <= REACH.high ? reach : undefined,
  };
}

/** 32 bits of what was written (FNV-1a): one sign that was lost or changed is seen; it keeps out no forger. */
function check(body: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < body.length; n++) hash = Math.imul(hash ^ body.charCodeAt(n), 0x01000193);
  return (hash >>> 0).toString(36);
}

function lean(draft: Draft): Record<string, unknown> {
  return Object.fromEntries(Object.entries(draft).filter(([, part]) => Object.keys(part as object).length > 0));
}

/** Take over only what has the right shape: a link is written by others. What is left behind is named in `lost`. */
function draftOf(content: Record<string, unknown>, lost: string[]): Draft {
  const { presets, edits, levers, own, model, assumptions } = content;
  return {
    presets: [...new Set(list(presets, "preset", lost, (one): one is string => typeof one === "string"))],
    edits: fields(edits, "the change of ", lost, (one): one is Record<string, unknown> | null => {
      return one === null || (isRecord(one) && isPlain(one));
    }),
    levers: fields(levers, "lever ", lost, isNumber),
    own: list(own, "own measure", lost, isMeasure),
    model: fields(model, "", lost, (one): one is unknown => isPlain(one)),
    assumptions: fields(assumptions, "assumption ", lost, isNumber),
  };
}

function list<T>(part: unknown, name: string, lost: string[], fits: (one: unknown) => one is T): T[] {
  if (!Array.isArray(part)) {
    if (part !== undefined) lost.push(`${name}s`);
    return [];
  }
  return part.filter((one: unknown, n): one is T => fits(one) || (lost.push(`${name} ${n + 1}`), false));
}

function fields<T>(part: unknown, name: string, lost: string[], fits: (one: unknown) => one is T): Record<string, T> {
  if (!isRecord(part)) {
    if (part !== undefined) lost.push(`${name || "model "}choices`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(part).filter((pair): pair is [string, T] => {
      const kept = isName(pair[0]) && fits(pair[1]);
      if (!kept) lost.push(`${name}${pair[0].slice(0, 60)}`);
      return kept;
    }),
  );
}

function isMeasure(value: unknown): value is Measure {
  return isRecord(value) && typeof value["type"] === "string" && isPlain(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Whether `value` is what a scenario file may hold: finite numbers, texts, switches, and not too deep. */
function isPlain(value: unknown, depth = DEEPEST): boolean {
  if (value === null || typeof value !== "object") return typeof value !== "number" || Number.isFinite(value);
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((one) => isPlain(one, depth - 1));
  return Object.entries(value).every(([name, one]) => isName(name) && isPlain(one, depth - 1));
}

/** No name that every object has: a record with a `toString` of its own breaks whoever writes it out. */
function isName(name: string): boolean {
  return !(name in Object.prototype);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
