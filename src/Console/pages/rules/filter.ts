import type { RuleAnswer } from "../../api/types.js";

/** The rules that the query narrows to: a part of the id, the beginning of a SKU, a channel, a place or group, a state. A rule for all is about each. */
export function filterRules(rules: readonly RuleAnswer[], query: URLSearchParams): RuleAnswer[] {
  const [q, channel, sku, location, state] = ["q", "channel", "sku", "location", "state"].map(name => query.get(name)?.toLowerCase() ?? "");
  return rules.filter(
    rule =>
      rule.id.toLowerCase().includes(q!) &&
      (!channel || !rule.channel || rule.channel.toLowerCase() === channel) &&
      (!sku || !rule.sku || rule.sku.toLowerCase().startsWith(sku)) &&
      (!location || (!rule.location && !rule.locationGroup) || [rule.location, rule.locationGroup].some(place => place?.toLowerCase() === location)) &&
      (!state || rule.state === state),
  );
}

const Keys: Readonly<Record<string, (rule: RuleAnswer) => string | number>> = {
  id: rule => rule.id,
  kind: rule => rule.kind,
  state: rule => rule.state,
  from: rule => Date.parse(rule.effectiveFrom),
  to: rule => (rule.effectiveTo === null ? Number.POSITIVE_INFINITY : Date.parse(rule.effectiveTo)),
  by: rule => rule.by,
};

/** Sorted by a column, falling where its name begins with a minus; otherwise as the server sorts. */
export function sortRules(rules: readonly RuleAnswer[], sort: string): RuleAnswer[] {
  const key = Keys[sort.replace(/^-/, "")];
  if (key === undefined) {
    return [...rules];
  }

  const sign = sort.startsWith("-") ? -1 : 1;
  return rules.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a < b ? -sign : a > b ? sign : 0;
  });
}
