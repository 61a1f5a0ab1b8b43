export interface HeatCell {
  readonly row: string;
  readonly column: string;
  /** 0 to 1; it gives the shade. */
  readonly share: number;
  readonly text: string;
  readonly title: string;
  readonly href: string;
  readonly isChosen: boolean;
}

interface Props {
  readonly rows: readonly string[];
  readonly columns: readonly { readonly key: string; readonly label: string }[];
  readonly cells: readonly HeatCell[];
  readonly width: number;
}

const Row = 30,
  Head = 22;

/** Shares from which a cell is one shade darker. */
const Shades = [0, 0.005, 0.02, 0.05, 0.1];

export function heatHeight(rows: number): number {
  return Head + rows * Row;
}

/** Shares by row and column: the darker the more, with the number in the cell; each leads to what is in it. */
export function Heat({ rows, columns, cells, width }: Props) {
  const left = Math.min(130, width * 0.3);
  const each = Math.min((width - left) / Math.max(columns.length, 1), 140);
  const fits = Math.max(Math.floor(each / 7), 1);
  return (
    <g class="heat">
      {columns.map((column, index) => (
        <text key={column.key} x={left + (index + 0.5) * each} y={14} text-anchor="middle" class="tick">
          <title>{column.label}</title>
          {column.label.length > fits ? `${column.label.slice(0, Math.max(fits - 1, 1))}…` : column.label}
        </text>
      ))}
      {rows.map((row, index) => (
        <text key={row} x={left - 8} y={Head + index * Row + 19} text-anchor="end" class="label">
          {row.length > left / 8 ? `${row.slice(0, left / 8 - 1)}…` : row}
        </text>
      ))}
      {cells.map(cell => {
        const [x, y] = [columns.findIndex(column => column.key === cell.column), rows.indexOf(cell.row)];
        return x === -1 || y === -1 ? null : (
          <a key={`${cell.row} ${cell.column}`} href={cell.href}>
            <title>{cell.title}</title>
            <rect
              x={left + x * each + 1}
              y={Head + y * Row + 1}
              width={each - 2}
              height={Row - 2}
              class={`shade-${Shades.filter(least => cell.share > least).length}${cell.isChosen ? " chosen" : ""}`}
            />
            {each >= 34 && (
              <text
                x={left + (x + 0.5) * each}
                y={Head + y * Row + 19}
                text-anchor="middle"
                class={Shades.filter(least => cell.share > least).length > 3 ? "on-dark" : undefined}
              >
                {cell.text}
              </text>
            )}
          </a>
        );
      })}
    </g>
  );
}
