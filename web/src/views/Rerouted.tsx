/** Rerouted trade: the flows of goods that fall and grow most, as a Sankey diagram and as a table. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TableDocument } from "../api/types";
import { change as signed, dollars, gained } from "../lib/format";
import { layout, type Band, type Flow, type Node } from "../lib/sankey";
import { number, records, text } from "../lib/table";
import { chosenYear } from "../state/lab";
import { useFetched } from "../state/fetched";
import { main } from "../state/main";

const WIDTH = 900;
const LEFT = 250;
const RIGHT = WIDTH - 250;
const NODE = 9;

interface Moved extends Flow {
  base: number;
  percent: number;
}

export function Rerouted(): JSX.Element | null {
  const table = useFetched<TableDocument>(() => {
    const body = main.settled.value;
    return body ? { path: `/api/table/flows?year=${chosenYear.value}`, body } : null;
  });
  const { value, problem, busy } = table.value;
  if (!value && !problem) return null;
  const flows = value ? records(value).map((row): Moved => ({
    from: text(row, "origin_name"), to: text(row, "destination_name"), change: number(row, "change_usd"), base: number(row, "base_usd"), percent: number(row, "change"),
  })) : [];
  return (
    <section class={busy ? "panel busy" : "panel"} aria-labelledby="rerouted">
      <h2 id="rerouted">Rerouted trade, {chosenYear.value}</h2>
      {problem ? <p class="warn">{problem}</p> : null}
      {value && flows.length === 0 ? <p class="faint">No trade changes.</p> : null}
      {flows.length > 0 ? <Diagram flows={flows} /> : null}
      {flows.length > 0 ? <FlowTable flows={flows} /> : null}
      <p class="note">Goods, US$ at prices of the base year. Red flows shrink, blue flows grow; a band is as wide as the change.</p>
    </section>
  );
}

function Diagram({ flows }: { flows: readonly Moved[] }): JSX.Element {
  const over = useSignal<number | null>(null);
  const { sellers, buyers, bands, height } = layout(flows, 300, 21);
  const one = over.value === null ? null : flows[over.value];
  const words = flows.map((flow) => `${flow.from} to ${flow.to} ${gained(flow.change)}`).join("; ");
  return (
    <>
      <svg class="chart sankey" viewBox={`0 0 ${WIDTH} ${height + 26}`} role="img" aria-label={`Flows of goods that change most: ${words}.`} onPointerLeave={() => { over.value = null; }}>
        <text class="axis" x={LEFT} y="12" text-anchor="end">sellers</text>
        <text class="axis" x={RIGHT} y="12">buyers</text>
        <g transform="translate(0 22)">
          {bands.map((band, n) => (
            <path
              key={`${band.from}>${band.to}`}
              class={`flow ${band.change < 0 ? "lost" : "won"}${over.value === n ? " over" : over.value === null ? "" : " dim"}`}
              d={curve(band)}
              stroke-width={Math.max(1, band.tall)}
              onPointerEnter={() => { over.value = n; }}
            />
          ))}
          {sellers.map((node) => <Side key={node.name} node={node} left />)}
          {buyers.map((node) => <Side key={node.name} node={node} left={false} />)}
        </g>
      </svg>
      <p class="reading">{one ? <>{one.from} → {one.to}: <b class={one.change < 0 ? "loss" : "gain"}>{gained(one.change)}</b> ({signed(one.percent)} of {dollars(one.base)})</> : <span class="faint">Point at a flow for its figures; the table has them all.</span>}</p>
    </>
  );
}

function curve(band: Band): string {
  const [a, b, middle] = [LEFT + NODE, RIGHT - NODE, (LEFT + RIGHT) / 2];
  return `M${a},${band.left.toFixed(1)}C${middle},${band.left.toFixed(1)} ${middle},${band.right.toFixed(1)} ${b},${band.right.toFixed(1)}`;
}

function Side({ node, left }: { node: Node; left: boolean }): JSX.Element {
  const x = left ? LEFT : RIGHT - NODE;
  const y = node.y + node.tall / 2 + 4.5;
  return (
    <g>
      <rect class="node" x={x} y={node.y} width={NODE} height={Math.max(1, node.tall)} />
      <text class={node.net < 0 ? "net lost" : "net won"} x={left ? LEFT - 8 : RIGHT + 8} y={y} text-anchor={left ? "end" : "start"}>
        {gained(node.net).replace("US$\u00a0", "")}
      </text>
      <text x={left ? LEFT - 86 : RIGHT + 86} y={y} text-anchor={left ? "end" : "start"}>{node.name}</text>
    </g>
  );
}

function FlowTable({ flows }: { flows: readonly Moved[] }): JSX.Element {
  return (
    <details class="table-box">
      <summary>The flows as a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Flows that change most">
        <table>
          <thead><tr><th scope="col">Seller</th><th scope="col">Buyer</th><th scope="col" class="num">Base</th><th scope="col" class="num">Change</th><th scope="col" class="num">%</th></tr></thead>
          <tbody>
            {flows.map((one) => (
              <tr key={`${one.from}>${one.to}`}><th scope="row">{one.from}</th><td>{one.to}</td><td class="num">{dollars(one.base)}</td><td class="num">{gained(one.change)}</td><td class="num">{signed(one.percent)}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
