/** Draws outlines of countries in a projection, cut at the map's edge. */

import { geoEqualEarthRaw, geoNaturalEarth1Raw } from "d3-geo";

export type Point = [number, number];
export type Ring = Point[];

export interface Shape {
  code: string;
  polygons: readonly (readonly (readonly Point[])[])[];
}

export interface Outlines {
  countries: readonly Shape[];
  circles: Readonly<Record<string, Point>>;
}

export const PROJECTIONS = { "Equal Earth": geoEqualEarthRaw, "Natural Earth": geoNaturalEarth1Raw } as const;
export type Projection = keyof typeof PROJECTIONS;

const MERIDIAN = 11; // the edge then runs through the Bering Strait and cuts no mainland
const SOUTH = -56.5;
const NORTH = 84;
const FINEST = 0.5; // pixels

/** A map ready to draw: path data by country code, circles by region, and its size. */
export interface DrawnMap {
  width: number;
  height: number;
  paths: { code: string; d: string }[];
  circles: { code: string; x: number; y: number }[];
}

/** Draw all countries `width` pixels wide. */
export function drawMap(outlines: Outlines, projection: Projection, width: number): DrawnMap {
  const raw = PROJECTIONS[projection];
  const radians = Math.PI / 180;
  const scale = (width - 4) / (2 * raw(Math.PI, 0)[0]);
  const top = raw(0, NORTH * radians)[1];
  const place = (lon: number, lat: number): Point => {
    const [x, y] = raw(lon * radians, lat * radians);
    return [width / 2 + scale * x, 2 + scale * (top - y)];
  };
  const paths = outlines.countries.flatMap(({ code, polygons }) => {
    const d = polygons
      .flat()
      .flatMap((ring) => cutAtEdge(unrolled(ring), MERIDIAN))
      .map((ring) => pathOf(ring, place))
      .join("");
    return d ? [{ code, d }] : [];
  });
  const circles = Object.entries(outlines.circles).map(([code, [lon, lat]]) => {
    const [x, y] = place(around(lon - MERIDIAN), lat);
    return { code, x, y };
  });
  return { width, height: Math.ceil(4 + scale * (top - raw(0, SOUTH * radians)[1])), paths, circles };
}

/** Let longitude run on past 180 where a ring crosses the date line, so that no step jumps by 360 degrees. */
function unrolled(ring: readonly Point[]): Ring {
  let turns = 0;
  return ring.map(([lon, lat], n): Point => {
    const before = ring[n - 1];
    if (before) turns -= 360 * Math.round((lon - before[0]) / 360);
    return [lon + turns, lat];
  });
}

function around(lon: number): number {
  return lon - 360 * Math.round(lon / 360);
}

/** The ring in longitudes relative to the central meridian, cut at ±180. */
export function cutAtEdge(ring: Ring, meridian: number): Ring[] {
  const longitudes = ring.map(([lon]) => lon);
  const turns = 360 * Math.floor((Math.min(...longitudes) - meridian + 180) / 360);
  const shifted = ring.map(([lon, lat]): Point => [lon - meridian - turns, lat]);
  if (Math.max(...shifted.map(([lon]) => lon)) <= 180) return [shifted];
  const west = clip(shifted, 1);
  const east = clip(shifted, -1).map(([lon, lat]): Point => [lon - 360, lat]);
  return [west, east].filter((piece) => piece.length >= 4);
}

/** Keep what lies west (side 1) or east (side −1) of 180 degrees (Sutherland and Hodgman 1974). */
function clip(ring: Ring, side: 1 | -1): Ring {
  const out: Ring = [];
  for (let n = 0; n + 1 < ring.length; n += 1) {
    const [x1, y1] = ring[n] as Point;
    const [x2, y2] = ring[n + 1] as Point;
    if (side * (180 - x1) >= 0) out.push([x1, y1]);
    if ((x1 - 180) * (x2 - 180) < 0) out.push([180, y1 + ((y2 - y1) * (180 - x1)) / (x2 - x1)]);
  }
  return out[0] ? [...out, out[0]] : out;
}

function pathOf(ring: Ring, place: (lon: number, lat: number) => Point): string {
  let d = "";
  let last: Point | null = null;
  let count = 0;
  for (const [lon, lat] of ring) {
    const [x, y] = place(lon, lat);
    if (last && Math.abs(x - last[0]) + Math.abs(y - last[1]) < FINEST) continue;
    d += `${last ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`;
    last = [x, y];
    count += 1;
  }
  return count >= 3 ? `${d}Z` : "";
}
