import type { FoundDrift } from "../../api/types.js";
import { sum } from "../../text/format.js";
import type { RuleDraft } from "./draft.js";

/** What a policy does about a drift. A rule with a limit in money is no answer here: what a unit is worth is known to the comparison only. */
export const Decisions = ["ignored", "corrected", "person", "two-people", "value"] as const;
export type Decision = (typeof Decisions)[number];

/** What rules would do about a drift; the most specific counts: location and system, location, system, all. */
export function decide(drift: Pick<FoundDrift, "system" | "location" | "difference" | "attribution">, rules: readonly RuleDraft[]): Decision {
  const rule = rules
    .filter(each => (each.system === "" || each.system === drift.system) && (each.location === "" || each.location === drift.location))
    .toSorted((one, other) => specific(other) - specific(one))[0];
  if (rule === undefined) {
    return "person";
  }

  // What settles itself needs no correction.
  const size = Math.abs(sum([drift.difference, ...drift.attribution.filter(part => part.settlesItself).map(part => -part.quantity)]));
  const two = rule.secondPersonAbove === "" ? Infinity : Number(rule.secondPersonAbove);
  return size <= Number(rule.tolerance)
    ? "ignored"
    : size > two
      ? "two-people"
      : size > Number(rule.correctUpTo)
        ? "person"
        : rule.correctUpToValue === ""
          ? "corrected"
          : "value";
}

function specific(rule: RuleDraft): number {
  return (rule.location === "" ? 0 : 2) + (rule.system === "" ? 0 : 1);
}

/** How many drifts there are of each decision. */
export function count(drifts: readonly FoundDrift[], rules: readonly RuleDraft[]): ReadonlyMap<Decision, number> {
  const decided = drifts.map(drift => decide(drift, rules));
  return new Map(Decisions.map(decision => [decision, decided.filter(each => each === decision).length]));
}
