/** The world map and its tile grid: colour by figure, hover, keyboard, and a table that says the same. */

import type { JSX, TargetedKeyboardEvent, TargetedMouseEvent, TargetedPointerEvent } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Outlines, Projection } from "../lib/borders";
import { drawMap } from "../lib/borders";
import { known, type Figure } from "../lib/format";
import { nextPlace, type Place } from "../lib/neighbours";
import { colour } from "../lib/scale";
import { TILE_COLUMNS, TILE_ROWS, TILES } from "../lib/tiles";

export type MapForm = "map" | "tiles";

interface Props {
  borders: Outlines;
  form: MapForm;
  projection: Projection;
  values: Readonly<Record<string, Figure>>;
  reach: number;
  /** what is coloured in place of a value, where colours mean classes */
  shade?: (value: number) => number;
  dark: boolean;
  selected: string | null;
  summary: string;
  regionOf: (country: string) => string | null;
  nameOf: (code: string) => string;
  say: (value: Figure) => string;
  detail: (region: string) => { label: string; text: string }[];
  onSelect: (region: string) => void;
}

interface Hover {
  country: string;
  region: string | null;
  x: number;
  y: number;
}

const WIDTH = 960;
const TILE = WIDTH / TILE_COLUMNS;

export function WorldMap(props: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const [spoken, setSpoken] = useState("");
  const drawn = useMemo(() => drawMap(props.borders, props.projection, WIDTH), [props.borders, props.projection]);
  const places = useMemo(() => centres(drawn, props.regionOf, props.form), [drawn, props.form, props.regionOf]);
  const fill = (region: string | null): string => {
    const value = region === null ? null : props.values[region];
    return known(value) ? colour(props.shade?.(value) ?? value, props.reach, props.dark) : "url(#no-value)";
  };

  const point = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const target = (event.target as Element).closest("[data-code]");
    const edge = box.current?.getBoundingClientRect();
    if (!target || !edge) return setHover(null);
    const country = target.getAttribute("data-code") as string;
    setHover({ country, region: props.regionOf(country), x: event.clientX - edge.left, y: event.clientY - edge.top });
  };
  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.key === "Escape") return setHover(null);
    const to = nextPlace(places, hover?.region ?? props.selected ?? "USA", event.key);
    if (event.key === "Enter" && hover?.region) props.onSelect(hover.region);
    if (to === null) return;
    event.preventDefault();
    const place = places.find((one) => one.code === to) as Place;
    const scale = (box.current?.clientWidth ?? WIDTH) / WIDTH;
    setHover({ country: to, region: to, x: place.x * scale, y: place.y * scale });
    setSpoken(`${props.nameOf(to)}: ${props.say(props.values[to])}`);
  };
  const click = (event: TargetedMouseEvent<HTMLDivElement>): void => {
    const code = (event.target as Element).closest("[data-code]")?.getAttribute("data-code");
    const region = code ? props.regionOf(code) : null;
    if (region) props.onSelect(region);
  };

  const frame = `0 0 ${WIDTH} ${props.form === "map" ? drawn.height : TILE_ROWS * TILE}`;
  return (
    <div
      class="map-box"
      ref={box}
      tabIndex={0}
      role="group"
      aria-roledescription="map"
      aria-label={`${props.summary} Arrow keys move from region to region, Enter looks closer; a table below says the same.`}
      onKeyDown={keyed}
      onBlur={() => setHover(null)}
    >
      <div class="layers" onPointerMove={point} onPointerLeave={() => setHover(null)} onClick={click}>
        <svg class={`map ${props.form}`} viewBox={frame} role="img" aria-label={props.summary}>
          <Hatch dark={props.dark} />
          {props.form === "map" ? (
            drawn.paths.map(({ code, d }) => (
              <path key={code} data-code={code} d={d} fill={fill(props.regionOf(code))} fill-rule="evenodd" />
            ))
          ) : (
            <Tiles
              fill={fill}
              values={props.values}
              reach={props.reach}
              dark={props.dark}
              selected={props.selected}
              hovered={hover?.region ?? null}
            />
          )}
        </svg>
        {props.form === "map" ? (
          <Lines drawn={drawn} frame={frame} regionOf={props.regionOf} dark={props.dark} />
        ) : null}
        {props.form === "map" ? (
          <svg class="map above" viewBox={frame} aria-hidden="true">
            <Outline drawn={drawn} region={hover?.region ?? null} regionOf={props.regionOf} kind="hovered" />
            <Outline drawn={drawn} region={props.selected} regionOf={props.regionOf} kind="chosen" />
            {drawn.circles.map(({ code, x, y }) => (
              <circle
                key={code}
                data-code={code}
                cx={x}
                cy={y}
                r={code === props.selected || code === hover?.region ? 6.4 : 4.8}
                fill={fill(code)}
              />
            ))}
          </svg>
        ) : null}
      </div>
      {hover ? <Card hover={hover} props={props} width={box.current?.clientWidth ?? WIDTH} /> : null}
      <p class="hidden" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

function Hatch({ dark }: { dark: boolean }): JSX.Element {
  return (
    <defs>
      <pattern id="no-value" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect width="6" height="6" fill={dark ? "#2a2f33" : "#dedddb"} />
        <path d="M3,0V6" stroke={dark ? "#3b4247" : "#ffffff"} stroke-width="2" />
      </pattern>
    </defs>
  );
}

type Drawn = ReturnType<typeof drawMap>;

/** Borders, and hatching over all countries that share the one figure of the rest of the world: a layer that is drawn once. */
function Lines({
  drawn,
  frame,
  regionOf,
  dark,
}: {
  drawn: Drawn;
  frame: string;
  regionOf: Props["regionOf"];
  dark: boolean;
}): JSX.Element {
  return useMemo(() => {
    const all = drawn.paths.map((one) => one.d).join("");
    const rest = drawn.paths
      .filter(({ code }) => regionOf(code) === "ROW")
      .map((one) => one.d)
      .join("");
    return (
      <svg class="map above still" viewBox={frame} aria-hidden="true">
        <defs>
          <pattern id="rest" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M2.5,0V5" stroke={dark ? "#21282c" : "#b9bfc2"} stroke-width="0.8" />
          </pattern>
        </defs>
        <path d={rest} fill="url(#rest)" fill-rule="evenodd" />
        <path class="borders" d={all} />
      </svg>
    );
  }, [drawn, frame, regionOf, dark]);
}

function Outline(props: {
  drawn: Drawn;
  region: string | null;
  regionOf: Props["regionOf"];
  kind: string;
}): JSX.Element | null {
  if (props.region === null) return null;
  const d = props.drawn.paths
    .filter(({ code }) => props.regionOf(code) === props.region)
    .map((one) => one.d)
    .join("");
  return <path class={props.kind} d={d} fill="none" />;
}

interface TileProps {
  fill: (region: string) => string;
  values: Props["values"];
  reach: number;
  dark: boolean;
  selected: string | null;
  hovered: string | null;
}

function Tiles(props: TileProps): JSX.Element {
  return (
    <g>
      {[...TILES].map(([code, [column, row]]) => {
        const value = props.values[code];
        const strong = known(value) && Math.abs(value / props.reach) > (props.dark ? 0.65 : 0.78);
        const mark = code === props.selected ? " chosen" : code === props.hovered ? " hovered" : "";
        return (
          <g key={code} data-code={code} class={`tile${strong ? " strong" : ""}${mark}`}>
            <rect
              x={column * TILE + 1}
              y={row * TILE + 1}
              width={TILE - 2}
              height={TILE - 2}
              rx="3"
              fill={props.fill(code)}
            />
            <text x={(column + 0.5) * TILE} y={(row + 0.5) * TILE + 4.5} text-anchor="middle">
              {code}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Card({ hover, props, width }: { hover: Hover; props: Props; width: number }): JSX.Element {
  const { region, country } = hover;
  const name = props.nameOf(country);
  const right = hover.x > width / 2;
  const place = right
    ? { right: `${width - hover.x + 14}px`, top: `${hover.y + 10}px` }
    : { left: `${hover.x + 14}px`, top: `${hover.y + 10}px` };
  return (
    <div class="card" style={place} aria-hidden="true">
      <strong>{name}</strong>
      {region === null ? <p class="faint">no region of the model</p> : null}
      {region === "ROW" && country !== "ROW" ? <p class="faint">in the rest of the world</p> : null}
      {region !== null ? <p class="big">{props.say(props.values[region])}</p> : null}
      {region !== null ? (
        <dl>
          {props.detail(region).map(({ label, text }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </div>
  );
}

/** Where each region stands, for the arrow keys: the middle of its largest country, its circle or its tile. */
function centres(drawn: Drawn, regionOf: Props["regionOf"], form: MapForm): Place[] {
  if (form === "tiles") {
    return [...TILES].map(([code, [column, row]]) => ({ code, x: (column + 0.5) * TILE, y: (row + 0.5) * TILE }));
  }
  const found = new Map<string, Place & { size: number }>();
  for (const { code, d } of drawn.paths) {
    const region = regionOf(code);
    if (region === null || region === "ROW") continue;
    for (const ring of d.split("Z")) {
      const points = [...ring.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(
        ([, x, y]) => [Number(x), Number(y)] as const,
      );
      if (points.length === 0) continue;
      const xs = points.map(([x]) => x);
      const ys = points.map(([, y]) => y);
      const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const size = (east - west) * (south - north);
      if (size > (found.get(region)?.size ?? 0))
        found.set(region, { code: region, x: (west + east) / 2, y: (north + south) / 2, size });
    }
  }
  for (const { code, x, y } of drawn.circles) found.set(code, { code, x, y, size: 0 });
  return [...found.values()];
}
