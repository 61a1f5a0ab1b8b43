import { call } from "../../api/client.js";

/** What is decided about a drift. */
export type Decision = "approve" | "dismiss";

/** What takes a decision back: a correction by the opposite event, a dismissal by opening it again. */
export type Undoing = "revert" | "reopen";

export interface DriftName {
  readonly run: string;
  readonly n: number;
}

export function settle(drift: DriftName, verb: Decision | Undoing, reason: string) {
  const question = { path: { id: drift.run, n: String(drift.n) }, body: { reason } };
  switch (verb) {
    case "approve":
      return call("POST /v1/reconciliations/{id}/drifts/{n}/approve", question);
    case "dismiss":
      return call("POST /v1/reconciliations/{id}/drifts/{n}/dismiss", question);
    case "revert":
      return call("POST /v1/reconciliations/{id}/drifts/{n}/revert", question);
    case "reopen":
      return call("POST /v1/reconciliations/{id}/drifts/{n}/reopen", question);
  }
}

export function undoDrift(drift: DriftName, decision: Decision, reason: string) {
  return settle(drift, decision === "approve" ? "revert" : "reopen", reason);
}
