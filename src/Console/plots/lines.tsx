import { QuantityAxis, TimeAxis } from "./axes.js";
import { linear, niceTicks } from "./scale.js";

export interface Line {
  readonly key: string;
  readonly label: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

interface Props {
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  /** The values that are shown at least; they grow with what is drawn. */
  readonly least: number;
  readonly most: number;
  readonly text: (value: number) => string;
}

const Left = 56,
  Bottom = 20,
  Top = 10,
  /** Pixels that a point needs to be told from the next. */
  Apart = 12;

/** Lines differ by dash and by the shape of their points as well as by colour; this many do. */
export const LineStyles = 6;

const Points = ["M-3 0A3 3 0 1 0 3 0A3 3 0 1 0 -3 0", "M-3 -3H3V3H-3Z", "M0 -4L4 3H-4Z", "M0 -4L4 0L0 4L-4 0Z", "M0 4L4 -3H-4Z", "M-4 -1H4V1H-4Z"];

/** Values over time as lines; with their points where these do not run into each other. */
export function Lines({ lines, from, to, width, height, least, most, text }: Props) {
  const values = lines.flatMap(line => line.points.map(point => point.value));
  const ticks = niceTicks(Math.min(least, ...values), Math.max(most, ...values), 4);
  const y = linear([ticks[0]!, ticks.at(-1)!], [height - Bottom, Top]);
  const x = linear([from, to], [Left, width - 14]);
  return (
    <>
      <QuantityAxis ticks={ticks} scale={y} left={Left} right={width - 14} text={text} />
      {lines.map((line, index) => {
        const places = line.points.map(point => [x(point.at), y(point.value)] as const);
        const path = places.map(([px, py], at) => `${at === 0 ? "M" : "L"}${px} ${py}`).join("");
        return (
          <g key={line.key} class={`series series-${index % LineStyles}`}>
            <path d={path} class="series-line" />
            {(places.length === 1 || places.length * Apart <= width) &&
              line.points.map((point, at) => (
                <path key={point.at} d={Points[index % LineStyles]!} transform={`translate(${places[at]![0]} ${places[at]![1]})`} class="series-point">
                  <title>
                    {line.label}: {text(point.value)}
                  </title>
                </path>
              ))}
          </g>
        );
      })}
      <TimeAxis from={from} to={to} scale={x} y={height - Bottom} width={Math.max(width - Left, 400)} />
    </>
  );
}
