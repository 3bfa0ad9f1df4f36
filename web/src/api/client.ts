/** Talks to the server of this page: the token as a header, errors as one sentence, JSON and lines of JSON. */

import type { ErrorBody } from "./types";

const KEY = "blocs.token";
const TAB = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join(
  "",
);

/** An answer that is not what was asked for; `message` is the server's sentence for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
  }
}

let kept = "";

/** The token of this tab; empty when the address did not bring one. */
export function token(): string {
  try {
    return sessionStorage.getItem(KEY) ?? kept;
  } catch {
    return kept;
  }
}

export function keepToken(value: string): void {
  kept = value;
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // kept until the page is closed or reloaded
  }
}

export interface Ask {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
  /** requests of one client replace each other: the newest wins */
  client?: string;
}

/** Ask and return the response, or raise ApiError. */
export async function ask(path: string, { method, body, signal, client }: Ask = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        Authorization: `Bearer ${token()}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(client === undefined ? {} : { "Blocs-Client": `${TAB}-${client}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    lost(error);
  }
  if (response.ok) return response;
  throw new ApiError(response.status, await errorOf(response));
}

/** Ask for a JSON document. */
export async function json<T>(path: string, options: Ask = {}): Promise<T> {
  return (await (await ask(path, options)).json()) as T;
}

/** Ask for lines of JSON and hand each over as it comes. */
export async function lines<T>(path: string, options: Ask, each: (line: T) => void): Promise<void> {
  const reader = (await ask(path, options)).body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(lost);
    rest += decoder.decode(value, { stream: !done });
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim()) each(JSON.parse(part) as T);
    if (done) break;
  }
  if (rest.trim()) each(JSON.parse(rest) as T);
}

/** Whether an error says that we ourselves gave up waiting. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Say of a connection that broke what that means here; raise on what we ended ourselves. */
export function lost(error: unknown): never {
  if (isAbort(error)) throw error;
  throw new ApiError(0, {
    kind: "network",
    message: "The server of this page does not answer; is `blocs serve` still running?",
    place: "",
  });
}

/** What an error tells people. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function errorOf(response: Response): Promise<ErrorBody> {
  try {
    const found = (await response.json()) as { error?: ErrorBody };
    if (found.error) return found.error;
  } catch {
    // no JSON: say at least the status
  }
  return { kind: "unknown", message: `The server answered ${response.status} ${response.statusText}.`, place: "" };
}
