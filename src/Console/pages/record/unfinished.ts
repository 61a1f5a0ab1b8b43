import type { Draft, Kind } from "./movement.js";

function place(name: string, kind: Kind): string {
  return `retailsync.unfinished.${name}.${kind}`;
}

/** The line of a kind that a person has begun in this tab: a phone drops pages that it does not show, and reads them anew. */
export function unfinished(name: string, kind: Kind): Partial<Draft> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(place(name, kind)) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Partial<Draft>) : {};
  } catch {
    return {}; // storage is switched off, or holds something else
  }
}

/** Keeps it until it is recorded. */
export function keepUnfinished(name: string, draft: Draft): void {
  try {
    sessionStorage.setItem(place(name, draft.kind), JSON.stringify(draft));
  } catch {
    // Without storage it stays as long as the page.
  }
}
