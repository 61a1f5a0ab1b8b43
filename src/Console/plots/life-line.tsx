import { TimeAxis } from "./axes.js";
import { BandsLeft, timeScale } from "./bands.js";

/** What a step is, by shape. */
export const Shapes = {
  square: "M-6 -6H6V6H-6Z",
  diamond: "M0 -7L7 0L0 7L-7 0Z",
  circle: "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0 -6 0Z",
  arrow: "M-8 -3H3V-7L9 0L3 7V3H-8Z",
  down: "M0 7L7 -6H-7Z",
  up: "M0 -7L7 6H-7Z",
  cross: "M-6 -6L0 -2L6 -6L2 0L6 6L0 2L-6 6L-2 0Z",
  hourglass: "M-6 -6H6L-6 6H6Z",
} as const;

export interface LifeStep {
  readonly key: string;
  readonly at: number;
  readonly kind: string;
  readonly shape: keyof typeof Shapes;
  readonly label: string;
  readonly title: string;
}

interface Props {
  /** In their order; at least one. */
  readonly steps: readonly LifeStep[];
  readonly livesUntil: number;
  readonly to: number;
  readonly ends: { readonly at: number; readonly label: string } | null;
  readonly width: number;
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

export const LifeHeight = 120;
const Line = 62;

/** A life as a line with its steps. */
export function LifeLine({ steps, livesUntil, to, ends, width, chosen, onChoose }: Props) {
  const from = steps[0]!.at;
  const padded = (to - from) * 0.03;
  const x = timeScale(from - padded, to + padded, width);
  const places = steps.map(step => x(step.at));
  return (
    <g class="life">
      <line x1={BandsLeft} x2={width - 8} y1={Line} y2={Line} class="rail" />
      <line x1={x(from)} x2={x(livesUntil)} y1={Line} y2={Line} class="living" />
      {ends !== null && (
        <g class="ends">
          <line x1={x(ends.at)} x2={x(ends.at)} y1={Line - 26} y2={Line + 14} />
          <text x={Math.min(x(ends.at), width - 60)} y={Line - 32} text-anchor="middle" class="tick">
            {ends.label}
          </text>
        </g>
      )}
      {steps.map((step, index) => (
        <g key={step.key} class={index === chosen ? `life-step ${step.kind} chosen` : `life-step ${step.kind}`} onClick={() => onChoose(index)}>
          <title>{step.title}</title>
          <path d={Shapes[step.shape]} transform={`translate(${places[index]!} ${Line})`} />
          {isLabelled(places, index) && (
            <text x={Math.min(Math.max(places[index]!, BandsLeft + 20), width - 45)} y={index % 2 === 0 ? Line - 14 : Line + 24} text-anchor="middle">
              {step.label}
            </text>
          )}
        </g>
      ))}
      <TimeAxis from={from - padded} to={to + padded} scale={x} y={LifeHeight - 20} width={width} />
    </g>
  );
}

/** Labels alternate above and below; one that would lie on the one before on its side is left to the cursor. */
function isLabelled(places: readonly number[], index: number): boolean {
  return index < 2 || places[index]! - places[index - 2]! > 80;
}
