import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { niceRange, ticks } from "../src/lib/axis";
import { cutAtEdge, drawMap, type Ring } from "../src/lib/borders";
import { nextPlace } from "../src/lib/neighbours";
import { layout } from "../src/lib/sankey";
import { colour, robustReach, roundUp } from "../src/lib/scale";
import { spread } from "../src/lib/spread";
import { TILES } from "../src/lib/tiles";

test("the scale is neutral at zero, the same on both sides in strength, and its ends hold", () => {
  for (const dark of [false, true]) {
    expect(colour(9, 1, dark)).toBe(colour(1, 1, dark));
    expect(colour(-9, 1, dark)).toBe(colour(-1, 1, dark));
    expect(colour(0.5, 1, dark)).not.toBe(colour(-0.5, 1, dark));
  }
  expect(colour(0, 1, false)).toBe("#f4f3f0");
});

test("a scale ends at a round number at or above nearly all figures", () => {
  expect(robustReach(Array.from({ length: 100 }, (_, n) => n / 100))).toBeGreaterThanOrEqual(0.97);
  expect(roundUp(0.21)).toBe(0.3);
  expect(robustReach([])).toBe(1);
});

test("ticks are round, inside, and hold zero where the range does", () => {
  expect(ticks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
  expect(niceRange([0.1, 0.93])[0]).toBe(0);
  expect(niceRange([])).toEqual([-1, 1]);
});

test("a country across the date line is cut at the edge and keeps to the map", () => {
  const across: Ring = [[170, 60], [200, 60], [200, 70], [170, 70], [170, 60]];
  const pieces = cutAtEdge(across, 11);
  expect(pieces).toHaveLength(2);
  for (const [lon] of pieces.flat()) expect(Math.abs(lon)).toBeLessThanOrEqual(180);
  const drawn = drawMap({ countries: [{ code: "XXX", polygons: [[across]] }], circles: { SGP: [103.8, 1.4] } }, "Equal Earth", 960);
  const xs = [...(drawn.paths[0]?.d ?? "").matchAll(/[ML](-?[\d.]+),/g)].map(([, x]) => Number(x));
  expect(Math.min(...xs)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...xs)).toBeLessThanOrEqual(960);
});

test("longitudes that jump back at 180 draw the same as those that run on", () => {
  const run: Ring = [[170, 60], [190, 60], [190, 70], [170, 70], [170, 60]];
  const jump: Ring = [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]];
  const draw = (ring: Ring) => drawMap({ countries: [{ code: "X", polygons: [[ring]] }], circles: {} }, "Natural Earth", 960).paths[0]?.d;
  expect(draw(jump)).toBe(draw(run));
});

test("arrow keys go to the nearest place that way, and stay where there is none", () => {
  const places = [{ code: "A", x: 0, y: 0 }, { code: "B", x: 10, y: 1 }, { code: "C", x: 4, y: 40 }];
  expect(nextPlace(places, "A", "ArrowRight")).toBe("B");
  expect(nextPlace(places, "A", "ArrowDown")).toBe("C");
  expect(nextPlace(places, "A", "ArrowLeft")).toBeNull();
  expect(nextPlace(places, "A", "Enter")).toBeNull();
});

test("bands of a Sankey are as wide as their change and fill their nodes", () => {
  const { sellers, buyers, bands } = layout([{ from: "A", to: "B", change: -30 }, { from: "A", to: "C", change: 10 }, { from: "D", to: "B", change: 20 }], 300, 20);
  expect(bands.map((one) => Math.round(one.tall))).toEqual([150, 50, 100]);
  for (const node of [...sellers, ...buyers]) {
    const own = bands.filter((band) => (sellers.includes(node) ? band.from : band.to) === node.name);
    expect(own.reduce((sum, band) => sum + band.tall, 0)).toBeCloseTo(node.tall);
  }
  expect(sellers[0]).toMatchObject({ name: "A", net: -20 });
});

test("labels move apart, keep their order and stay inside", () => {
  const out = spread([50, 51, 52, 99], 0, 100, 10);
  expect([...out].sort((a, b) => a - b)).toEqual(out);
  for (let n = 1; n < out.length; n += 1) expect((out[n] as number) - (out[n - 1] as number)).toBeGreaterThanOrEqual(10 - 1e-9);
  expect(Math.max(...out)).toBeLessThanOrEqual(100);
});

test("arrow keys reach every region, on the tiles and on the globe", () => {
  const table = readFileSync(new URL("../../src/blocs/data/regions.csv", import.meta.url), "utf8");
  const globe = table.split("\n").filter((line) => /^[A-Z]{3},/.test(line) && !line.startsWith("ROW")).map((line) => {
    const [lon, lat] = line.split(",").slice(-2).map(Number);
    return { code: line.slice(0, 3), x: 2.6 * (lon as number), y: -2.6 * (lat as number) };
  });
  const tiles = [...TILES].map(([code, [x, y]]) => ({ code, x: 43 * x, y: 43 * y }));
  for (const places of [globe, tiles]) {
    const seen = new Set(["USA"]);
    for (const here of seen) {
      for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
        const next = nextPlace(places, here, key);
        if (next) seen.add(next);
      }
    }
    expect(places.map((one) => one.code).filter((code) => !seen.has(code))).toEqual([]);
  }
});
