/** Light or dark: as the system says until the reader chooses. */

import { computed, signal } from "@preact/signals";
import { recall, remember } from "../lib/store";

export type Theme = "system" | "light" | "dark";

const KEY = "blocs.theme";
const system = signal(matchMedia("(prefers-color-scheme: dark)").matches);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
  system.value = event.matches;
});

/** Whether the page is as narrow as a phone: charts then have fewer, larger words. */
export const narrow = signal(matchMedia("(max-width: 46rem)").matches);
matchMedia("(max-width: 46rem)").addEventListener("change", (event) => {
  narrow.value = event.matches;
});

export const theme = signal<Theme>(stored());
export const dark = computed(() => (theme.value === "system" ? system.value : theme.value === "dark"));

export function choose(value: Theme): void {
  theme.value = value;
  remember(KEY, value);
  apply();
}

export function apply(): void {
  if (theme.value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme.value);
}

function stored(): Theme {
  const found = recall(KEY);
  return found === "light" || found === "dark" ? found : "system";
}
