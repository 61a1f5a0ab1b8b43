import { quantity, time } from "../../text/format.js";
import { listed, t } from "../../text/text.js";
import { levelsOf, type Draft } from "./draft.js";

/** What a rule does, in a sentence or two; a field that narrows and is empty means all. */
export function sentence(draft: Draft): string {
  const units = (text: string | undefined) => quantity(text ? Number(text) : 0);
  const values = {
    channel: draft.channel || t("rule.say.any-channel"),
    channels: draft.channel || t("rule.say.any-channels"),
    sku: draft.sku || t("rule.say.any-sku"),
    ofSku: draft.sku || t("rule.say.of-any-sku"),
    where: where(draft),
    amount: draft.mode === "percent" ? t("rule.say.percent", { percent: units(draft.percent) }) : units(draft.quantity),
  };
  switch (draft.kind) {
    case "safety-stock":
      return t(draft.level === "network" ? "rule.say.safety-stock.network" : "rule.say.safety-stock", values);
    case "eligibility":
      return t(draft.allowed === "true" ? "rule.say.eligibility" : "rule.say.eligibility.not", values);
    case "buffer":
      return t("rule.say.buffer", values);
    case "allocation":
      return [
        t(draft.mode === "percent" ? "rule.say.allocation.percent" : "rule.say.allocation", values),
        ...(draft.borrow === "true" ? [t("rule.say.borrow", values)] : []),
        ...(draft.priority ? [t("rule.say.priority", { priority: units(draft.priority) })] : []),
        ...(draft.releaseAt ? [t("rule.say.release", { time: time(draft.releaseAt) })] : []),
      ].join(" ");
    case "publish":
      return t("rule.say.publish", { ...values, how: listed(published(draft, units)) });
    case "backorder":
      return t("rule.say.backorder", { ...values, limit: units(draft.limit) });
    case "supply":
      return [
        t("rule.say.supply", {
          supply: t(draft.supplyKind === "transfer" ? "rule.say.transfers" : draft.supplyKind ? "rule.say.purchase-orders" : "rule.say.any-supply"),
          percent: quantity(Math.round(Number(draft.confidence ?? "1") * 1_000_000) / 10_000),
        }),
        ...(draft.horizonDays ? [t("rule.say.horizon", { days: units(draft.horizonDays) })] : []),
      ].join(" ");
  }
}

function where(draft: Draft): string {
  return draft.location
    ? t("rule.say.at", { location: draft.location })
    : draft.locationGroup
      ? t("rule.say.at-group", { group: draft.locationGroup })
      : t("rule.say.everywhere");
}

function published(draft: Draft, units: (text: string | undefined) => string): string[] {
  const levels = levelsOf(draft).map(level => (level.upTo == null ? level.name : t("rule.say.level", { name: level.name, upTo: quantity(level.upTo) })));
  return [
    ...(draft.buffer ? [t("rule.say.less", { quantity: units(draft.buffer) })] : []),
    ...(draft.cap ? [t("rule.say.cap", { quantity: units(draft.cap) })] : []),
    ...(draft.threshold ? [t("rule.say.threshold", { quantity: units(draft.threshold) })] : []),
    ...(levels.length > 0 ? [t("rule.say.levels", { levels: levels.join(", ") })] : []),
  ];
}
