import { useApi } from "../api/use.js";
import type { EventBetween, OversellItem, OversellReport } from "../api/types.js";
import { CopyButton } from "../parts/copy.js";
import { Shown } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { address, useQuery } from "../shell/router.js";
import { quantity, signed, time } from "../text/format.js";
import { named, t, type TextKey } from "../text/text.js";
import { asTable, asText } from "./oversell/evidence.js";
import { Picture } from "./oversell/picture.js";

/** Why an order could not be filled: what the channel had, which hop took how long, and who can do something. */
export default function Oversell({ parts }: PageProps) {
  const path = { id: parts["id"] ?? "", order: parts["order"] ?? "" };
  const report = useApi("GET /v1/channels/{id}/oversells/{order}", { path }, { topics: ["channel", "reservation"] });
  const data = report.data;
  return (
    <>
      <Title text={t("oversell.title", { order: path.order, channel: path.id })}>
        <a class="button" href={address("/console/channels/{id}", { id: path.id })}>
          {t("oversell.channel")}
        </a>
        <a class="button" href={address("/console/channels/{id}/orders/{order}", path)}>
          {t("channel.order")}
        </a>
        {data && (
          <>
            <CopyButton text={() => asText(path.id, data)}>{t("oversell.copy")}</CopyButton>
            <CopyButton text={() => asTable(path.id, data)}>{t("oversell.copy-csv")}</CopyButton>
          </>
        )}
        <CopyButton text={() => location.href}>{t("copy.link")}</CopyButton>
      </Title>
      <Shown of={report}>{answer => <Report channel={path.id} report={answer} />}</Shown>
    </>
  );
}

function Report({ channel, report }: { channel: string; report: OversellReport }) {
  const [query, setQuery] = useQuery();
  const item = report.items.find(candidate => candidate.sku === query.get("sku")) ?? report.items[0];
  if (item === undefined) {
    return null;
  }

  return (
    <>
      <p>
        <span class={report.open ? "tag bad" : "tag"}>{t(report.open ? "oversell.open" : "oversell.closed")}</span>{" "}
        {t("oversell.times", { placed: time(report.placedAt), arrived: time(report.arrivedAt) })}
      </p>
      {report.items.length > 1 && (
        <fieldset class="choice">
          <legend>{t("filter.sku")}</legend>
          {report.items.map(each => (
            <button key={each.sku} type="button" aria-pressed={each === item} onClick={() => setQuery({ sku: each.sku }, "replace")}>
              {each.sku}
            </button>
          ))}
        </fieldset>
      )}
      <Verdict channel={channel} item={item} />
      <Picture channel={channel} item={item} placedAt={report.placedAt} />
      <Events item={item} />
    </>
  );
}

/** What went wrong, what that means, and who can do something about it; with the page where that is done. */
function Verdict({ channel, item }: { channel: string; item: OversellItem }) {
  const cause = item.events.find(event => event.event === item.takenBy);
  const [text, href] = where(item, channel, cause);
  return (
    <section class="verdict" aria-labelledby="verdict">
      <h2 id="verdict">{named("verdict", item.verdict)}</h2>
      <p>{named("verdict.meaning", item.verdict)}</p>
      <p>{named("verdict.who", item.verdict)}</p>
      <p class="numbers">
        <a href={address("/console/stock/{sku}", { sku: item.sku })}>{item.sku}</a>:{" "}
        {t("oversell.ordered-held", { requested: quantity(item.requested), held: quantity(item.held) })} {told(item)}
        {item.free > 0 && ` ${t("oversell.free", { quantity: quantity(item.free) })}`}
      </p>
      <p class="hint">
        <span lang="en">{item.why}</span>
      </p>
      <p class="buttons">
        <a class="button" href={href}>
          {t(text)}
        </a>
        <a class="button" href={address("/console/promise/{sku}", { sku: item.sku }, { channel })}>
          {t("nav.promise")}
        </a>
      </p>
    </section>
  );
}

function told(item: OversellItem): string {
  const { told: last, toldInstead: instead } = item;
  return [
    last.quantity === null
      ? t("oversell.told.nothing")
      : t("oversell.told", { quantity: quantity(last.quantity), time: last.acknowledgedAt ? time(last.acknowledgedAt) : "?" }),
    instead === null ? "" : t("oversell.instead", { quantity: quantity(instead.quantity), time: time(instead.at) }),
  ].join(" ");
}

/** The page where it is mended. */
function where(item: OversellItem, channel: string, cause: EventBetween | undefined): [TextKey, string] {
  switch (item.verdict) {
    case "rule":
      return ["nav.rules", address("/console/rules", {}, { sku: item.sku })];
    case "count":
      return ["nav.reconciliation", address("/console/reconciliation", {}, { sku: item.sku })];
    case "mapping":
      return ["channel.mappings", address("/console/channels/{id}", { id: channel }, { show: "mappings", sku: item.sku })];
    case "late-till-event":
      return cause === undefined
        ? ["oversell.everywhere", address("/console/stock/{sku}", { sku: item.sku })]
        : ["oversell.position", address("/console/stock/{sku}/{location}", { sku: item.sku, location: cause.location })];
    default:
      return ["oversell.channel", address("/console/channels/{id}", { id: channel }, { sku: item.sku })];
  }
}

function Events({ item }: { item: OversellItem }) {
  const rows = item.events.toReversed().sort((one, two) => Number(two.caused) - Number(one.caused) || one.location.localeCompare(two.location));
  return (
    <section>
      <h2>{t("oversell.events")}</h2>
      <Table
        name={t("oversell.events")}
        rows={rows}
        keyOf={event => event.event}
        empty={<p class="empty">{t("oversell.events.none")}</p>}
        className={event => (event.caused ? "caused" : undefined)}
        open={event => address("/console/stock/{sku}/{location}", { sku: item.sku, location: event.location })}
        columns={[
          { key: "location", title: t("filter.location"), cell: event => event.location },
          {
            key: "type",
            title: t("position.type"),
            cell: event => (
              <>
                {named("event", event.type)}
                {event.caused && <small> {t("oversell.caused")}</small>}
              </>
            ),
          },
          { key: "change", title: t("promise.units"), cell: event => signed(event.change), isNumber: true },
          { key: "occurred", title: t("hop.occurred"), cell: event => <Time at={event.occurredAt} /> },
          { key: "recorded", title: t("hop.recorded"), cell: event => <Time at={event.recordedAt} /> },
          { key: "id", title: t("oversell.id"), cell: event => <code>{event.id}</code> },
        ]}
      />
    </section>
  );
}
