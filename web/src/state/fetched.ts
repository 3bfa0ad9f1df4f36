/** A document that follows what it depends on: fetched when that changes, kept meanwhile, the latest wins. */

import { signal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { isAbort, json, sentence, type Ask } from "../api/client";

export interface Fetched<T> {
  value: T | null;
  problem: string | null;
  busy: boolean;
}

export type Question = { path: string; body?: unknown } | null;

const KEPT = 40;
const cache = new Map<string, unknown>();

/** Ask what `question` says whenever it changes; null asks nothing. */
export function useFetched<T>(question: () => Question): ReadonlySignal<Fetched<T>> {
  const state = useMemo(() => signal<Fetched<T>>({ value: null, problem: null, busy: false }), []);
  useSignalEffect(() => {
    const asked = question();
    if (asked === null) return;
    const key = JSON.stringify(asked);
    if (cache.has(key)) {
      state.value = { value: cache.get(key) as T, problem: null, busy: false };
      return;
    }
    const controller = new AbortController();
    state.value = { ...state.peek(), busy: true };
    const options: Ask = { body: asked.body, signal: controller.signal };
    json<T>(asked.path, options).then(
      (value) => {
        cache.set(key, value);
        if (cache.size > KEPT) cache.delete(cache.keys().next().value as string);
        state.value = { value, problem: null, busy: false };
      },
      (error: unknown) => {
        if (!isAbort(error)) state.value = { value: state.peek().value, problem: sentence(error), busy: false };
      },
    );
    return () => controller.abort();
  });
  return state;
}
