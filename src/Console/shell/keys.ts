import { useLayoutEffect, useRef } from "preact/hooks";
import { Pages } from "./pages.js";
import { go } from "./router.js";
import { has, useMe } from "./session.js";
import { settings } from "./settings.js";

/** Whether a key is meant for a field instead of the page. */
function isTyped(event: KeyboardEvent): boolean {
  return (
    event.target instanceof HTMLElement &&
    (event.target.isContentEditable ||
      event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select") ||
      event.target.closest("dialog") !== null)
  );
}

/** The shortcuts of every page: search, help, and `g` with the key of a page. */
export function useShortcuts(onHelp: () => void): void {
  const me = useMe();
  // Kept while the page is drawn anew between the two keys; how long somebody takes for the second is theirs (WCAG 2.2.1).
  const isGoing = useRef(false);
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const search = document.querySelector<HTMLInputElement>("#search");
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        search?.focus();
        return;
      }

      if (!settings().keys || isTyped(event) || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }

      if (isGoing.current) {
        isGoing.current = false;
        const page = Pages.find(route => route.page.key === event.key && has(me, route.page.roles));
        if (page !== undefined) {
          event.preventDefault();
          go(page.pattern);
        }
      } else if (event.key === "/") {
        event.preventDefault();
        search?.focus();
      } else if (event.key === "?") {
        event.preventDefault();
        onHelp();
      } else if (event.key === "g") {
        isGoing.current = true;
      }
    };
    const forget = () => (isGoing.current = false);
    document.addEventListener("keydown", press);
    document.addEventListener("pointerdown", forget);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("pointerdown", forget);
    };
  }, [me, onHelp]);
}

/** A key of one page, such as `t`; not while typing, and not where single keys are switched off. */
export function useKey(key: string, act: () => void): void {
  // In place before the next key can be pressed: after the page is painted would be too late for somebody who presses it twice.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === key && settings().keys && !isTyped(event) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        act();
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [key, act]);
}
