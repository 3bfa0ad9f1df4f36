import { expect, test } from "vitest";
import type { Lever, Preset } from "../src/api/types";
import { changes, compile, EMPTY, headlineYear, span, within, type Draft } from "../src/lib/draft";
import { brief, handleOf, namesText } from "../src/lib/measures";
import { decode, encode, ShareError, type Opened, type Shared } from "../src/lib/share";

// Random drafts and random damage from one seed: the same links on every machine, and a failure names its link.

type Random = () => number;

/** Mulberry32: uniform on [0, 1). */
function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const several = <T>(random: Random, most: number, one: () => T): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, one);

const lever = (id: string, low: number, high: number): Lever =>
  ({
    id,
    measure: { type: "tariff", by: ["USA"], on: ["CHN"] },
    field: "rate",
    rest: 0,
    low,
    high,
    needs: {},
  }) as unknown as Lever;
const LEVERS = new Map([lever("duty", 0, 1), lever("capex", -0.5, 0.5)].map((one) => [one.id, one]));
const PRESETS = new Map(
  ["one", "two"].map((name): [string, Preset] => [
    name,
    {
      name,
      title: name,
      description: "",
      leaves_out: "",
      years: "2025-2027",
      vectors: [],
      words: [],
      sources: [],
      scenario: { name, years: "2025-2027", measures: [{ type: "tariff", by: ["USA"], on: ["CHN"], rate: 0.2 }] },
    },
  ]),
);

const TEXTS = ["", "G7", "Côte d’Ivoire → São Tomé", "2027-", '"', "\\", "\ud800", "🙂", "a.b/c", "-", "1e9"];
const NAMES = ["rate", "years", "by", "on", "goods", "note", "closure", "horizon", "demand", "title"];

function number(random: Random): number {
  return pick(random, [0, 1, 0.1, -0.25, 1e-9, 12345.678, 2027, Number.MAX_SAFE_INTEGER, random()]);
}

function plain(random: Random, depth: number): unknown {
  const scalars = [number(random), pick(random, TEXTS), true, null];
  if (depth === 0 || random() < 0.6) return pick(random, scalars);
  return random() < 0.5 ? several(random, 3, () => plain(random, depth - 1)) : record(random, depth - 1);
}

function record(random: Random, depth: number): Record<string, unknown> {
  return Object.fromEntries(several(random, 3, () => [pick(random, NAMES), plain(random, depth)]));
}

