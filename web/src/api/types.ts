/** The documents of the server, as docs/web-api.md states them; only what the page reads. */

import type { Figure } from "../lib/format";

export type MetricName = "welfare" | "real_income" | "real_wage" | "cpi" | "gdp" | "exports" | "imports" | "terms_of_trade";

export interface ErrorBody {
  kind: string;
  message: string;
  place: string;
}

export interface FieldInfo {
  name: string;
  kind: "number" | "integer" | "switch" | "choice" | "text" | "names" | "two_sides" | "years";
  of: "" | "regions" | "goods" | "minerals" | "holders" | "country";
  help: string;
  required: boolean;
  default: unknown;
  unit: string;
  low: number | null;
  high: number | null;
  low_open: boolean;
  high_open: boolean;
  choices: string[];
  assumption: string;
}

export interface MeasureInfo {
  type: string;
  vector: string;
  title: string;
  help: string;
  fields: FieldInfo[];
  needs_closure: string | null;
}

/** A measure as a scenario file holds it. */
export interface Measure {
  type: string;
  years?: string | number;
  [key: string]: unknown;
}

export interface Now {
  value: number | null;
  words: string;
  date: string;
  source: string;
  status: "data" | "rule" | "unknown";
}

export interface Lever {
  id: string;
  vector: string;
  title: string;
  help: string;
  measure: Measure;
  field: string;
  rest: number;
  low: number;
  high: number;
  step: number;
  unit: "percent" | "points" | "months" | "share";
  needs: Record<string, unknown>;
  now: Now;
}

export interface VectorInfo {
  name: string;
  title: string;
  help: string;
  levers: Lever[];
  measures: MeasureInfo[];
}

/** A scenario as JSON: what its YAML holds, defaults left out. */
export interface ScenarioBody {
  name: string;
  title?: string;
  description?: string;
  leaves_out?: string;
  sources?: string[];
  years: string | number;
  measures: Measure[];
  assumptions?: Record<string, number>;
  [key: string]: unknown;
}

export interface Preset {
  name: string;
  title: string;
  description: string;
  leaves_out: string;
  years: string;
  vectors: string[];
  words: string[];
  sources: string[];
  scenario: ScenarioBody;
}

export interface RegionInfo {
  code: string;
  name: string;
  continent: string;
  position: [number, number] | null;
  small: boolean;
  absorption_usd_mn: number;
}

export interface GroupInfo {
  name: string;
  title: string;
  members: string[];
  hidden: string[];
  as_of: string;
  status: string;
}

export interface GoodInfo {
  code: string;
  name: string;
  short: string;
  kind: string;
}

export interface MineralInfo {
  symbol: string;
  name: string;
  modelled: boolean;
}

export interface AssumptionInfo {
  name: string;
  value: number;
  unit: string;
  range: [number, number];
  limits: [number, number] | null;
  distribution: string;
  drawn: boolean;
  note: string;
  source: { citation: string; url: string; date: string; status: string };
}

export interface MetricInfo {
  name: MetricName;
  title: string;
  unit: string;
  help: string;
  scale: [number, number];
  good: "up" | "down" | "none";
}

export interface SchemaDocument {
  version: string;
  vectors: VectorInfo[];
  scenario: FieldInfo[];
  presets: Preset[];
  default_preset: string;
  regions: RegionInfo[];
  region_groups: GroupInfo[];
  goods: GoodInfo[];
  goods_groups: GroupInfo[];
  minerals: MineralInfo[];
  assumptions: AssumptionInfo[];
  metrics: MetricInfo[];
  base_year: number;
}

export interface CountryShape {
  code: string;
  name: string;
  region: string | null;
  polygons: [number, number][][][];
}

export interface BordersDocument {
  source: string;
  meridian: number;
  countries: CountryShape[];
  circles: Record<string, [number, number]>;
  override: boolean;
}

export interface YearValues {
  year: number;
  converged: boolean;
  status: string;
  values: Record<MetricName, Figure[]>;
  welfare_usd_mn: Figure[];
  world_usd_mn: Figure;
}

export interface MapDocument {
  scenario: string;
  key: string;
  world: string;
  regions: string[];
  years: YearValues[];
  complete: boolean;
  notes: string[];
  seconds: number;
  cached: boolean;
}

export interface StreamLine {
  kind: "year" | "done" | "error";
  year?: YearValues | null;
  regions?: string[] | null;
  notes?: string[] | null;
  key?: string | null;
  error?: ErrorBody | null;
}

export interface WordsDocument {
  name: string;
  title: string;
  description: string;
  leaves_out: string;
  years: string;
  measures: string[];
  model: string[];
  assumptions: string[];
  vectors: string[];
  key: string;
}

export interface YamlDocument {
  file: string;
  yaml: string;
  python: string;
  command: string;
}

export interface Indicator {
  unit: string;
  about: string;
  values: Record<string, Figure[]>;
}

export interface RunDocument {
  scenario: string;
  years: number[];
  regions: string[];
  notes: string[];
  indicators: Record<string, Record<string, Indicator>>;
}

export interface TableDocument {
  name: string;
  year: number | null;
  columns: { name: string; label: string; unit: string }[];
  rows: (string | number | null)[][];
}

export interface JobDocument {
  id: string;
  kind: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  done: number | null;
  total: number | null;
  words: string;
  seconds: number;
  error: ErrorBody | null;
}
