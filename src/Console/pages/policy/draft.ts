import type { PolicyAnswer, PolicyRuleBody } from "../../api/types.js";
import { quantity } from "../../text/format.js";
import { t } from "../../text/text.js";

export const Amounts = ["tolerance", "correctUpTo", "correctUpToValue", "secondPersonAbove"] as const;
export type Amount = (typeof Amounts)[number];

/** A rule of the policy as typed; an empty system or location means all, an empty amount none. */
export interface RuleDraft extends Readonly<Record<Amount, string>> {
  readonly system: string;
  readonly location: string;
}

export interface PolicyDraft {
  /** ISO 8601. */
  readonly grace: string;
  readonly rules: readonly RuleDraft[];
}

export const NewRule: RuleDraft = { system: "", location: "", tolerance: "", correctUpTo: "", correctUpToValue: "", secondPersonAbove: "" };

export function draftOf(policy: PolicyAnswer): PolicyDraft {
  const text = (value: number | null) => (value === null ? "" : String(value));
  return {
    grace: policy.grace,
    rules: policy.rules.map(rule => ({
      system: rule.system ?? "",
      location: rule.location ?? "",
      tolerance: text(rule.tolerance || null),
      correctUpTo: text(rule.correctUpTo || null),
      correctUpToValue: text(rule.correctUpToValue),
      secondPersonAbove: text(rule.secondPersonAbove),
    })),
  };
}

export function bodyOf(draft: PolicyDraft): { grace: string; rules: PolicyRuleBody[] } {
  const number = (text: string) => (text === "" ? null : Number(text));
  return {
    grace: draft.grace,
    rules: draft.rules.map(rule => ({
      system: rule.system || null,
      location: rule.location || null,
      tolerance: number(rule.tolerance),
      correctUpTo: number(rule.correctUpTo),
      correctUpToValue: number(rule.correctUpToValue),
      secondPersonAbove: number(rule.secondPersonAbove),
    })),
  };
}

/** The drifts that a rule is for. */
export function scopeOf(rule: { readonly system: string; readonly location: string }): string {
  return t("policy.scope", { system: rule.system || t("policy.every-system"), location: rule.location || t("policy.every-location") });
}

/** What a rule does, in words. */
export function sentenceOf(rule: RuleDraft): string {
  const units = (text: string) => quantity(Number(text));
  return [
    rule.tolerance ? t("policy.ignores", { units: units(rule.tolerance) }) : null,
    rule.correctUpTo
      ? t(rule.correctUpToValue ? "policy.corrects.value" : "policy.corrects", { units: units(rule.correctUpTo), value: units(rule.correctUpToValue || "0") })
      : t("policy.corrects.none"),
    rule.secondPersonAbove ? t("policy.two-people", { units: units(rule.secondPersonAbove) }) : null,
  ]
    .filter(part => part !== null)
    .join(" ");
}

/** The policy as named values, each rule as one: what two people changed is taken rule by rule. */
export type PolicyValues = Readonly<Record<string, string | undefined>>;

export function valuesOf(draft: PolicyDraft): PolicyValues {
  return { grace: draft.grace, ...Object.fromEntries(draft.rules.map(rule => [JSON.stringify([rule.system, rule.location]), JSON.stringify(rule)])) };
}

export function ofValues({ grace, ...rules }: PolicyValues): PolicyDraft {
  return {
    grace: grace ?? "PT0S",
    rules: Object.values(rules)
      .filter(rule => rule !== undefined)
      .map(rule => JSON.parse(rule) as RuleDraft),
  };
}

export function nameOf(field: string): string {
  if (field === "grace") {
    return t("policy.grace");
  }

  const [system, location] = JSON.parse(field) as [string, string];
  return scopeOf({ system, location });
}

export function textOf(values: PolicyValues, field: string): string {
  const value = values[field];
  return value === undefined
    ? ""
    : field === "grace"
      ? t("policy.minutes", { minutes: quantity(minutesOf(value)) })
      : sentenceOf(JSON.parse(value) as RuleDraft);
}

/** The minutes of an ISO 8601 duration of at most days. */
export function minutesOf(duration: string): number {
  const [, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration) ?? [];
  return Number(days ?? 0) * 1_440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0) + Number(seconds ?? 0) / 60;
}
