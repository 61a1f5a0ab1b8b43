import type { Operations, PublishLevel, RuleTerms } from "../../api/types.js";
import { quantity, time } from "../../text/format.js";
import { named, t } from "../../text/text.js";

export const Kinds = ["safety-stock", "eligibility", "buffer", "allocation", "publish", "backorder", "supply"] as const;
export type Kind = (typeof Kinds)[number];

const Fields = [
  "channel",
  "sku",
  "location",
  "locationGroup",
  "level",
  "allowed",
  "mode",
  "quantity",
  "percent",
  "borrow",
  "priority",
  "releaseAt",
  "buffer",
  "cap",
  "threshold",
  "levels",
  "limit",
  "supplyKind",
  "confidence",
  "horizonDays",
  "effectiveFrom",
  "effectiveTo",
] as const;
export type Field = (typeof Fields)[number];

/** A rule as it is typed: each field as text, one that is left out is empty. Levels are JSON. It goes into an address as it is. */
export type Draft = Readonly<{ kind: Kind } & Partial<Record<Field, string>>>;

const Own: Readonly<Record<Kind, readonly Field[]>> = {
  "safety-stock": ["sku", "location", "locationGroup", "mode", "quantity", "percent", "level"],
  "eligibility": ["channel", "sku", "location", "locationGroup", "allowed"],
  "buffer": ["channel", "sku", "location", "locationGroup", "quantity"],
  "allocation": ["channel", "sku", "mode", "quantity", "percent", "borrow", "priority", "releaseAt"],
  "publish": ["channel", "sku", "buffer", "cap", "threshold", "levels"],
  "backorder": ["channel", "sku", "limit"],
  "supply": ["supplyKind", "confidence", "horizonDays"],
};

const Numbers: readonly Field[] = ["quantity", "percent", "priority", "buffer", "cap", "threshold", "limit", "confidence", "horizonDays"];
const Switches: readonly Field[] = ["allowed", "borrow"];

/** Every field of a kind. */
export function allFieldsOf(kind: Kind): readonly Field[] {
  return [...Own[kind], "effectiveFrom", "effectiveTo"];
}

/** The fields that a draft has a use for, in the order of the form. An amount is one of units or of percent. */
export function fieldsOf(draft: Draft): readonly Field[] {
  const other = draft.mode === "percent" ? "quantity" : "percent";
  const withModes = draft.kind === "safety-stock" || draft.kind === "allocation";
  return allFieldsOf(draft.kind).filter(field => !withModes || field !== other);
}

export function emptyDraft(kind: Kind): Draft {
  switch (kind) {
    case "safety-stock":
      return { kind, mode: "fixed", level: "location" };
    case "eligibility":
      return { kind, allowed: "false" };
    case "allocation":
      return { kind, mode: "fixed", borrow: "false" };
    case "supply":
      return { kind, confidence: "1" };
    default:
      return { kind };
  }
}

type Dated = RuleTerms & { readonly effectiveFrom?: string | null; readonly effectiveTo?: string | null; readonly state?: string };

/** A rule that is in force has begun, by the host's clock, which may be ahead of the browser's. */
function nowFor(rule: Dated): number {
  return rule.state === "in-force" && rule.effectiveFrom ? Math.max(Date.now(), Date.parse(rule.effectiveFrom)) : Date.now();
}

/** The fields of a rule, from now on; what is dated ahead keeps its date. */
export function draftOf(rule: Dated, now = nowFor(rule)): Draft {
  const kind = rule.kind as Kind;
  const draft: Record<string, string> = {};
  for (const field of Own[kind] ?? []) {
    const value = field === "levels" ? null : rule[field];
    if (value !== null && value !== undefined && !(field === "priority" && value === 0)) {
      draft[field] = String(value);
    }
  }

  if (rule.levels?.length) {
    draft["levels"] = JSON.stringify(rule.levels);
  }

  if (kind === "safety-stock") {
    draft["mode"] = rule.percent == null ? "fixed" : "percent";
  }

  for (const field of ["effectiveFrom", "effectiveTo"] as const) {
    if (rule[field] && Date.parse(rule[field]) > now) {
      draft[field] = rule[field];
    }
  }

  return { ...draft, kind };
}

export function levelsOf(draft: Draft): readonly PublishLevel[] {
  try {
    const levels: unknown = JSON.parse(draft.levels ?? "[]");
    return Array.isArray(levels) ? (levels as PublishLevel[]) : [];
  } catch {
    return []; // an address may say anything
  }
}

export type RuleBody = Operations["PUT /v1/rules/{id}"]["body"];

/** What is sent of a draft: its own fields, each as the API takes it. */
export function bodyOf(draft: Draft): RuleBody {
  const body: Record<string, unknown> = { kind: draft.kind };
  for (const field of fieldsOf(draft)) {
    const text = draft[field];
    if (field === "levels") {
      const levels = levelsOf(draft);
      if (levels.length > 0) {
        body["levels"] = levels;
      }
    } else if (text && !(field === "mode" && draft.kind === "safety-stock")) {
      body[field] = Numbers.includes(field) ? Number(text) : Switches.includes(field) ? text === "true" : text;
    }
  }

  return body as RuleBody;
}

/** Whether nothing is missing without which no such rule is one. */
export function isComplete(draft: Draft): boolean {
  const given = (...fields: Field[]) => fields.some(field => draft[field]);
  switch (draft.kind) {
    case "safety-stock":
      return given(draft.mode === "percent" ? "percent" : "quantity");
    case "allocation":
      return given("channel") && given(draft.mode === "percent" ? "percent" : "quantity");
    case "eligibility":
      return given("allowed");
    case "buffer":
      return given("quantity");
    case "publish":
      return given("buffer", "cap", "threshold") || levelsOf(draft).length > 0;
    case "backorder":
      return given("limit");
    case "supply":
      return given("confidence", "horizonDays");
  }
}

/** The fields in which two drafts differ. */
export function differing(before: Draft, after: Draft): readonly Field[] {
  return Fields.filter(field => (before[field] ?? "") !== (after[field] ?? ""));
}

/** A field as people read it. */
export function fieldText(draft: Draft, field: Field): string {
  const text = draft[field] ?? "";
  switch (field) {
    case "levels":
      return levelsOf(draft)
        .map(level => (level.upTo == null ? level.name : `${level.name} ≤ ${quantity(level.upTo)}`))
        .join(", ");
    case "effectiveFrom":
      return text === "" ? t("filter.now") : time(text);
    case "effectiveTo":
      return text === "" ? t("rule.for-ever") : time(text);
    case "releaseAt":
      return time(text);
    case "channel":
    case "sku":
    case "location":
    case "locationGroup":
    case "supplyKind":
      return text === "" ? t("rule.all") : named("supply", text);
    case "allowed":
    case "borrow":
      return text === "" ? "" : t(text === "true" ? "rule.yes" : "rule.no");
    case "level":
    case "mode":
      return text === "" ? "" : named(`rule.${field}`, text);
    default:
      return text === "" ? "" : quantity(Number(text));
  }
}

export function fieldName(field: Field): string {
  return named("rule.field", field);
}
