import { QuantityAxis, TimeAxis } from "./axes.js";
import { BandsLeft, timeScale } from "./bands.js";
import { Hatches } from "./plot.js";
import { linear, niceTicks } from "./scale.js";

/** What bars are stacked of, from below. */
export interface Part {
  readonly key: string;
  readonly label: string;
  /** The class that colours it. */
  readonly className: string;
  /** What tells it from its neighbours without colour. */
  readonly hatch?: "hatch" | "dense" | "dots";
}

export interface Stack {
  readonly from: number;
  readonly to: number;
  readonly values: readonly number[];
  readonly title: string;
}

interface Props {
  readonly id: string;
  readonly parts: readonly Part[];
  readonly stacks: readonly Stack[];
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly chosen: number | null;
  readonly onChoose?: (index: number) => void;
}

const Bottom = 20,
  Top = 8;

/** Bars over time, each of parts that add up. */
export function Stacked({ id, parts, stacks, from, to, width, height, chosen, onChoose }: Props) {
  const totals = stacks.map(stack => stack.values.reduce((sum, value) => sum + value, 0));
  const ticks = niceTicks(0, Math.max(1, ...totals), 4).filter(Number.isInteger);
  const y = linear([0, Math.max(ticks.at(-1)!, ...totals)], [height - Bottom, Top]);
  const x = timeScale(from, to, width);
  return (
    <>
      <Hatches id={id} />
      <QuantityAxis ticks={ticks} scale={y} left={BandsLeft} right={width - 8} />
      {stacks.map((stack, index) => {
        let below = 0;
        const left = x(stack.from) + 1;
        const wide = Math.max(x(stack.to) - x(stack.from) - 2, 1);
        return (
          <g key={stack.from} class={index === chosen ? "stack chosen" : "stack"} onClick={onChoose && (() => onChoose(index))}>
            <title>{stack.title}</title>
            <rect x={left} width={wide} y={Top} height={height - Bottom - Top} class="behind" />
            {stack.values.map((value, part) => {
              const [low, high] = [y(below), y(below + value)];
              below += value;
              const shape = { x: left, width: wide, y: high, height: low - high };
              const { key, className, hatch } = parts[part]!;
              return (
                value > 0 && (
                  <g key={key}>
                    <rect {...shape} class={className} />
                    {hatch && <rect {...shape} fill={`url(#${id}-${hatch})`} />}
                  </g>
                )
              );
            })}
          </g>
        );
      })}
      {/* A label at the very end would be cut off. */}
      <TimeAxis from={from} to={to - (to - from) / 100} scale={x} y={height - Bottom} width={width} />
    </>
  );
}
