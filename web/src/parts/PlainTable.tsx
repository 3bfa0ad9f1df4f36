/** A small table of results: a row a thing, its name first, figures to the right. */

import type { ComponentChildren, JSX } from "preact";

export interface Column<R> {
  head: string;
  cell: (row: R) => ComponentChildren;
  /** words stand to the left, figures to the right */
  words?: boolean;
}

interface Props<R> {
  rows: readonly R[];
  keyOf: (row: R) => string;
  /** what a row is called, with what stands above these names */
  name: { head: string; cell: (row: R) => ComponentChildren };
  columns: readonly Column<R>[];
  caption?: string;
  /** given where the table may be wider than the page: it scrolls in a box of this name */
  label?: string;
}

export function PlainTable<R>({ rows, keyOf, name, columns, caption, label }: Props<R>): JSX.Element {
  const table = (
    <table class="plain">
      {caption ? <caption>{caption}</caption> : null}
      <thead>
        <tr>
          <th scope="col">{name.head}</th>
          {columns.map((one) => (
            <th key={one.head} scope="col" class={one.words ? undefined : "num"}>
              {one.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            <th scope="row">{name.cell(row)}</th>
            {columns.map((one) => (
              <td key={one.head} class={one.words ? undefined : "num"}>
                {one.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (!label) return table;
  return (
    <div class="across" tabIndex={0} role="group" aria-label={label}>
      {table}
    </div>
  );
}
