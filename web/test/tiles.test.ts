import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { TILES, TILE_COLUMNS } from "../src/lib/tiles";

const table = readFileSync(new URL("../../src/blocs/data/regions.csv", import.meta.url), "utf8");
const regions = table.split("\n").filter((line) => /^[A-Z]{3},/.test(line)).map((line) => line.slice(0, 3));

test("every region of the bundled table has one tile, and ROW has one", () => {
  expect(regions.length).toBeGreaterThan(75);
  expect([...TILES.keys()].sort()).toEqual([...new Set([...regions, "ROW"])].sort());
});

test("no two tiles share a place, and all are on the grid", () => {
  const places = [...TILES.values()].map(([x, y]) => `${x},${y}`);
  expect(new Set(places).size).toBe(places.length);
  expect(Math.max(...[...TILES.values()].map(([x]) => x))).toBeLessThan(TILE_COLUMNS);
});
