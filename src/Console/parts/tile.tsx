import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  readonly title: string;
  /** Where what it counts is listed, with its filter. */
  readonly href: string;
  /** What is seen first; nothing while it is not known. */
  readonly number?: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly tone?: "good" | "warn" | "bad";
  readonly isWide?: boolean;
  readonly children?: ComponentChildren;
}

/** A number that leads to what it counts. */
export function Tile({ title, href, number, note, tone, isWide = false, children }: Props) {
  const id = useId();
  return (
    <section class={["tile", tone, isWide ? "wide-tile" : ""].filter(part => part).join(" ")} aria-labelledby={id}>
      <h2 id={id}>
        <a href={href}>{title}</a>
      </h2>
      {number !== undefined && <p class="big">{number}</p>}
      {note !== undefined && <p class="hint">{note}</p>}
      {children}
    </section>
  );
}
