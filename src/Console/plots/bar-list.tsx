import { quantity } from "../text/format.js";
import { linear } from "./scale.js";

export interface ListedBar {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  /** The value as it is read; the number itself without it. */
  readonly text?: string;
  /** What stands behind the number. */
  readonly note?: string;
  readonly href?: string;
  readonly isChosen?: boolean;
}

const Row = 28,
  MostLabel = 260,
  Behind = 160;

/** Bars one under another, each with its name, its number and where it leads. */
export function BarList({ bars, width }: { bars: readonly ListedBar[]; width: number }) {
  const label = Math.min(MostLabel, Math.round(width * 0.45));
  const most = Math.max(1, ...bars.map(bar => bar.value));
  const behind = Math.min(Behind, Math.round(width * 0.25));
  const x = linear([0, most], [label + 8, width - behind]);
  // Some 7 pixels a character at this size; the whole name is in the title.
  const fits = Math.floor(label / 7);
  return (
    <g class="bar-list">
      {bars.map((bar, index) => {
        const y = index * Row;
        const drawn = (
          <>
            <title>{[bar.label, textOf(bar), bar.note].filter(part => part).join(" · ")}</title>
            <text x={label} y={y + 18} text-anchor="end" class="label">
              {bar.label.length > fits ? `${bar.label.slice(0, fits - 1)}…` : bar.label}
            </text>
            <rect x={x(0)} y={y + 4} width={Math.max(x(bar.value) - x(0), 1.5)} height={Row - 8} class={bar.isChosen ? "sum chosen" : "sum"} />
            <text x={x(bar.value) + 6} y={y + 18} class="value">
              {textOf(bar)}
              {bar.note && behind === Behind ? ` · ${bar.note}` : ""}
            </text>
          </>
        );
        return <g key={bar.key}>{bar.href ? <a href={bar.href}>{drawn}</a> : drawn}</g>;
      })}
    </g>
  );
}

function textOf(bar: ListedBar): string {
  return bar.text ?? quantity(bar.value);
}

export function barListHeight(bars: number): number {
  return Math.max(bars, 1) * Row + 4;
}
