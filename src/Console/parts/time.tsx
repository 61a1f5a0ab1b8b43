import { time } from "../text/format.js";

/** A time as people read it; the exact instant is what is copied from its title. */
export function Time({ at }: { at: string | null | undefined }) {
  return at ? (
    <time dateTime={at} title={at}>
      {time(at)}
    </time>
  ) : null;
}
