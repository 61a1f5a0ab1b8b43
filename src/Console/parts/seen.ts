import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows are drawn only where they are seen from this many on, and this many more above and below. */
const Few = 150,
  Around = 30,
  /** The window moves by this many, so that scrolling draws seldom. */
  Step = 10;

export interface Seen {
  readonly from: number;
  readonly to: number;
  /** Pixels of the rows above and below that are not drawn. */
  readonly above: number;
  readonly below: number;
}

/** Which rows of a long table are in sight; the others only keep their room. */
export function useSeen(body: RefObject<HTMLTableSectionElement | null>, count: number): Seen {
  const [range, setRange] = useState({ from: 0, to: Few });
  const height = useRef(40);
  const isLong = count > Few;

  useLayoutEffect(() => {
    const drawn = [...(body.current?.rows ?? [])].filter(row => !row.classList.contains("spacer"));
    const [first, last] = [drawn[0]?.getBoundingClientRect(), drawn.at(-1)?.getBoundingClientRect()];
    if (isLong && first && last && last.bottom > first.top) {
      height.current = (last.bottom - first.top) / drawn.length;
    }
  });

  useEffect(() => {
    if (!isLong) {
      return;
    }

    const look = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const from = floor(Math.max(0, -top / height.current - Around));
      const to = Math.min(count, floor(Math.max(0, (innerHeight - top) / height.current + Around)) + Step);
      setRange(before => (before.from === from && before.to === to ? before : { from, to }));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [isLong, count]);

  if (!isLong) {
    return { from: 0, to: count, above: 0, below: 0 };
  }

  const from = Math.min(range.from, Math.max(0, count - Step));
  const to = Math.max(Math.min(range.to, count), Math.min(from + Step, count));
  return { from, to, above: from * height.current, below: (count - to) * height.current };
}

function floor(row: number): number {
  return Math.floor(row / Step) * Step;
}
