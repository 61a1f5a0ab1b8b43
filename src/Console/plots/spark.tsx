import { linear } from "./scale.js";

/** Values over time in a small space, each until the next; with a line at what they should not be above. */
export function Spark({
  points,
  from,
  to,
  limit,
  width,
  height,
}: {
  points: readonly { readonly at: number; readonly value: number }[];
  from: number;
  to: number;
  limit: number | null;
  width: number;
  height: number;
}) {
  const most = Math.max(1, (limit ?? 0) * 1.2, ...points.map(point => point.value));
  const x = linear([from, to], [0, width]);
  const y = linear([0, most], [height - 2, 2]);
  return (
    <g class="spark">
      <path class="line" d={points.map((point, index) => `${index === 0 ? "M" : "L"}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join("")} />
      {limit !== null && <line class="limit" x1={0} x2={width} y1={y(limit)} y2={y(limit)} />}
    </g>
  );
}
