import { addressOf } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import type { LedgerPosition } from "../../api/types.js";
import { CsvButton } from "../../parts/csv.js";
import { InstantField, TextField } from "../../parts/fields.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Plot } from "../../plots/plot.js";
import { Waterfall, waterfallHeight, type Bar } from "../../plots/waterfall.js";
import { address, useQuery } from "../../shell/router.js";
import { has, useMe } from "../../shell/session.js";
import { quantity, signed, sum } from "../../text/format.js";
import { named, positionName, t } from "../../text/text.js";

/** From the opening balance to the closing one, by type of event and then event by event. */
export function Ledger() {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const filters = { from: query.get("from"), to: query.get("to"), sku: query.get("sku"), location: query.get("location") };
  const needsSku = !has(me, ["finance", "ops"]);
  const isAsked = filters.from !== null && (!needsSku || filters.sku !== null);
  const list = usePages("GET /v1/audit/ledger", isAsked ? { query: { ...filters, limit: 20 } } : null);

  return (
    <>
      <div class="filters">
        <InstantField label={t("filter.from")} value={filters.from} onChange={value => setQuery({ from: value })} />
        <InstantField label={t("filter.to")} value={filters.to} onChange={value => setQuery({ to: value })} />
        <TextField label={t("filter.sku")} value={filters.sku} onChange={value => setQuery({ sku: value })} />
        <TextField label={t("filter.location")} value={filters.location} onChange={value => setQuery({ location: value })} />
        {isAsked && <CsvButton url={addressOf("GET /v1/audit/ledger", { query: filters })} file="ledger.csv" />}
      </div>
      {!isAsked ? (
        <p class="empty">{t("audit.ledger.choose")}</p>
      ) : (
        <Shown of={list}>
          {() =>
            list.rows.length === 0 ? (
              <Empty>{t("audit.ledger.none")}</Empty>
            ) : (
              <>
                {list.rows.map(position => (
                  <PositionLedger key={`${position.sku}@${position.location}`} position={position} />
                ))}
                <More of={list} />
              </>
            )
          }
        </Shown>
      )}
    </>
  );
}

function PositionLedger({ position }: { position: LedgerPosition }) {
  const byType = [
    ...Map.groupBy(
      position.events.filter(event => event.change !== 0),
      event => event.type,
    ),
  ];
  const bars: Bar[] = [
    { key: "opening", label: t("audit.opening"), change: position.opening, kind: "sum" },
    ...byType.map(([type, events]) => {
      const change = sum(events.map(event => event.change));
      return { key: type, label: named("event", type), change, kind: change < 0 ? ("loss" as const) : ("gain" as const) };
    }),
    { key: "closing", label: t("audit.closing"), change: null, kind: "sum" },
  ];
  const name = positionName(position);
  const lines = (
    <Table
      name={name}
      rows={position.events}
      keyOf={event => String(event.sequence)}
      empty={<p class="empty">{t("audit.no-events")}</p>}
      columns={[
        { key: "type", title: t("position.type"), cell: event => named("event", event.type) },
        { key: "occurred", title: t("position.occurred"), cell: event => <Time at={event.occurredAt} /> },
        { key: "recorded", title: t("position.recorded"), cell: event => <Time at={event.recordedAt} /> },
        { key: "change", title: t("audit.change"), cell: event => signed(event.change), isNumber: true },
        { key: "balance", title: t("audit.balance"), cell: event => quantity(event.balance), isNumber: true },
        { key: "source", title: t("position.source"), cell: event => [event.source, event.id].filter(part => part).join(" ") },
        { key: "document", title: t("position.document"), cell: event => event.document },
      ]}
    />
  );

  return (
    <section>
      <h2>
        <a href={address("/console/stock/{sku}/{location}", { sku: position.sku, location: position.location })}>{name}</a>
      </h2>
      <Plot
        name={t("audit.ledger")}
        sentence={t("audit.ledger.sentence", { opening: quantity(position.opening), closing: quantity(position.closing), count: position.events.length })}
        height={waterfallHeight(bars.length)}
        table={lines}
      >
        {width => <Waterfall bars={bars} width={width} />}
      </Plot>
      <details>
        <summary>{t("position.events")}</summary>
        {lines}
      </details>
    </section>
  );
}
