import { quantity } from "../text/format.js";
import { linear } from "./scale.js";

export interface BarRow {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  /** Another number for the same, drawn as a mark across the bar. */
  readonly mark?: number | null;
  /** Beside the number. */
  readonly note?: string;
  readonly href?: string;
}

const Row = 28,
  Label = 170,
  Numbers = 130;

/** Bars under each other with their numbers, each with a mark where another number is known. */
export function Bars({
  rows,
  width,
  areSame = true,
}: {
  rows: readonly BarRow[];
  width: number;
  /** Whether bar and mark should be the same. */ areSame?: boolean;
}) {
  const label = Math.min(Label, width * 0.32);
  const values = rows.flatMap(row => [row.value, row.mark ?? 0]);
  const x = linear([Math.min(0, ...values), Math.max(1, ...values)], [label + 8, width - Math.min(Numbers, width * 0.3)]);
  const letters = Math.max(4, Math.floor(label / 7.2));
  return (
    <g class="bars">
      <line x1={x(0)} x2={x(0)} y1={0} y2={rows.length * Row} class="zero" />
      {rows.map((row, index) => {
        const y = index * Row;
        const differs = areSame && row.mark != null && row.mark !== row.value;
        const name = (
          <text x={label} y={y + 18} text-anchor="end" class="label">
            {row.label.length > letters ? `${row.label.slice(0, letters - 1)}…` : row.label}
          </text>
        );
        return (
          <g key={row.key} class={differs ? "differs" : undefined}>
            <title>{[row.label, quantity(row.value), row.note].filter(part => part).join(" · ")}</title>
            {row.href ? <a href={row.href}>{name}</a> : name}
            <rect
              x={Math.min(x(0), x(row.value))}
              y={y + 6}
              width={Math.max(Math.abs(x(row.value) - x(0)), 1.5)}
              height={Row - 12}
              class={row.value < 0 ? "loss" : "sum"}
            />
            {row.mark != null && <path d={`M${x(row.mark)} ${y + 2}V${y + Row - 2}M${x(row.mark) - 4} ${y + 2}h8M${x(row.mark) - 4} ${y + Row - 2}h8`} />}
            <text x={Math.max(x(0), x(row.value), x(row.mark ?? 0)) + 7} y={y + 18}>
              {quantity(row.value)}
              {row.note ? ` ${row.note}` : ""}
            </text>
          </g>
        );
      })}
    </g>
  );
}

export function barsHeight(rows: number): number {
  return rows * Row;
}
