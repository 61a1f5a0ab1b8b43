import { settings } from "../shell/settings.js";
import { locale } from "./text.js";

/** Quantities have up to four decimals; a sum is made of whole ten-thousandths, so that it is exact. */
const Scale = 10_000;

export function sum(quantities: Iterable<number>): number {
  let whole = 0;
  for (const quantity of quantities) {
    whole += Math.round(quantity * Scale);
  }

  return whole / Scale;
}

export function quantity(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : new Intl.NumberFormat(locale(), { maximumFractionDigits: 4 }).format(value).replace("-", "−");
}

/** With its sign, for differences. */
export function signed(value: number | null | undefined): string {
  return value === null || value === undefined
    ? ""
    : new Intl.NumberFormat(locale(), { maximumFractionDigits: 4, signDisplay: "exceptZero" }).format(value).replace("-", "−");
}

export function percent(share: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** The zone in which times are shown. */
export function zone(place?: string | null): string {
  const chosen = settings().zone;
  return chosen === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : chosen === "place" ? (place ?? "UTC") : chosen;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${zone()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale(), { timeZone: zone(), ...options });
    formats.set(key, format);
  }

  return format;
}

/** A time with its offset, which is always visible. */
export function time(instant: string | number | Date | null | undefined): string {
  return instant === null || instant === undefined || instant === ""
    ? ""
    : formatOf({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "shortOffset" }).format(
        new Date(instant),
      );
}

/** A time of which the day is clear. */
export function clock(instant: string | number | Date): string {
  return formatOf({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(instant));
}

export function day(instant: string | number | Date): string {
  return formatOf({ day: "numeric", month: "short" }).format(new Date(instant));
}

/** A day without a time, as `2026-12-04`. */
export function date(text: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(
    new Date(`${text}T00:00:00Z`),
  );
}

/** How long something takes, in the largest unit that says it. */
export function duration(milliseconds: number): string {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
    ["millisecond", 1],
  ] as const;
  const size = Math.abs(milliseconds);
  const [unit, length] = units.find(([, each]) => size >= each) ?? units[4];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: size >= 10 * length ? 0 : 1 }).format(
    milliseconds / length,
  );
}

/** How much a store takes, in the largest unit that says it. */
export function bytes(count: number): string {
  const units = [
    ["gigabyte", 1e9],
    ["megabyte", 1e6],
    ["kilobyte", 1e3],
    ["byte", 1],
  ] as const;
  const [unit, size] = units.find(([, each]) => count >= each) ?? units[3];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: count >= 10 * size ? 0 : 1 }).format(count / size);
}

/** The value of a field for a time (without zone) as an instant, and back; by the zone in which times are shown. */
export function toField(instant: string | null): string {
  if (instant === null || Number.isNaN(Date.parse(instant))) {
    return "";
  }

  const at = new Date(instant);
  return new Date(at.getTime() + offset(at)).toISOString().slice(0, 19);
}

export function fromField(text: string): string | null {
  const local = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  if (Number.isNaN(local)) {
    return null;
  }

  // The offset at the time that is meant may differ from the one at the first guess.
  const guess = new Date(local - offset(new Date(local)));
  return new Date(local - offset(guess)).toISOString().replace(".000Z", "Z");
}

/** How far the shown zone is ahead of UTC at an instant, in milliseconds. */
function offset(at: Date): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone(),
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(found => found.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - Math.floor(at.getTime() / 1000) * 1000;
}