const figures = (random: Random, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(several(random, 2, () => [pick(random, names), number(random)]));

function draftOf(random: Random): Draft {
  const keys = ["one/0", "two/0", "two/7"];
  return {
    presets: [...new Set(several(random, 2, () => pick(random, ["one", "two", "gone"])))],
    edits: Object.fromEntries(
      several(random, 2, () => [pick(random, keys), random() < 0.3 ? null : record(random, 2)]),
    ),
    levers: figures(random, ["duty", "capex", "gone"]),
    own: several(random, 2, () => ({ ...record(random, 3), type: pick(random, ["tariff", "embargo"]) })),
    model: record(random, 2),
    assumptions: figures(random, ["trade.elasticity.common", "payments.mu"]),
  };
}

function state(random: Random): Shared {
  return {
    draft: draftOf(random),
    view: {
      ...(random() < 0.5 ? { year: 2020 + Math.floor(20 * random()) } : {}),
      ...(random() < 0.5 ? { region: "USA", metric: "gdp" } : {}),
      ...(random() < 0.3 ? { reach: 0.02 + random() } : {}),
      ...(random() < 0.3 ? { page: "claims" } : {}),
    },
    ...(random() < 0.3 ? { other: draftOf(random) } : {}),
  };
}

/** What a stranger may put where the page expects something else. */
function hostile(random: Random, depth = 4): unknown {
  const names = [
    ...NAMES,
    "type",
    "toString",
    "valueOf",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "presets",
    "own",
  ];
  if (depth > 0 && random() < 0.6) {
    const inside = (): unknown => hostile(random, depth - 1);
    if (random() < 0.4) return several(random, 4, inside);
    const made: Record<string, unknown> = {};
    for (const name of several(random, 4, () => pick(random, names)))
      Object.defineProperty(made, name, { value: inside(), enumerable: true, configurable: true, writable: true });
    return made;
  }
  return pick(random, [...TEXTS, "tariff", "one", "toString", 0, -1, 1e300, -1e300, 0.5, true, false, null]);
}

const raw = (json: string): string => `1.${Buffer.from(json).toString("base64url")}`;

/** JSON of a link whose parts are each replaced, now and then, by something hostile; numbers may overflow. */
function spoiledJson(random: Random): string {
  const { draft, view, other } = state(random);
  const content: Record<string, unknown> = { ...draft, view, other };
  for (const key of Object.keys(content)) if (random() < 0.4) content[key] = hostile(random);
  if (random() < 0.3) content["view"] = { year: hostile(random), reach: hostile(random), metric: hostile(random) };
  const into = pick(random, ["levers", "assumptions", "model", "edits"]);
  if (random() < 0.3) content[into] = { ...(content[into] as object), [pick(random, TEXTS)]: hostile(random) };
  if (random() < 0.3) content["own"] = [{ type: "tariff", years: hostile(random), by: hostile(random), rate: 1 }];
  const text = JSON.stringify(content) as string;
  return random() < 0.3 ? text.replace(/0\.\d+/g, "1e999") : text;
}

/** Damage as copying and editing do it: cut, flip, insert, repeat. */
function damaged(random: Random, text: string): string {
  let found = text;
  for (let n = 0; n <= 2 * random(); n++) {
    const at = Math.floor(random() * (found.length + 1));
    const sign = pick(random, [..."aZ09-_.%= +/#&\u0000é"]);
    found = pick(random, [
      () => found.slice(0, at),
      () => found.slice(at),
      () => found.slice(0, at) + sign + found.slice(at + 1),
      () => found.slice(0, at) + sign + found.slice(at),
      () => found + found.slice(at),
    ])();
  }
  return found;
}

/** The bounds of what a link may bring, and all that the page computes from it before the server has a say. */
function holds({ draft, view, other }: Shared): void {
  for (const found of other ? [draft, other] : [draft]) {
    expect(new Set(found.presets).size).toBe(found.presets.length);
    for (const value of [...Object.values(found.levers), ...Object.values(found.assumptions)])
      expect(Number.isFinite(value)).toBe(true);
    for (const one of found.own) expect(typeof one.type).toBe("string");
    const fitted = within(found, LEVERS).draft;
    for (const [id, value] of Object.entries(fitted.levers)) {
      const known = LEVERS.get(id);
      if (known) expect(value >= known.low && value <= known.high).toBe(true);
    }
    const { scenario } = compile(fitted, PRESETS, LEVERS);
    expect(`${String(scenario.title)} ${scenario.name}`).toBeTruthy();
    headlineYear([2025, 2026], scenario.measures);
    span(scenario.years);
    changes(fitted);
    for (const measure of scenario.measures) {
      brief(measure, undefined, String);
      handleOf(measure, undefined, LEVERS.values());
      Object.values(measure).forEach(namesText);
    }
    JSON.stringify(scenario);
  }
  if (view.year !== undefined) expect(Number.isInteger(view.year)).toBe(true);
  if (view.reach !== undefined) expect(view.reach > 0 && view.reach < 1e6).toBe(true);
  for (const text of [view.metric, view.region, view.page]) expect(["string", "undefined"]).toContain(typeof text);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
}

/** Decode: a state within bounds that travels on unchanged, or a refusal in one sentence. */
function opened(text: string): Opened | null {
  let found: Opened;
  try {
    found = decode(text);
  } catch (error) {
    expect(error, JSON.stringify(text).slice(0, 2000)).toBeInstanceOf(ShareError);
    return null;
  }
  holds(found);
  const { lost: _, ...kept } = found;
  expect(decode(encode(found))).toEqual({ ...kept, lost: [] });
  return found;
}

test("whatever state the page can be in comes back as it was", () => {
  const random = seeded(1);
  for (let n = 0; n < 500; n++) {
    const sent = state(random);
    const found = decode(encode(sent));
    expect(found).toEqual({ ...sent, lost: [] });
    holds(found);
  }
});

test("a damaged link is refused, or was not damaged where it counts", () => {
  const random = seeded(2);
  let refused = 0;
  for (let n = 0; n < 1500; n++) {
    const sent = state(random);
    const whole = encode(sent);
    const text = damaged(random, whole);
    const found = opened(text);
    if (found === null) refused++;
    else
      expect({ draft: found.draft, view: found.view, other: found.other }, text).toEqual({ other: undefined, ...sent });
  }
  expect(refused).toBeGreaterThan(1000);
});

test("a link that somebody wrote brings nothing out of bounds, and says what it lost", () => {
  const random = seeded(3);
  let [read, lost] = [0, 0];
  for (let n = 0; n < 1000; n++) {
    const found = opened(raw(spoiledJson(random)));
    if (found) read++;
    if (found && found.lost.length > 0) lost++;
  }
  expect(read).toBeGreaterThan(800);
  expect(lost).toBeGreaterThan(300);
});

test("random signs are refused", () => {
  const random = seeded(4);
  for (let n = 0; n < 1000; n++) {
    const text = several(random, 60, () => String.fromCharCode(Math.floor(random() ** 3 * 0xffff))).join("");
    for (const one of [text, `1.${text}`, `1.e30.${text}`]) opened(one);
  }
});

test("a link deep or long enough to stop the page is refused at once", () => {
  const deep = 50_000;
  for (const json of [
    "[".repeat(deep) + "]".repeat(deep),
    `{"own":[{"type":"tariff","by":${"[".repeat(deep)}${"]".repeat(deep)}}]}`,
    `{"model":${'{"a":'.repeat(deep)}1${"}".repeat(deep)}}`,
  ])
    opened(raw(json));
  expect(() => decode(raw(`{"model":{"title":"${"x".repeat(2_000_000)}"}}`))).toThrow(/too long/);
});

test("text that is not UTF-8 is refused, not patched", () => {
  const bytes = Buffer.concat([Buffer.from('{"presets":["one'), Buffer.from([0xff]), Buffer.from('"]}')]);
  expect(() => decode(`1.${bytes.toString("base64url")}`)).toThrow(ShareError);
});

test("names that every object has bring no error into the page", () => {
  const { draft, lost } = decode(
    raw('{"own":[{"type":"tariff","years":{"toString":1}}],"model":{"title":{"valueOf":1}}}'),
  );
  expect(draft).toEqual(EMPTY);
  expect(lost).toEqual(["own measure 1", "title"]);
});

test("a number beyond a slider's range is taken to its end, and said", () => {
  const { draft, beyond } = within({ ...EMPTY, levers: { duty: 40, capex: 0.2, gone: 9 } }, LEVERS);
  expect(draft.levers).toEqual({ duty: 1, capex: 0.2, gone: 9 });
  expect(beyond).toEqual(["duty"]);
});
