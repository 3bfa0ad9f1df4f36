/** Lays out changed flows as a Sankey diagram: sellers left, buyers right, bands as wide as the change. */

export interface Flow {
  from: string;
  to: string;
  change: number;
}

export interface Node {
  name: string;
  y: number;
  tall: number;
  net: number;
}

export interface Band extends Flow {
  /** middle of the band's left and right end, and its width, in pixels */
  left: number;
  right: number;
  tall: number;
}

export interface Layout {
  sellers: Node[];
  buyers: Node[];
  bands: Band[];
  height: number;
}

const SPACE = 5;

/** `tall`: pixels that all bands take together; every node has at least `least`, so that names never touch. */
export function layout(flows: readonly Flow[], tall: number, least: number): Layout {
  const total = flows.reduce((sum, one) => sum + Math.abs(one.change), 0) || 1;
  const scale = tall / total;
  const sums = (side: "from" | "to"): Map<string, { size: number; net: number }> => {
    const out = new Map<string, { size: number; net: number }>();
    for (const flow of flows) {
      const before = out.get(flow[side]) ?? { size: 0, net: 0 };
      out.set(flow[side], { size: before.size + Math.abs(flow.change), net: before.net + flow.change });
    }
    return out;
  };
  const sides = (["from", "to"] as const).map((side) =>
    [...sums(side)].sort((a, b) => a[1].net - b[1].net || a[0].localeCompare(b[0])).map(([name, { size, net }]) => ({ name, tall: size * scale, net })),
  );
  const heights = sides.map((side) => side.reduce((sum, one) => sum + Math.max(one.tall, least) + SPACE, 0));
  const height = Math.max(...heights, 0);
  const [sellers = [], buyers = []] = sides.map((side, n) => {
    const gap = (height - (heights[n] as number)) / (side.length || 1);
    let y = gap / 2;
    return side.map((one): Node => {
      const slot = Math.max(one.tall, least);
      const node = { ...one, y: y + (slot - one.tall) / 2 };
      y += slot + SPACE + gap;
      return node;
    });
  });
  const starts = places(flows, sellers, buyers, scale, "from", "to");
  const ends = places(flows, buyers, sellers, scale, "to", "from");
  const bands = flows.map((flow, n): Band => {
    const wide = Math.abs(flow.change) * scale;
    return { ...flow, tall: wide, left: (starts[n] as number) + wide / 2, right: (ends[n] as number) + wide / 2 };
  });
  return { sellers, buyers, bands, height };
}

/** Where each band begins at its own node: in the order of the other side, so that few bands cross. */
function places(flows: readonly Flow[], here: readonly Node[], there: readonly Node[], scale: number, at: "from" | "to", other: "from" | "to"): number[] {
  const filled = new Map(here.map((node) => [node.name, node.y]));
  const across = new Map(there.map((node) => [node.name, node.y]));
  const out = flows.map(() => 0);
  const order = flows.map((_, n) => n).sort((a, b) => (across.get((flows[a] as Flow)[other]) ?? 0) - (across.get((flows[b] as Flow)[other]) ?? 0));
  for (const n of order) {
    const flow = flows[n] as Flow;
    out[n] = filled.get(flow[at]) ?? 0;
    filled.set(flow[at], (filled.get(flow[at]) ?? 0) + Math.abs(flow.change) * scale);
  }
  return out;
}
