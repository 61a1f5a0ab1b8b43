import { zone } from "../text/format.js";

/** Maps a value to a place on the screen. */
export type Scale = (value: number) => number;

export function linear([from, to]: readonly [number, number], [low, high]: readonly [number, number]): Scale {
  const span = to - from || 1;
  return value => low + ((value - from) / span) * (high - low);
}

/** Maps instants so that each gap between neighbours has at least a share of the room: seconds stay visible beside days, and their order is kept. */
export function spread(instants: readonly number[], [low, high]: readonly [number, number], least: number): Scale {
  const at = [...new Set(instants)].sort((one, two) => one - two);
  const gaps = at.slice(1).map((instant, index) => instant - at[index]!);
  const all = gaps.reduce((sum, gap) => sum + gap, 0) || 1;
  const floor = Math.min(least, 1 / Math.max(gaps.length, 1));
  const places = [low];
  for (const gap of gaps) {
    places.push(places.at(-1)! + (floor + (gap / all) * (1 - floor * gaps.length)) * (high - low));
  }

  return value => {
    const next = at.findIndex(instant => instant >= value);
    return next === -1 ? high : next === 0 ? low : linear([at[next - 1]!, at[next]!], [places[next - 1]!, places[next]!])(value);
  };
}

/** Round numbers from at most `from` to at least `to`, some `count` of them. */
export function niceTicks(from: number, to: number, count: number): number[] {
  const span = to - from || 1;
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(candidate => candidate >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let index = Math.floor(from / step); index <= Math.ceil(to / step); index++) {
    ticks.push(Number((index * step).toPrecision(12)));
  }

  return ticks;
}

const Minute = 60_000,
  Hour = 60 * Minute,
  Day = 24 * Hour;
const Steps = [
  Minute,
  5 * Minute,
  15 * Minute,
  30 * Minute,
  Hour,
  3 * Hour,
  6 * Hour,
  12 * Hour,
  Day,
  2 * Day,
  7 * Day,
  14 * Day,
  28 * Day,
  91 * Day,
  182 * Day,
  365 * Day,
];

/** Round times of the shown zone between two instants, at most `count` of them; whether they are days. */
export function timeTicks(from: number, to: number, count: number): { readonly at: readonly number[]; readonly areDays: boolean } {
  const step = Steps.find(candidate => (to - from) / candidate <= count) ?? Steps.at(-1)!;
  const ahead = offsetAt(from);
  const at: number[] = [];
  for (let local = Math.ceil((from + ahead) / step) * step; local - ahead <= to; local += step) {
    const instant = local - ahead;
    at.push(instant + ahead - offsetAt(instant)); // the clocks may change between
  }

  return { at: at.filter(instant => instant >= from && instant <= to), areDays: step >= Day };
}

function offsetAt(instant: number): number {
  const name =
    new Intl.DateTimeFormat("en-US", { timeZone: zone(), timeZoneName: "longOffset" }).formatToParts(instant).find(part => part.type === "timeZoneName")
      ?.value ?? "";
  const found = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  return found === null ? 0 : (found[1] === "-" ? -1 : 1) * (Number(found[2]) * Hour + Number(found[3]) * Minute);
}

/** A line of steps: each value holds until the next. */
export function stepPath(points: readonly (readonly [number, number])[], end: number): string {
  let path = "";
  for (const [index, [x, y]] of points.entries()) {
    path += index === 0 ? `M${x} ${y}` : `H${x}V${y}`;
  }

  return points.length === 0 ? "" : `${path}H${end}`;
}

/** The area between two lines of steps over the same places. */
export function stepArea(points: readonly { readonly x: number; readonly low: number; readonly high: number }[], end: number): string {
  if (points.length === 0) {
    return "";
  }

  const top = stepPath(
    points.map(point => [point.x, point.high] as const),
    end,
  );
  let back = `V${points.at(-1)!.low}`;
  for (let index = points.length - 1; index >= 0; index--) {
    back += `H${points[index]!.x}`;
    if (index > 0) {
      back += `V${points[index - 1]!.low}`;
    }
  }

  return `${top}${back}Z`;
}
