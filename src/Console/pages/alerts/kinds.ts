import type { AlertAnswer } from "../../api/types.js";
import { address } from "../../shell/router.js";
import { positionName } from "../../text/text.js";

export const Severities = ["critical", "high", "medium", "low"] as const;

/** Every kind of alert, worst first. */
export const Kinds: readonly string[] = [
  "checkpoint-differs",
  "history-differs",
  "order-oversold",
  "reserved-above-on-hand",
  "broker-away",
  "channel-behind",
  "channel-not-told",
  "checkpoint-not-pushed",
  "clock-off",
  "message-set-aside",
  "position-below-zero",
  "promise-at-risk",
  "publication-set-aside",
  "reserved-differs",
  "sale-not-held",
  "status-below-zero",
  "work-not-assigned",
  "channel-holds-most",
  "followers-held-back",
  "location-not-mapped",
  "not-collected",
  "repeated-drift",
  "ring-fence-above-stock",
  "sku-not-mapped",
  "vendor-version",
  "rule-matches-nothing",
];

/** The runbook of a kind, in the folder `docs`. */
export function runbookOf(kind: string): string {
  switch (kind) {
    case "checkpoint-differs":
    case "history-differs":
      return "runbooks/auditing.md";
    case "message-set-aside":
    case "publication-set-aside":
      return "runbooks/replaying.md";
    case "work-not-assigned":
      return "runbooks/hosts.md";
    case "repeated-drift":
      return "runbooks/reconciling.md";
    case "vendor-version":
    case "sku-not-mapped":
    case "location-not-mapped":
      return "channels.md";
    default:
      return "operations.md";
  }
}

const Kit = "kit/";

/** The words of the button that leads to where a kind is mended. */
export type Mend = "count" | "position" | "oversell" | "order" | "channel" | "rule" | "reservations" | "drifts" | "verify" | "system" | "promise";

/** Where an alert is mended. */
export function mendOf(alert: AlertAnswer): { readonly mend: Mend; readonly href: string } {
  const { kind, sku, location, channel, rule } = alert;
  switch (kind) {
    case "position-below-zero":
    case "status-below-zero":
      return { mend: "count", href: address("/console/record", {}, { kind: "count", sku, location }) };
    case "order-oversold":
      return { mend: "oversell", href: address("/console/channels/{channel}/oversells/{order}", { channel: channel ?? "", order: orderOf(alert) }) };
    case "promise-at-risk":
      return { mend: "promise", href: sku === null ? "/console/promise" : address("/console/promise/{sku}", { sku }, { channel }) };
    case "ring-fence-above-stock":
    case "rule-matches-nothing":
      // A kit is kept as a rule, and shown where it is promised.
      if (rule?.startsWith(Kit)) {
        return { mend: "promise", href: address("/console/promise/{sku}", { sku: rule.slice(Kit.length) }, { channel }) };
      }

      return { mend: "rule", href: rule === null ? "/console/rules" : address("/console/rules/{rule}", { rule }) };
    case "not-collected":
      return { mend: "order", href: address("/console/channels/{channel}/orders/{order}", { channel: channel ?? "", order: orderOf(alert) }) };
    case "channel-holds-most":
      return { mend: "reservations", href: address("/console/reservations", {}, { channel, sku, location }) };
    case "repeated-drift":
      return { mend: "drifts", href: address("/console/reconciliation", {}, { sku, location }) };
    case "history-differs":
    case "checkpoint-differs":
    case "checkpoint-not-pushed":
      return { mend: "verify", href: "/console/audit/verify" };
    default:
      return sku !== null && location !== null
        ? { mend: "position", href: address("/console/stock/{sku}/{location}", { sku, location }) }
        : channel !== null
          ? { mend: "channel", href: address("/console/channels/{channel}", { channel }) }
          : { mend: "system", href: "/console/system" };
  }
}

/** What an alert is about, and where that is shown. */
export function subjectOf(alert: AlertAnswer): { readonly text: string; readonly href: string | null } {
  const { sku, location, channel, rule } = alert;
  return sku !== null && location !== null
    ? { text: positionName({ sku, location }), href: address("/console/stock/{sku}/{location}", { sku, location }) }
    : alert.kind === "order-oversold" || alert.kind === "not-collected"
      ? { text: orderOf(alert), href: mendOf(alert).href }
      : rule !== null
        ? { text: rule, href: mendOf(alert).href }
        : channel !== null
          ? { text: sku === null ? channel : `${sku} · ${channel}`, href: address("/console/channels/{channel}", { channel }) }
          : sku !== null
            ? { text: sku, href: address("/console/stock/{sku}", { sku }) }
            : { text: location ?? alert.id.slice(alert.kind.length + 1), href: null };
}

/** The order in `{kind}/{channel}/{order}/{sku}` or `{kind}/{channel}/{order}`; an order and a SKU may have a slash themselves. */
function orderOf({ id, kind, channel, sku }: AlertAnswer): string {
  const order = id.slice(kind.length + (channel ?? "").length + 2);
  return sku !== null && order.endsWith(`/${sku}`) ? order.slice(0, -(sku.length + 1)) : order;
}

/** Alerts of one cause: of one kind about the same rule, channel or SKU. */
export interface Cause {
  readonly key: string;
  readonly kind: string;
  readonly severity: string;
  /** The oldest first. */
  readonly alerts: readonly AlertAnswer[];
}

/** Those of one cause together, the worst first, then those that were raised first. */
export function causes(alerts: readonly AlertAnswer[]): Cause[] {
  const severity = (name: string) => Severities.findIndex(each => each === name);
  return [...Map.groupBy(alerts, alert => JSON.stringify([alert.kind, alert.rule ?? alert.channel ?? alert.sku ?? "", alert.state]))]
    .map(([key, members]) => {
      const sorted = members.toSorted((one, other) => one.raisedAt.localeCompare(other.raisedAt));
      return { key, kind: members[0]!.kind, severity: members[0]!.severity, alerts: sorted };
    })
    .toSorted((one, other) => severity(one.severity) - severity(other.severity) || one.alerts[0]!.raisedAt.localeCompare(other.alerts[0]!.raisedAt));
}
