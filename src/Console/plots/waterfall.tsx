import { quantity, signed } from "../text/format.js";
import { linear } from "./scale.js";

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** Added to what is left of the bars before; null for a sum. */
  readonly change: number | null;
  readonly note?: string;
  readonly href?: string;
  readonly kind?: "sum" | "gain" | "loss";
}

const Row = 30,
  Label = 150,
  Number_ = 70;

/** Bars that lead from what is there to what is left, one under another. */
export function Waterfall({
  bars,
  width,
  mark,
}: {
  bars: readonly Bar[];
  width: number;
  mark?: { readonly value: number; readonly label: string; readonly differs: boolean } | null;
}) {
  let left = 0;
  const placed = bars.map(bar => {
    const from = bar.change === null ? 0 : left;
    left = bar.change === null ? left : left + bar.change;
    return { bar, from, to: left };
  });
  const values = [0, ...placed.flatMap(({ from, to }) => [from, to]), ...(mark ? [mark.value] : [])];
  const label = Math.min(Label, width * 0.35);
  const scale = linear([Math.min(...values), Math.max(...values)], [label + 8, width - Number_]);
  const height = bars.length * Row;

  return (
    <g class="waterfall">
      <line x1={scale(0)} x2={scale(0)} y1={0} y2={height} class="axis" />
      {placed.map(({ bar, from, to }, index) => {
        const y = index * Row;
        const drawn = (
          <>
            <text x={label} y={y + 19} text-anchor="end" class="label">
              {bar.label}
            </text>
            <rect
              x={Math.min(scale(from), scale(to))}
              y={y + 5}
              width={Math.max(Math.abs(scale(to) - scale(from)), 1.5)}
              height={Row - 10}
              class={bar.kind ?? (bar.change === null ? "sum" : bar.change < 0 ? "loss" : "gain")}
            />
            <text x={Math.max(scale(from), scale(to)) + 6} y={y + 19} class="value">
              {bar.change === null ? quantity(to) : signed(bar.change)}
            </text>
          </>
        );
        return (
          <g key={bar.key}>
            {bar.note && <title>{bar.note}</title>}
            {bar.href ? <a href={bar.href}>{drawn}</a> : drawn}
          </g>
        );
      })}
      {mark && (
        <g class={mark.differs ? "mark differs" : "mark"}>
          <line x1={scale(mark.value)} x2={scale(mark.value)} y1={0} y2={height} />
          <text x={scale(mark.value)} y={height + 16} text-anchor="middle">
            {mark.label}
          </text>
        </g>
      )}
    </g>
  );
}

export function waterfallHeight(bars: number): number {
  return bars * Row + 22;
}
