/** Rerouted trade: the flows of goods that fall and grow most, as a Sankey diagram and as a table. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TableDocument } from "../api/types";
import { change as signed, dollars, gained } from "../lib/format";
import { layout, type Band, type Flow, type Node } from "../lib/sankey";
import { number, records, text } from "../lib/table";
import { chosenYear } from "../state/lab";
import { useFetched } from "../state/fetched";
import { atRest } from "../state/main";
import { narrow } from "../state/theme";

const NODE = 9;
interface Sides {
  width: number;
  left: number;
  right: number;
  figures: boolean;
}
const WIDE: Sides = { width: 900, left: 250, right: 650, figures: true };
const NARROW: Sides = { width: 440, left: 118, right: 322, figures: false };

interface Moved extends Flow {
  base: number;
  percent: number;
}

export function Rerouted(): JSX.Element | null {
  const table = useFetched<TableDocument>(() => {
    const rest = atRest.value;
    return rest ? { path: `/api/table/flows?year=${rest.year}`, body: rest.body } : null;
  });
  const { value, problem, busy } = table.value;
  if (!value && !problem) return null;
  const flows = value
    ? records(value).map((row): Moved => ({
        from: text(row, "origin_name"),
        to: text(row, "destination_name"),
        change: number(row, "change_usd"),
        base: number(row, "base_usd"),
        percent: number(row, "change"),
      }))
    : [];
  return (
    <section class={busy ? "panel busy" : "panel"} aria-labelledby="rerouted">
      <h2 id="rerouted">Rerouted trade, {chosenYear.value}</h2>
      {problem ? <p class="warn">{problem}</p> : null}
      {value && flows.length === 0 ? <p class="faint">No trade changes.</p> : null}
      {flows.length > 0 ? <Diagram flows={flows} /> : null}
      {flows.length > 0 ? <FlowTable flows={flows} /> : null}
      <p class="note">
        Goods, US$ at prices of the base year. Red flows shrink, blue flows grow; a band is as wide as the change.
      </p>
    </section>
  );
}

function Diagram({ flows }: { flows: readonly Moved[] }): JSX.Element {
  const over = useSignal<number | null>(null);
  const sides = narrow.value ? NARROW : WIDE;
  const { sellers, buyers, bands, height } = layout(flows, 300, 21);
  const one = over.value === null ? null : flows[over.value];
  const words = flows.map((flow) => `${flow.from} to ${flow.to} ${gained(flow.change)}`).join("; ");
  return (
    <>
      <svg
        class="chart sankey"
        viewBox={`0 0 ${sides.width} ${height + 26}`}
        role="img"
        aria-label={`Flows of goods that change most: ${words}.`}
        onPointerLeave={() => {
          over.value = null;
        }}
      >
        <text class="axis" x={sides.left} y="12" text-anchor="end">
          sellers
        </text>
        <text class="axis" x={sides.right} y="12">
          buyers
        </text>
        <g transform="translate(0 22)">
          {bands.map((band, n) => (
            <path
              key={`${band.from}>${band.to}`}
              class={`flow ${band.change < 0 ? "lost" : "won"}${over.value === n ? " over" : over.value === null ? "" : " dim"}`}
              d={curve(band, sides)}
              stroke-width={Math.max(1, band.tall)}
              onPointerEnter={() => {
                over.value = n;
              }}
            />
          ))}
          {sellers.map((node) => (
            <Side key={node.name} node={node} left sides={sides} />
          ))}
          {buyers.map((node) => (
            <Side key={node.name} node={node} left={false} sides={sides} />
          ))}
        </g>
      </svg>
      <p class="reading">
        {one ? (
          <>
            {one.from} → {one.to}: <b class={one.change < 0 ? "loss" : "gain"}>{gained(one.change)}</b> (
            {signed(one.percent)} of {dollars(one.base)})
          </>
        ) : (
          <span class="faint">Point at a flow for its figures; the table has them all.</span>
        )}
      </p>
    </>
  );
}

function curve(band: Band, { left, right }: Sides): string {
  const [a, b, middle] = [left + NODE, right - NODE, (left + right) / 2];
  return `M${a},${band.left.toFixed(1)}C${middle},${band.left.toFixed(1)} ${middle},${band.right.toFixed(1)} ${b},${band.right.toFixed(1)}`;
}

function Side({ node, left, sides }: { node: Node; left: boolean; sides: Sides }): JSX.Element {
  const y = node.y + node.tall / 2 + 4.5;
  const out = (distance: number): number => (left ? sides.left - distance : sides.right + distance);
  const anchor = left ? "end" : "start";
  return (
    <g>
      <rect
        class="node"
        x={left ? sides.left : sides.right - NODE}
        y={node.y}
        width={NODE}
        height={Math.max(1, node.tall)}
      />
      {sides.figures ? (
        <text class={node.net < 0 ? "net lost" : "net won"} x={out(8)} y={y} text-anchor={anchor}>
          {gained(node.net).replace("US$\u00a0", "")}
        </text>
      ) : null}
      <text x={out(sides.figures ? 86 : 8)} y={y} text-anchor={anchor}>
        {node.name}
      </text>
    </g>
  );
}

function FlowTable({ flows }: { flows: readonly Moved[] }): JSX.Element {
  return (
    <details class="table-box">
      <summary>The flows as a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Flows that change most">
        <table>
          <thead>
            <tr>
              <th scope="col">Seller</th>
              <th scope="col">Buyer</th>
              <th scope="col" class="num">
                Base
              </th>
              <th scope="col" class="num">
                Change
              </th>
              <th scope="col" class="num">
                %
              </th>
            </tr>
          </thead>
          <tbody>
            {flows.map((one) => (
              <tr key={`${one.from}>${one.to}`}>
                <th scope="row">{one.from}</th>
                <td>{one.to}</td>
                <td class="num">{dollars(one.base)}</td>
                <td class="num">{gained(one.change)}</td>
                <td class="num">{signed(one.percent)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
