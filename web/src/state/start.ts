/** From the first request to a working lab, and what stands in the way: no token, no server, a server still warming. */

import { signal } from "@preact/signals";
import { ApiError, keepToken, sentence } from "../api/client";
import { keepUp, open, takeToken } from "./address";
import { load } from "./lab";
import { fitOnce } from "./main";
import { apply } from "./theme";

export type Stage = "loading" | "token" | "failed" | "ready";

export const stage = signal<Stage>("loading");
export const failure = signal("");

let shared: string | null = null;

export async function start(): Promise<void> {
  apply();
  shared = takeToken() ?? shared;
  stage.value = "loading";
  try {
    await load();
  } catch (error) {
    failure.value = sentence(error);
    stage.value = error instanceof ApiError && error.status === 401 ? "token" : "failed";
    return;
  }
  open(shared);
  stage.value = "ready";
  keepUp();
  fitOnce();
}

/** Take a token, or the whole address that `blocs serve` printed. */
export function enter(text: string): void {
  const found = /token=([^&\s]+)/.exec(text);
  keepToken(found?.[1] ?? text.trim());
  void start();
}
