import type { DayReasons } from "../../api/types.js";
import { PageLink } from "../../parts/page-link.js";
import { Table } from "../../parts/table.js";
import { address } from "../../shell/router.js";
import { date, percent, quantity } from "../../text/format.js";
import { named, t } from "../../text/text.js";

/** A document that is expected, or a hold that ends, on a day. */
export interface Reason {
  readonly key: string;
  readonly day: string;
  readonly kind: "arrival" | "hold";
  /** Of the document, or of the reservation. */
  readonly name: string;
  readonly href: string | null;
  readonly sku: string;
  readonly location: string;
  readonly units: number;
  /** Of these, what the promise counts on. */
  readonly counted: number | null;
  readonly note: string;
  readonly isOverdue: boolean;
}

/** What is behind the days of a schedule; a day before the first is overdue. */
export function reasonsOf(days: readonly DayReasons[], first: string): Reason[] {
  return days.flatMap(({ day, arrivals, holdsEnding }) => [
    ...arrivals.map((arrival, index) => ({
      key: `${day} arrival ${index}`,
      day,
      kind: "arrival" as const,
      name: arrival.document,
      href: null,
      sku: arrival.sku,
      location: arrival.location,
      units: arrival.expected,
      counted: arrival.counted,
      note: [
        named("promise.document", arrival.kind),
        day < first ? t("promise.overdue") : null,
        arrival.confidence < 1 ? t("promise.confidence", { share: percent(arrival.confidence) }) : null,
        arrival.held > 0 ? t("promise.held-of-it", { units: quantity(arrival.held) }) : null,
      ]
        .filter(part => part !== null)
        .join(", "),
      isOverdue: day < first,
    })),
    ...holdsEnding.map((hold, index) => ({
      key: `${day} hold ${index}`,
      day,
      kind: "hold" as const,
      name: hold.reservation ?? t("promise.hold"),
      href: hold.reservation === null ? null : address("/console/reservations/{id}", { id: hold.reservation }),
      sku: hold.sku,
      location: hold.location,
      units: hold.quantity,
      counted: null,
      note: t("promise.hold.ends"),
      isOverdue: false,
    })),
  ]);
}

/** In words, for the title of a mark. */
export function said(reason: Reason): string {
  return [date(reason.day), reason.name, `${reason.sku} @ ${reason.location}`, `+${quantity(reason.units)}`, reason.note].join(" · ");
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  return (
    <Table
      name={t("promise.reasons")}
      rows={reasons}
      keyOf={reason => reason.key}
      className={reason => (reason.isOverdue ? "bad" : undefined)}
      empty={null}
      columns={[
        { key: "name", title: t("promise.reason"), cell: reason => (reason.href === null ? reason.name : <a href={reason.href}>{reason.name}</a>) },
        { key: "day", title: t("promise.day"), cell: reason => date(reason.day) },
        { key: "note", title: t("promise.what"), cell: reason => reason.note },
        {
          key: "position",
          title: t("search.kind.position"),
          cell: reason => (
            <PageLink href={address("/console/stock/{sku}/{location}", { sku: reason.sku, location: reason.location })}>
              {reason.sku} @ {reason.location}
            </PageLink>
          ),
        },
        { key: "units", title: t("promise.units"), cell: reason => quantity(reason.units), isNumber: true },
        { key: "counted", title: t("promise.counted"), cell: reason => quantity(reason.counted), isNumber: true },
      ]}
    />
  );
}
