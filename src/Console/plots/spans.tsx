import { TimeAxis } from "./axes.js";
import { Hatches } from "./plot.js";
import { linear } from "./scale.js";

/** A stretch of time; without an end it goes on. */
export interface Span {
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
  readonly kind: "now" | "ahead" | "past";
  readonly title: string;
}

export interface SpanRow {
  readonly key: string;
  readonly label: string;
  readonly href?: string;
  readonly spans: readonly Span[];
}

interface Props {
  readonly id: string;
  readonly rows: readonly SpanRow[];
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly nowLabel: string;
  readonly width: number;
}

const Row = 26,
  Bottom = 22,
  Top = 18;

export function spansHeight(rows: number): number {
  return Top + rows * Row + Bottom;
}

/** Bars over time, one under another: solid while in force, dashed when ahead, hatched when over; a line for now. */
export function Spans({ id, rows, from, to, now, nowLabel, width }: Props) {
  const left = Math.min(170, width * 0.36);
  const x = linear([from, to], [left, width - 28]);
  const within = (at: number) => Math.min(Math.max(at, from), to);
  const bottom = Top + rows.length * Row;
  return (
    <>
      <Hatches id={id} />
      {rows.map((row, index) => {
        const y = Top + index * Row;
        const most = Math.floor(left / 8);
        const label = (
          <text x={left - 8} y={y + 17} text-anchor="end" class="label">
            <title>{row.label}</title>
            {row.label.length > most ? `${row.label.slice(0, most - 1)}…` : row.label}
          </text>
        );
        const bars = row.spans
          .filter(span => span.from < to && (span.to ?? to) > from)
          .map(span => {
            const [begin, end] = [x(within(span.from)), x(within(span.to ?? to))];
            return (
              <g key={span.key} class={`span ${span.kind}`}>
                <title>{span.title}</title>
                <rect x={begin} y={y + 5} width={Math.max(end - begin, 3)} height={Row - 10} rx={3} />
                {span.kind === "past" && <rect x={begin} y={y + 5} width={Math.max(end - begin, 3)} height={Row - 10} rx={3} fill={`url(#${id}-hatch)`} />}
                {(span.to === null || span.to > to) && <path d={`M${end + 2} ${y + 7}l6 6l-6 6`} class="goes-on" />}
              </g>
            );
          });
        return (
          <g key={row.key}>
            <line x1={left} x2={width - 28} y1={y + Row / 2} y2={y + Row / 2} class="rail" />
            {row.href ? (
              <a href={row.href}>
                {label}
                {bars}
              </a>
            ) : (
              <>
                {label}
                {bars}
              </>
            )}
          </g>
        );
      })}
      <TimeAxis from={from} to={to} scale={x} y={bottom} width={Math.max(width - left, 400)} />
      {now >= from && now <= to && (
        <g class="now">
          <line x1={x(now)} x2={x(now)} y1={Top - 4} y2={bottom} />
          <text x={x(now)} y={Top - 7} text-anchor="middle">
            {nowLabel}
          </text>
        </g>
      )}
    </>
  );
}
