import { useApi } from "../../api/use.js";
import type { ReservationShown } from "../../api/types.js";
import { ErrorBox, Shown } from "../../parts/states.js";
import { PageLink } from "../../parts/page-link.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Title } from "../../parts/title.js";
import { address, useQuery } from "../../shell/router.js";
import { has, useMe } from "../../shell/session.js";
import { date, quantity } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { ChannelField } from "../../parts/channel-field.js";
import { Life, Steps } from "./life.js";
import { StepButtons } from "./steps.js";
import { isOpen, keptOf } from "./units.js";

/** One reservation: its life, what it keeps where, and what can be done with it. */
export function One({ id }: { id: string }) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const channel = query.get("channel");
  const question = { path: { id }, query: { channel } };
  const reservation = useApi("GET /v1/reservations/{id}", question, { topics: ["reservation"], concerns: hint => hint.id.endsWith(id) });
  const life = useApi("GET /v1/reservations/{id}/events", question, { topics: ["reservation"], concerns: hint => hint.id.endsWith(id) });
  const order = reservation.data && has(me, ["channel", "planner", "finance", "ops"]) ? orderOf(reservation.data) : null;
  const changed = () => {
    reservation.readAgain();
    life.readAgain();
  };

  return (
    <>
      <Title text={id}>
        <a class="button" href="/console/reservations">
          {t("reservations.all")}
        </a>
        {order !== null && (
          <a class="button" href={order}>
            {t("reservations.order")}
          </a>
        )}
      </Title>
      {reservation.error?.code === "ambiguous-reservation" ? (
        <>
          <ErrorBox error={reservation.error} />
          <ChannelField value={channel ?? ""} onChange={value => setQuery({ channel: value })} />
        </>
      ) : (
        <>
          <Shown of={reservation}>{data => <About reservation={data} onChanged={changed} />}</Shown>
          {reservation.data && (
            <Shown of={life}>
              {data => (
                <>
                  <Life answer={data} />
                  <h2>{t("reservations.steps")}</h2>
                  <Steps steps={data.items} />
                </>
              )}
            </Shown>
          )}
        </>
      )}
    </>
  );
}

/** The page of the order whose units it keeps; its id says which. */
function orderOf({ id, channel }: ReservationShown): string | null {
  const beginning = `order/${channel}/`;
  return id.startsWith(beginning) ? address("/console/channels/{id}/orders/{order}", { id: channel, order: id.slice(beginning.length) }) : null;
}

function About({ reservation, onChanged }: { reservation: ReservationShown; onChanged: () => void }) {
  return (
    <>
      <p>
        <span class={`tag ${isOpen(reservation) ? "warn" : "good"}`}>{named("reservations.state", reservation.state)}</span>{" "}
        <PageLink href={address("/console/channels/{id}", { id: reservation.channel })}>{reservation.channel}</PageLink>{" "}
        {reservation.expiresAt && (
          <>
            {t("reservations.ends")} <Time at={reservation.expiresAt} />
          </>
        )}{" "}
        {reservation.promisedOn && t("reservations.promised", { date: date(reservation.promisedOn) })}
      </p>
      <StepButtons reservation={reservation} onChanged={onChanged} />
      <h2>{t("reservations.lines")}</h2>
      <Table
        name={t("reservations.lines")}
        rows={keptOf(reservation)}
        keyOf={each => each.key}
        empty={<p class="empty">{t("reservations.no-lines")}</p>}
        columns={[
          {
            key: "sku",
            title: t("filter.sku"),
            cell: each => (
              <>
                {each.sku}
                {each.kit && <small> {t("reservations.of-kit", { kit: each.kit })}</small>}
              </>
            ),
          },
          {
            key: "location",
            title: t("filter.location"),
            cell: each => (
              <PageLink href={address("/console/stock/{sku}/{location}", { sku: each.sku, location: each.units.location })}>{each.units.location}</PageLink>
            ),
          },
          { key: "quantity", title: t("reservations.reserved"), cell: each => quantity(each.units.quantity), isNumber: true },
          { key: "shipped", title: t("reservations.has-shipped"), cell: each => quantity(each.units.fulfilled), isNumber: true },
          {
            key: "share",
            title: t("reservations.share"),
            cell: each => <meter min={0} max={each.units.quantity || 1} value={each.units.fulfilled} aria-label={t("reservations.share")} />,
          },
          { key: "open", title: t("reservations.kept"), cell: each => quantity(isOpen(reservation) ? each.open : 0), isNumber: true },
          {
            key: "supply",
            title: t("reservations.supply"),
            cell: each => [each.units.document, each.units.expectedOn && date(each.units.expectedOn), each.units.atRisk].filter(part => part).join(" · "),
          },
        ]}
      />
    </>
  );
}
