import { usePages } from "../../api/pages.js";
import type { PositionAnswer } from "../../api/types.js";
import { LocationField } from "../../parts/location-field.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Tile } from "../../parts/tile.js";
import { Time } from "../../parts/time.js";
import { address, useQuery } from "../../shell/router.js";
import { ownLocations, useMe } from "../../shell/session.js";
import { quantity } from "../../text/format.js";
import { t } from "../../text/text.js";
import { useOutbox } from "../record/outbox.js";

const MostListed = 10;

/** What a store sees first: stock that needs a look, its lines that were rejected, and what is on its way to it. */
export function StoreToday() {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const location = query.get("location") ?? ownLocations(me)[0] ?? "";
  const positions = usePages("GET /v1/positions", location === "" ? null : { query: { location, limit: 1000 } }, {
    topics: ["position"],
    concerns: hint => hint.id.endsWith(`@${location}`),
  });
  const { lines } = useOutbox(me.name);
  const rejected = lines.filter(line => line.state === "rejected").length;
  const waiting = lines.filter(line => line.state === "waiting").length;
  const look = positions.rows.map(row => ({ row, why: whyLook(row) })).filter(each => each.why !== null);
  const due = positions.rows.filter(row => row.inTransit > 0).toSorted((one, two) => two.inTransit - one.inTransit);

  return (
    <>
      {ownLocations(me).length !== 1 && (
        <div class="filters">
          <LocationField value={location} onChange={value => setQuery({ location: value })} />
        </div>
      )}
      <p class="buttons">
        <a class="button primary" href={address("/console/record", {}, { location })}>
          {t("nav.record")}
        </a>
      </p>
      <div class="tiles">
        <Tile
          title={t("today.rejected")}
          href={address("/console/record", {}, { location })}
          number={rejected}
          tone={rejected > 0 ? "bad" : "good"}
          note={waiting > 0 ? t("today.lines-wait", { count: waiting }) : t("record.none-waits")}
        />
        <Shown of={positions}>
          {() => (
            <>
              <Tile
                title={t("today.look")}
                href={address("/console/stock", {}, { location })}
                number={look.length}
                tone={look.length > 0 ? "warn" : "good"}
                note={positions.next === null ? t("today.look.note") : t("today.look.first")}
              />
              <Tile
                title={t("today.due")}
                href={address("/console/record", {}, { location, kind: "received" })}
                number={due.length}
                note={due.length > 0 ? t("today.due.note") : t("today.none")}
              />
            </>
          )}
        </Shown>
      </div>
      {look.length > 0 && (
        <section>
          <h2>{t("today.look")}</h2>
          <Table
            name={`${t("today.look")} · ${location}`}
            rows={look.slice(0, MostListed)}
            keyOf={({ row }) => row.sku}
            open={({ row }) => address("/console/stock/{sku}/{location}", { sku: row.sku, location: row.location })}
            empty={null}
            columns={[
              { key: "sku", title: t("filter.sku"), cell: ({ row }) => row.sku },
              { key: "onHand", title: t("quantity.on-hand"), cell: ({ row }) => quantity(row.onHand), isNumber: true },
              { key: "free", title: t("quantity.free"), cell: ({ row }) => quantity(row.available), isNumber: true },
              { key: "why", title: t("quarantine.why"), cell: ({ why }) => why && t(`today.look.${why}`) },
              { key: "counted", title: t("stock.counted"), cell: ({ row }) => <Time at={row.countedAt} /> },
              {
                key: "count",
                title: t("record.kind.count"),
                cell: ({ row }) => <a href={address("/console/record", {}, { location, sku: row.sku, kind: "count" })}>{t("alerts.mend.count")}</a>,
              },
            ]}
          />
        </section>
      )}
      {due.length > 0 && (
        <section>
          <h2>{t("today.due")}</h2>
          <Table
            name={`${t("today.due")} · ${location}`}
            rows={due.slice(0, MostListed)}
            keyOf={row => row.sku}
            open={row => address("/console/stock/{sku}/{location}", { sku: row.sku, location: row.location })}
            empty={null}
            columns={[
              { key: "sku", title: t("filter.sku"), cell: row => row.sku },
              { key: "inTransit", title: t("quantity.in-transit"), cell: row => quantity(row.inTransit), isNumber: true },
              { key: "onHand", title: t("quantity.on-hand"), cell: row => quantity(row.onHand), isNumber: true },
              {
                key: "received",
                title: t("record.kind.received"),
                cell: row => <a href={address("/console/record", {}, { location, sku: row.sku, kind: "received" })}>{t("record.verb.received")}</a>,
              },
            ]}
          />
        </section>
      )}
    </>
  );
}

/** Why somebody should look at a position: the worst of it. */
function whyLook(row: PositionAnswer): "below-zero" | "beyond" | "below-safety" | "uncounted" | null {
  return row.onHand < 0
    ? "below-zero"
    : row.reserved > row.onHand
      ? "beyond"
      : row.available < 0
        ? "below-safety"
        : row.countedAt === null
          ? "uncounted"
          : null;
}
