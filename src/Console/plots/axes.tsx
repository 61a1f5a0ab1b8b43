import { clock, day, quantity } from "../text/format.js";
import { timeTicks, type Scale } from "./scale.js";

/** Lines at round quantities, with their numbers at the left. */
export function QuantityAxis({
  ticks,
  scale,
  left,
  right,
  text = quantity,
}: {
  ticks: readonly number[];
  scale: Scale;
  left: number;
  right: number;
  text?: (value: number) => string;
}) {
  return (
    <g class="axis">
      {ticks.map(tick => (
        <g key={tick}>
          <line x1={left} x2={right} y1={scale(tick)} y2={scale(tick)} class={tick === 0 ? "zero" : undefined} />
          <text x={left - 6} y={scale(tick) + 4} text-anchor="end">
            {text(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Pixels by which the middle of the last label stays before the end, so that the label is not cut off there. */
const Inside = 14;

/** Round times under a picture. */
export function TimeAxis({ from, to, scale, y, width }: { from: number; to: number; scale: Scale; y: number; width: number }) {
  const { at, areDays } = timeTicks(from, to, Math.max(2, Math.floor(width / 90)));
  return (
    <g class="axis">
      {at.map(tick => (
        <text key={tick} x={Math.min(scale(tick), scale(to) - Inside)} y={y + 16} text-anchor="middle">
          {areDays || isMidnight(tick) ? day(tick) : clock(tick).slice(0, 5)}
        </text>
      ))}
      {at.map(tick => (
        <line key={`l${tick}`} x1={scale(tick)} x2={scale(tick)} y1={y} y2={y + 4} />
      ))}
    </g>
  );
}

function isMidnight(tick: number): boolean {
  return clock(tick).startsWith("00:00");
}
