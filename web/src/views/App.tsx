/** The page: a head with its parts, and the part that is open. */

import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { linkProblem } from "../state/address";
import { draft, other, page, PAGES, schema, type Page } from "../state/lab";
import { failure, enter, stage, start } from "../state/start";
import { choose, dark } from "../state/theme";
import { Lab } from "./Lab";
import { Take } from "./Take";

const TITLES: Record<Page, string> = {
  lab: "Lab",
  compare: "Compare",
  power: "Power",
  games: "Games",
  minerals: "Minerals",
  payments: "Payments",
  debt: "Debt",
  bubble: "Bubbles",
  claims: "Claims",
  assumptions: "Assumptions",
};

/** Parts beside the lab are loaded when they are opened. */
const PARTS: Record<Exclude<Page, "lab">, () => Promise<ComponentType>> = {
  compare: async () => (await import("./Compare")).Compare,
  power: async () => (await import("./Power")).Power,
  games: async () => (await import("./Games")).Games,
  minerals: async () => (await import("./Minerals")).Minerals,
  payments: async () => (await import("./Payments")).Payments,
  debt: async () => (await import("./Debt")).Debt,
  bubble: async () => (await import("./Bubble")).Bubble,
  claims: async () => (await import("./Claims")).Claims,
  assumptions: async () => (await import("./Assumptions")).Assumptions,
};

export function App(): JSX.Element {
  if (stage.value === "token") return <Gate />;
  if (stage.value === "failed") {
    return (
      <main class="gate">
        <h1>blocs</h1>
        <p role="alert">{failure.value}</p>
        <button type="button" class="primary" onClick={() => void start()}>
          Try again
        </button>
      </main>
    );
  }
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to the results
      </a>
      <Head />
      {linkProblem.value ? (
        <p class="banner" role="alert">
          {linkProblem.value}{" "}
          <button
            type="button"
            class="small"
            onClick={() => {
              linkProblem.value = null;
            }}
          >
            Dismiss
          </button>
        </p>
      ) : null}
      {stage.value === "loading" ? (
        <main id="main" tabIndex={-1} class="loading">
          <p role="status">Opening the lab…</p>
        </main>
      ) : page.value === "lab" ? (
        <Lab />
      ) : (
        <Part name={page.value} />
      )}
      <Foot />
    </>
  );
}

function Head(): JSX.Element {
  const taking = useSignal(false);
  const parts = useRef<HTMLElement>(null);
  useEffect(() => {
    // on a telephone the names of the parts are wider than the page: the open one is scrolled into sight
    const [nav, open] = [parts.current, parts.current?.querySelector<HTMLElement>("[aria-current]")];
    if (nav && open) nav.scrollLeft = open.offsetLeft - nav.offsetLeft - (nav.clientWidth - open.offsetWidth) / 2;
  }, [page.value]);
  return (
    <header class="head">
      <span class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path class="a" d="M4 4h11v11H4z" />
          <path class="b" d="M17 17h11v11H17z" />
          <path class="c" d="M17 4h11v11H17zM4 17h11v11H4z" />
        </svg>
        blocs
      </span>
      <nav aria-label="Parts of the lab" ref={parts}>
        <ul>
          {PAGES.map((one) => (
            <li key={one}>
              <button
                type="button"
                aria-current={page.value === one ? "page" : undefined}
                onClick={() => {
                  page.value = one;
                  scrollTo(0, 0);
                }}
              >
                {TITLES[one]}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div class="head-tools">
        <button
          type="button"
          class="quiet keep"
          disabled={stage.value !== "ready"}
          onClick={() => {
            other.value = draft.value;
            page.value = "compare";
          }}
          title="Keep this scenario as A, and change a copy"
        >
          Keep as A
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={dark.value ? "Light page" : "Dark page"}
          title={dark.value ? "Light page" : "Dark page"}
          onClick={() => choose(dark.value ? "light" : "dark")}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true" class="glyph">
            <path
              d={
                dark.value
                  ? "M8 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM7.3 0h1.4v2.6H7.3zM7.3 13.4h1.4V16H7.3zM0 7.3h2.6v1.4H0zM13.4 7.3H16v1.4h-2.6z"
                  : "M6 1a7 7 0 1 0 9 9A6 6 0 0 1 6 1z"
              }
            />
          </svg>
        </button>
        <button
          type="button"
          class="primary"
          disabled={stage.value !== "ready"}
          onClick={() => {
            taking.value = true;
          }}
        >
          Share &amp; download
        </button>
      </div>
      {taking.value ? (
        <Take
          onClose={() => {
            taking.value = false;
          }}
        />
      ) : null}
    </header>
  );
}

function Foot(): JSX.Element | null {
  const found = schema.value;
  if (!found) return null;
  return (
    <footer class="foot">
      <p>
        blocs {found.version}, base year {found.base_year}. Data: OECD Inter-Country Input-Output Database, 2025
        edition, and the sources named with each assumption and claim. Nothing on this page leaves your machine.{" "}
        <a href="/api/docs">Routes of the server</a> · <a href="./licences.txt">Licences of the scripts</a> ·{" "}
        <a href="./fonts.txt">of the fonts</a>
      </p>
    </footer>
  );
}

function Part({ name }: { name: Exclude<Page, "lab"> }): JSX.Element {
  const loaded = useSignal<{ name: string; part: ComponentType } | null>(null);
  const problem = useSignal("");
  useEffect(() => {
    let gone = false;
    PARTS[name]().then(
      (part) => {
        if (!gone) loaded.value = { name, part };
      },
      () => {
        problem.value = "This part of the page could not be loaded; is `blocs serve` still running?";
      },
    );
    return () => {
      gone = true;
    };
  }, [name]);
  const Shown = loaded.value?.name === name ? loaded.value.part : null;
  return (
    <main id="main" tabIndex={-1} class="part">
      {Shown ? <Shown /> : <p role={problem.value ? "alert" : "status"}>{problem.value || "One moment…"}</p>}
    </main>
  );
}

/** A page without a token: in another tab, or from a link. */
function Gate(): JSX.Element {
  const text = useSignal("");
  return (
    <main class="gate">
      <h1>This lab needs its key</h1>
      <p>
        <code>blocs serve</code> prints an address that ends in <code>#token=…</code>. Open that address, or paste it
        here. The token stays in this tab; a link you share never holds it.
      </p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.value.trim()) enter(text.value);
        }}
      >
        <input
          class="grow"
          type="text"
          aria-label="Address or token"
          placeholder="http://127.0.0.1:8765/#token=…"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          autocomplete="off"
        />
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </main>
  );
}
