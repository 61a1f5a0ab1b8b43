import { useEffect, useState } from "preact/hooks";
import { asRefused } from "../api/use.js";
import type { Refused } from "../api/client.js";
import { t } from "../text/text.js";
import { ErrorBox } from "./states.js";

interface Done {
  readonly text: string;
  readonly undo: (() => Promise<unknown>) | null;
}

/** Milliseconds for which what was done can be undone from the bar. */
const Shown = 30_000;

const said = new EventTarget();

/** Shows that something was done, and how to undo it; null where it cannot be. */
export function sayDone(text: string, undo: (() => Promise<unknown>) | null = null): void {
  said.dispatchEvent(new CustomEvent<Done>("done", { detail: { text, undo } }));
}

export function UndoBar() {
  const [done, setDone] = useState<Done | null>(null);
  const [error, setError] = useState<Refused | null>(null);

  useEffect(() => {
    const show = (event: Event) => {
      setError(null);
      setDone((event as CustomEvent<Done>).detail);
    };
    said.addEventListener("done", show);
    return () => said.removeEventListener("done", show);
  }, []);

  useEffect(() => {
    if (done === null) {
      return;
    }

    const timer = setTimeout(() => setDone(null), Shown);
    return () => clearTimeout(timer);
  }, [done]);

  const undo = () =>
    done?.undo?.().then(
      () => setDone(null),
      failure => setError(asRefused(failure)),
    );
  return (
    <div class={done ? "done" : "unseen"} role="status">
      {done && (
        <>
          <span>{done.text}</span>
          {done.undo && (
            <button type="button" onClick={undo}>
              {t("undo")}
            </button>
          )}
          <button type="button" class="plain" aria-label={t("sheet.close")} onClick={() => setDone(null)}>
            ×
          </button>
        </>
      )}
      {error && <ErrorBox error={error} />}
    </div>
  );
}
