import { useEffect } from "preact/hooks";
import { usePages } from "../api/pages.js";
import { useApi } from "../api/use.js";
import type { PositionEvent } from "../api/types.js";
import { CopyButton } from "../parts/copy.js";
import { InstantField } from "../parts/fields.js";
import { ErrorBox, Shown } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import { useKey } from "../shell/keys.js";
import { mayOpen, type PageProps } from "../shell/pages.js";
import { address, useQuery } from "../shell/router.js";
import { useMe } from "../shell/session.js";
import { quantity, signed } from "../text/format.js";
import { counted, named, positionName, t } from "../text/text.js";
import { occurred, recorded } from "./position/events.js";
import type { Kind } from "./position/levels.js";
import { Picture } from "./position/picture.js";

const Day = 86_400_000,
  Points = 400,
  Ranges = [1, 7, 30, 90, 365];

/** One SKU at one place over time: what was there, what of it was promised, and when that was known. */
export default function Position({ parts }: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const path = { sku: parts["sku"] ?? "", location: parts["location"] ?? "" };
  const from = query.get("from");
  const to = query.get("to");
  const knowledge: Kind = query.get("knowledge") === "then" ? "then" : "now";

  // An address without a time gets one, so that a copy of it shows the same; what it names stays.
  const at = query.get("at");
  useEffect(() => {
    if (from === null || to === null) {
      const missing = range(30, to);
      setQuery({ from: from ?? missing.from, to: missing.to, at }, "replace");
    }
  }, [from, to]);

  const isAsked = from !== null && to !== null;
  const question = (kind: Kind) => (isAsked ? { path, query: { from, to, points: Points, knowledge: kind } } : null);
  const series = {
    then: useApi("GET /v1/positions/{sku}/{location}/series", question("then")),
    now: useApi("GET /v1/positions/{sku}/{location}/series", question("now")),
  };
  const events = usePages("GET /v1/positions/{sku}/{location}/events", isAsked ? { path, query: { limit: 1000 } } : null);
  const position = useApi(
    "GET /v1/positions/{sku}/{location}",
    { path },
    { topics: ["position"], concerns: hint => hint.id === `${path.sku}@${path.location}` },
  );
  const newest = events.rows.at(-1)?.version ?? 0;
  const fresh = events.next === null && events.data !== null && position.data !== null ? position.data.version - newest : 0;
  useKey("t", () => setQuery({ knowledge: knowledge === "now" ? "then" : null }, "replace"));

  return (
    <>
      <Title text={positionName(path)}>
        <a class="button" href={address("/console/promise/{sku}", { sku: path.sku })}>
          {t("nav.promise")}
        </a>
        <a class="button" href={address("/console/stock/{sku}", { sku: path.sku })}>
          {t("position.everywhere")}
        </a>
        {mayOpen(me, "/console/record") && (
          <a class="button" href={address("/console/record", {}, { ...path, kind: "count" })}>
            {t("nav.record")}
          </a>
        )}
        {mayOpen(me, "/console/audit/ledger") && (
          <a class="button" href={address("/console/audit/ledger", {}, { sku: path.sku, location: path.location, from, to })}>
            {t("position.ledger")}
          </a>
        )}
        <CopyButton text={() => location.href}>{t("copy.link")}</CopyButton>
      </Title>
      <div class="filters">
        <fieldset class="choice">
          <legend>{t("position.knowledge")}</legend>
          {(["now", "then"] as const).map(kind => (
            <button key={kind} type="button" aria-pressed={knowledge === kind} onClick={() => setQuery({ knowledge: kind === "now" ? null : kind }, "replace")}>
              {t(`position.knowledge.${kind}`)}
            </button>
          ))}
        </fieldset>
        <fieldset class="choice">
          <legend>{t("position.range")}</legend>
          {Ranges.map(days => (
            <button key={days} type="button" onClick={() => setQuery(range(days))}>
              {counted("position.days", days)}
            </button>
          ))}
        </fieldset>
        <InstantField label={t("filter.from")} value={from} onChange={value => setQuery({ from: value })} />
        <InstantField label={t("filter.to")} value={to} onChange={value => setQuery({ to: value })} />
        {fresh > 0 && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              setQuery({ to: new Date().toISOString() });
              events.readAgain();
            }}
          >
            {t("table.new", { count: fresh })}
          </button>
        )}
      </div>
      <Shown of={series[knowledge]}>
        {answer => <Picture answer={answer} other={series[knowledge === "now" ? "then" : "now"].data} knowledge={knowledge} events={events.rows} />}
      </Shown>
      {events.error ? <ErrorBox error={events.error} onAgain={events.readAgain} /> : events.next !== null && <p class="hint">{t("position.first-events")}</p>}
      {(events.rows.length > 0 || !events.error) && <Events events={events.rows} from={from} to={to} />}
    </>
  );
}

function range(days: number, until: string | null = null): { from: string; to: string; at: null } {
  const to = new Date(until ?? Math.ceil(Date.now() / 1_000) * 1_000);
  return { from: new Date(to.getTime() - days * Day).toISOString(), to: to.toISOString(), at: null };
}

function Events({ events, from, to }: { events: readonly PositionEvent[]; from: string | null; to: string | null }) {
  const [query, setQuery] = useQuery();
  const [begin, end] = [Date.parse(from ?? ""), Date.parse(to ?? "")];
  const within = events.filter(event => (occurred(event) >= begin && occurred(event) <= end) || (recorded(event) >= begin && recorded(event) <= end)).reverse();
  return (
    <section>
      <h2>
        {t("position.events")} <small>{counted("table.rows", within.length)}</small>
      </h2>
      <Table
        name={t("position.events")}
        rows={within}
        keyOf={event => String(event.sequence)}
        isChosen={event => query.get("event") === String(event.sequence)}
        empty={<p class="empty">{t("empty.no-match")}</p>}
        columns={[
          {
            key: "type",
            title: t("position.type"),
            cell: event => (
              <button
                type="button"
                class="plain"
                onClick={() => setQuery({ event: String(event.sequence), at: event.occurredAt ?? event.recordedAt }, "replace")}
              >
                {named("event", event.type)}
              </button>
            ),
          },
          { key: "occurred", title: t("position.occurred"), cell: event => <Time at={event.occurredAt} /> },
          { key: "recorded", title: t("position.recorded"), cell: event => <Time at={event.recordedAt} /> },
          { key: "quantity", title: t("promise.units"), cell: event => quantity(event.quantity), isNumber: true },
          { key: "change", title: t("position.change"), cell: event => signed(event.change), isNumber: true },
          {
            key: "onHand",
            title: t("quantity.on-hand"),
            cell: event => (
              <>
                {quantity(event.onHandAfter)}
                {event.absorbed && <small> {t("position.absorbed")}</small>}
              </>
            ),
            isNumber: true,
          },
          { key: "source", title: t("position.source"), cell: event => [event.source ?? event.channel, event.id].filter(part => part).join(" ") },
          { key: "document", title: t("position.document"), cell: event => event.document },
          { key: "by", title: t("position.by"), cell: event => event.by },
          { key: "correlation", title: t("error.correlation"), cell: event => <code>{event.correlationId}</code> },
        ]}
      />
    </section>
  );
}
