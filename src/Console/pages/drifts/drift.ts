import type { DriftAnswer } from "../../api/types.js";

export const Causes = [
  "missing-movement",
  "duplicate-movement",
  "mis-timed-movement",
  "wrong-quantity",
  "wrong-location",
  "lost-release",
  "unexplained",
] as const;

export const States = ["open", "approved", "dismissed", "policy", "reverted", "tolerated"] as const;
export type State = (typeof States)[number];

/** What names a drift in an address: its run and its number there. */
export function nameOf(drift: { readonly run: string; readonly n: number }): string {
  return `${drift.run}/${drift.n}`;
}

export function parseName(name: string | null): { run: string; n: number } | null {
  const [run, n] = name?.split("/") ?? [];
  return run && Number(n) > 0 ? { run, n: Number(n) } : null;
}

/** The state that the list of drifts gives it. */
export function stateOf(drift: DriftAnswer): State {
  return drift.reverted !== null
    ? "reverted"
    : drift.settled !== null
      ? (drift.settled.decision as State)
      : drift.action === "needs-approval"
        ? "open"
        : "tolerated";
}

/** The query that shows the position of two days before and after an instant. */
export function around(takenAt: string): { from: string; to: string; at: string } {
  const [taken, hours48] = [Date.parse(takenAt), 48 * 3_600_000];
  return { from: new Date(taken - hours48).toISOString(), to: new Date(Math.min(taken + hours48, Date.now())).toISOString(), at: takenAt };
}
