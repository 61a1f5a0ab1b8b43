import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Views } from "./views.js";

/** The heading of a page, which is its title too; beside it what can be done with all of it, and its views. */
export function Title({ text, children }: { text: string; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${text} · RetailSync`;
  }, [text]);
  return (
    <div class="title">
      <h1 tabIndex={-1}>{text}</h1>
      <div class="buttons">
        {children}
        <Views />
      </div>
    </div>
  );
}
