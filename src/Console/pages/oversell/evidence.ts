import type { OversellItem, OversellReport } from "../../api/types.js";
import { asCell, toCsv } from "../../text/csv.js";
import { duration, quantity, signed } from "../../text/format.js";
import { named, t } from "../../text/text.js";

/** The whole report as lines to send to somebody: exact instants, so that others can compare. */
export function asText(channel: string, report: OversellReport): string {
  return [
    t("oversell.title", { order: report.order, channel }),
    `${t("hop.ordered")}\t${report.placedAt}`,
    `${t("hop.arrived")}\t${report.arrivedAt}`,
    ...report.items.flatMap(itemLines),
  ].join("\n");
}

function itemLines(item: OversellItem): string[] {
  return [
    "",
    `${item.sku}: ${t("oversell.ordered-held", { requested: quantity(item.requested), held: quantity(item.held) })}`,
    `${named("verdict", item.verdict)}: ${item.why}`,
    [t("oversell.had"), quantity(item.told.quantity), item.told.acknowledgedAt].join("\t"),
    [t("oversell.should"), quantity(item.toldInstead?.quantity), item.toldInstead?.at].join("\t"),
    ...item.hops.map(hop => [named("hop", hop.name), hop.at ?? "?", hop.seconds === null ? "" : duration(hop.seconds * 1_000)].join("\t")),
    ...item.events.map(event =>
      [event.caused ? "*" : "", event.location, named("event", event.type), signed(event.change), event.occurredAt, event.recordedAt, event.id].join("\t"),
    ),
  ];
}

export function asTable(channel: string, report: OversellReport): string {
  const head = ["channel", "order", "sku", "what", "name", "location", "at", "recordedAt", "seconds", "quantity", "id", "caused", "verdict"];
  const rows = report.items.flatMap(item => {
    const row = (what: string, cells: Readonly<Record<string, string | number | boolean | null | undefined>>) =>
      head.map(name => {
        const value = { channel, order: report.order, sku: item.sku, what, verdict: item.verdict, ...cells }[name] ?? "";
        return typeof value === "string" ? asCell(value) : String(value);
      });
    return [
      row("requested", { quantity: item.requested, at: report.placedAt }),
      row("held", { quantity: item.held, at: report.arrivedAt }),
      row("had", { quantity: item.told.quantity, at: item.told.acknowledgedAt }),
      row("should-have-had", { quantity: item.toldInstead?.quantity, at: item.toldInstead?.at }),
      ...item.hops.map(hop => row("hop", { name: hop.name, at: hop.at, seconds: hop.seconds })),
      ...item.events.map(event =>
        row("event", {
          name: event.type,
          location: event.location,
          at: event.occurredAt,
          recordedAt: event.recordedAt,
          quantity: event.change,
          id: event.id,
          caused: event.caused,
        }),
      ),
    ];
  });
  return toCsv([head, ...rows]);
}
