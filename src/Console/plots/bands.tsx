import { quantity } from "../text/format.js";
import { QuantityAxis, TimeAxis } from "./axes.js";
import { Hatches } from "./plot.js";
import { linear, niceTicks, stepArea, stepPath, type Scale } from "./scale.js";

export interface Band {
  readonly key: string;
  readonly label: string;
  /** The class that colours it, and the hatching that tells it from its neighbours without colour. */
  readonly kind: "free" | "reserved" | "unsellable" | "safety" | "fenced";
}

/** The levels of a stretch of time, which ends at an instant. */
export interface Level {
  readonly from: number;
  readonly total: number;
  readonly least: number;
  readonly most: number;
  /** Of each band, from below. */
  readonly parts: readonly number[];
}

interface Props {
  readonly id: string;
  readonly bands: readonly Band[];
  readonly levels: readonly Level[];
  /** The total as known at the other time, drawn dashed; where the two differ the gap is marked. */
  readonly other: readonly number[] | null;
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly at: number | null;
  readonly marks?: readonly { readonly at: number; readonly value: number; readonly label: string }[];
}

export const BandsLeft = 52;
const Bottom = 20,
  Top = 8;

export function timeScale(from: number, to: number, width: number): Scale {
  return linear([from, to], [BandsLeft, width - 8]);
}

/** Bands that together are on-hand, over time: what of it is promised, withheld and free. */
export function Bands({ id, bands, levels, other, from, to, width, height, at, marks = [] }: Props) {
  const stacked = levels.map(level => level.parts.reduce((sums, part) => [...sums, sums.at(-1)! + Math.max(part, 0)], [0]));
  const most = Math.max(1, ...levels.map(level => level.most), ...stacked.map(sums => sums.at(-1)!), ...(other ?? []), ...marks.map(mark => mark.value));
  const least = Math.min(0, ...levels.map(level => level.least), ...(other ?? []));
  const ticks = niceTicks(least, most, 4);
  const y = linear([ticks[0]!, ticks.at(-1)!], [height - Bottom, Top]);
  const x = timeScale(from, to, width);
  const end = x(to);
  const places = levels.map(level => x(level.from));

  return (
    <>
      <Hatches id={id} />
      <QuantityAxis ticks={ticks} scale={y} left={BandsLeft} right={width - 8} />
      {bands.map((band, index) => {
        const area = stepArea(
          levels.map((level, place) => {
            // What is promised beyond stock is drawn no higher than stock, and marked below.
            const top = Math.max(level.total, 0);
            return { x: places[place]!, low: y(Math.min(stacked[place]![index]!, top)), high: y(Math.min(stacked[place]![index + 1]!, top)) };
          }),
          end,
        );
        return (
          <g key={band.key}>
            <path d={area} class={`band ${band.kind}`} />
            {band.kind === "reserved" && <path d={area} fill={`url(#${id}-hatch)`} />}
            {band.kind === "unsellable" && <path d={area} fill={`url(#${id}-dense)`} />}
            {band.kind === "fenced" && <path d={area} fill={`url(#${id}-dots)`} />}
          </g>
        );
      })}
      <Below levels={levels} stacked={stacked} places={places} y={y} end={end} id={id} />
      {other && (
        <path
          d={stepArea(
            levels.map((level, place) => ({ x: places[place]!, low: y(Math.min(level.total, other[place]!)), high: y(Math.max(level.total, other[place]!)) })),
            end,
          )}
          class="gap"
        />
      )}
      <path
        d={stepArea(
          levels.map((level, place) => ({ x: places[place]!, low: y(level.least), high: y(level.most) })),
          end,
        )}
        class="extent"
      />
      <path
        d={stepPath(
          levels.map((level, place) => [places[place]!, y(level.total)] as const),
          end,
        )}
        class="line"
      />
      {other && (
        <path
          d={stepPath(
            other.map((total, place) => [places[place]!, y(total)] as const),
            end,
          )}
          class="line dashed"
        />
      )}
      {marks.map(mark => (
        <g key={mark.at} class="count-mark">
          <circle cx={x(mark.at)} cy={y(mark.value)} r={5} />
          <title>
            {mark.label} {quantity(mark.value)}
          </title>
        </g>
      ))}
      <TimeAxis from={from} to={to} scale={x} y={height - Bottom} width={width} />
      {at !== null && <line class="cursor-line" x1={x(at)} x2={x(at)} y1={Top} y2={height - Bottom} />}
    </>
  );
}

/** Below zero, and promised beyond stock: red and hatched. */
function Below({
  levels,
  stacked,
  places,
  y,
  end,
  id,
}: {
  levels: readonly Level[];
  stacked: readonly (readonly number[])[];
  places: readonly number[];
  y: Scale;
  end: number;
  id: string;
}) {
  const area = stepArea(
    levels.map((level, place) => {
      const promised = stacked[place]!.at(-1)!;
      const beyond = promised > level.total;
      return { x: places[place]!, low: y(beyond ? level.total : 0), high: y(beyond ? promised : 0) };
    }),
    end,
  );
  return (
    <g class="below">
      <path d={area} />
      <path d={area} fill={`url(#${id}-hatch)`} />
    </g>
  );
}
