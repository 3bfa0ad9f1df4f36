import { expect, test } from "vitest";
import type { Lever, Preset } from "../src/api/types";
import { compile, EMPTY, headlineYear, span, untouched, yearsOf, type Draft } from "../src/lib/draft";
import { decode, encode, readFragment, ShareError } from "../src/lib/share";

const preset = (name: string, more: object = {}): Preset => ({
  name,
  title: name,
  description: "",
  leaves_out: "",
  years: "2025-2027",
  vectors: ["trade"],
  words: [],
  sources: [],
  scenario: {
    name,
    title: name,
    years: "2025-2027",
    measures: [{ type: "tariff", by: ["USA"], on: ["CHN"], rate: 0.2 }],
    ...more,
  },
});
const presets = new Map(
  [preset("one"), preset("two", { years: "2026-2030", horizon: "short" }), preset("three", { horizon: "long" })].map(
    (one) => [one.name, one],
  ),
);
const lever = {
  id: "duty",
  measure: { type: "tariff", by: ["USA"], on: ["all"] },
  field: "rate",
  rest: 0,
  needs: {},
} as unknown as Lever;
const bust = {
  id: "bust",
  measure: { type: "ai_bust", region: ["USA"] },
  field: "capex",
  rest: 0,
  needs: { closure: "demand", demand: { propensity: 0.5, pass_through: 0 } },
} as unknown as Lever;
const levers = new Map([lever, bust].map((one) => [one.id, one]));
const made = (part: Partial<Draft>) => compile({ ...EMPTY, ...part }, presets, levers);

test("an untouched preset is sent as it is", () => {
  expect(untouched({ ...EMPTY, presets: ["one"] })).toBe(true);
  expect(made({ presets: ["one"] }).scenario).toBe(presets.get("one")?.scenario);
});

test("levers at rest leave nothing, levers away from rest one measure each", () => {
  expect(made({ presets: ["one"], levers: { duty: 0 } }).scenario.measures).toHaveLength(1);
  expect(made({ levers: { duty: 0.1 } }).scenario.measures).toEqual([
    { type: "tariff", by: ["USA"], on: ["all"], rate: 0.1 },
  ]);
});

test("a lever brings the scenario keys it needs, and no choice is kept without its closure", () => {
  expect(made({ levers: { bust: -0.5 } }).scenario["closure"]).toBe("demand");
  expect(made({ levers: { bust: -0.5 }, model: { closure: "fixed" } }).scenario["demand"]).toBeUndefined();
});

test("presets stack: measures add up, years span all, disagreement is said", () => {
  const { scenario, conflicts } = made({ presets: ["two", "three"] });
  expect(scenario.measures).toHaveLength(2);
  expect(scenario.years).toBe("2025-2030");
  expect(conflicts).toHaveLength(1);
  expect(conflicts[0]).toContain("horizon");
  expect(scenario["horizon"]).toBe("long");
});

test("a preset's measure is edited, taken away, and left alone", () => {
  expect(made({ presets: ["one"], edits: { "one/0": { rate: 0.5 } } }).scenario.measures[0]?.["rate"]).toBe(0.5);
  expect(made({ presets: ["one"], edits: { "one/0": null } }).scenario.measures).toEqual([]);
  expect(presets.get("one")?.scenario.measures[0]?.["rate"]).toBe(0.2);
});

test("what a link names and the library lacks is left out, not a crash", () => {
  expect(made({ presets: ["gone"], levers: { gone: 1 } }).scenario.measures).toEqual([]);
});

test("years read as spans", () => {
  expect(span("2025-2030")).toEqual([2025, 2030]);
  expect(span(2026)).toEqual([2026, 2026]);
  expect(yearsOf([])).toBe("2026");
});

test("the year on show at first is the last in which a measure is in force", () => {
  const years = [2025, 2026, 2027, 2028];
  expect(headlineYear(years, [{ type: "a", years: "2025-2026" }])).toBe(2026);
  expect(
    headlineYear(years, [
      { type: "a", years: 2025 },
      { type: "a", years: "2027-" },
    ]),
  ).toBe(2028);
  expect(headlineYear(years, [{ type: "a" }])).toBe(2028);
  expect(headlineYear(years, [])).toBe(2028);
});

test("a link brings the draft back and holds only what differs", () => {
  const draft: Draft = {
    ...EMPTY,
    presets: ["one"],
    levers: { duty: 0.1 },
    own: [{ type: "embargo", note: "Côte d’Ivoire → São Tomé" }],
  };
  const text = encode({ draft, view: { year: 2027 }, other: { ...EMPTY, presets: ["two"] } });
  expect(text).toMatch(/^1\.[A-Za-z0-9_-]+\.[0-9a-z]+$/);
  expect(decode(text)).toMatchObject({ draft, view: { year: 2027 }, other: { presets: ["two"] } });
  const held = JSON.parse(Buffer.from(text.split(".")[1] as string, "base64url").toString()) as object;
  expect(Object.keys(held).sort()).toEqual(["levers", "other", "own", "presets", "view"]);
});

test("a link written by somebody else brings only what has the right shape", () => {
  const hostile = {
    presets: ["one", 5, null],
    levers: { duty: "1e9", bust: Infinity, ok: 1 },
    own: ["x", { type: 3 }],
    edits: { a: 5 },
    model: [],
    assumptions: null,
    __proto__: { x: 1 },
  };
  const { draft, lost } = decode(`1.${Buffer.from(JSON.stringify(hostile)).toString("base64url")}`);
  expect(draft).toEqual({ ...EMPTY, presets: ["one"], levers: { ok: 1 } });
  expect(lost).toContain("lever duty");
  expect(lost).toContain("own measure 2");
});

test("a damaged link, and one of another version, say so", () => {
  for (const text of ["", "1.", "1.%%%", "1.e30x", "2.e30", `1.${Buffer.from("[1]").toString("base64url")}`])
    expect(() => decode(text)).toThrow(ShareError);
});

test("the fragment may hold token and draft in any order", () => {
  expect(readFragment("#token=abc&s=1.x")).toEqual({ token: "abc", shared: "1.x" });
  expect(readFragment("#s=1.x&token=abc")).toEqual({ token: "abc", shared: "1.x" });
  expect(readFragment("")).toEqual({ token: null, shared: null });
});
