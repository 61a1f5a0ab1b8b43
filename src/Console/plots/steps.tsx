import { stepArea, stepPath, type Scale } from "./scale.js";

/** A quantity from an instant on, until the next. */
export interface Step {
  readonly at: number;
  readonly quantity: number;
}

export interface StepLine {
  readonly key: string;
  readonly label: string;
  readonly steps: readonly Step[];
}

/** How lines are told apart, by dashes besides colour: in this order. */
export const StepKinds = ["solid", "dashed", "dotted"] as const;

/** Lines of steps over one time; a step from before it holds when it begins. */
export function StepLines({ lines, from, to, x, y }: { lines: readonly StepLine[]; from: number; to: number; x: Scale; y: Scale }) {
  return (
    <g class="steps">
      {lines.map((line, index) => (
        <path
          key={line.key}
          class={`line ${StepKinds[index % StepKinds.length]}`}
          d={stepPath(
            within(line.steps, from, to).map(step => [x(step.at), y(step.quantity)] as const),
            x(to),
          )}
        >
          <title>{line.label}</title>
        </path>
      ))}
    </g>
  );
}

/** Where one line is above another. */
export function Excess({ of, above, from, to, x, y }: { of: readonly Step[]; above: readonly Step[]; from: number; to: number; x: Scale; y: Scale }) {
  const [upper, lower] = [within(of, from, to), within(above, from, to)];
  const begin = Math.max(upper[0]?.at ?? to, lower[0]?.at ?? to);
  const times = [...new Set([...upper, ...lower].map(step => step.at))].filter(at => at >= begin).sort((one, two) => one - two);
  const points = times.map(at => {
    const low = valueAt(lower, at)!;
    return { x: x(at), low: y(low), high: y(Math.max(low, valueAt(upper, at)!)) };
  });
  return <path class="gap" d={stepArea(points, x(to))} />;
}

/** The value that holds at an instant; null before the first. */
export function valueAt(steps: readonly Step[], at: number): number | null {
  return steps.findLast(step => step.at <= at)?.quantity ?? null;
}

/** The steps of a time, with the one that holds when it begins. */
export function within(steps: readonly Step[], from: number, to: number): Step[] {
  const before = steps.findLast(step => step.at <= from);
  return [...(before ? [{ at: from, quantity: before.quantity }] : []), ...steps.filter(step => step.at > from && step.at <= to)];
}
