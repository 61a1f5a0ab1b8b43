import type { RuleAnswer } from "../../api/types.js";
import type { Span } from "../../plots/spans.js";
import { time } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { draftOf } from "./draft.js";
import { sentence } from "./sentence.js";

/** When a version is in force; one that another has replaced ends where that begins. */
export function spanOf(rule: RuleAnswer, until: number | null, now: number): Span {
  const from = Date.parse(rule.effectiveFrom);
  const own = rule.effectiveTo === null ? null : Date.parse(rule.effectiveTo);
  const to = own === null ? until : until === null ? own : Math.min(own, until);
  const kind = from > now ? "ahead" : to !== null && to <= now ? "past" : "now";
  const end = to === null ? t("rule.for-ever") : time(to);
  return {
    key: `${rule.id}@${rule.version}`,
    from,
    to,
    kind,
    title: `${rule.id} v${rule.version} · ${named("rule.kind", rule.kind)} · ${time(from)} – ${end} · ${sentence(draftOf(rule))}`,
  };
}

/** Every version of one rule with the time in which it is in force; one that was never has none. */
export function spansOf(versions: readonly RuleAnswer[], now: number): Span[] {
  return versions.flatMap((version, index) => {
    const from = Date.parse(version.effectiveFrom);
    const later = versions.slice(index + 1).map(next => Math.max(Date.parse(next.effectiveFrom), from));
    const span = spanOf(version, later.length === 0 ? null : Math.min(...later), now);
    return span.to !== null && span.to <= span.from ? [] : [span];
  });
}
