import { usePages } from "../../api/pages.js";
import type { PublicationShown } from "../../api/types.js";
import { Empty, Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { address, useQuery } from "../../shell/router.js";
import { useMe } from "../../shell/session.js";
import { quantity, signed, sum } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { ChannelField } from "../../parts/channel-field.js";
import { Card } from "../channels/card.js";
import { useChannels } from "../channels/read.js";
import { Ending } from "../reservations/ending.js";

const MostListed = 12,
  Recently = 86_400_000;

/** What a channel sees first: its state, the numbers that changed, and the holds that end. */
export function ChannelToday() {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const id = query.get("channel") ?? me.channels[0] ?? "";
  const channels = useChannels();
  const numbers = usePages("GET /v1/channels/{id}/publications", id === "" ? null : { path: { id }, query: { limit: 1000 } }, { topics: ["channel"] });
  const changed = numbers.rows.filter(isChanged).toSorted((one, two) => two.desiredAt.localeCompare(one.desiredAt));

  return (
    <>
      {me.channels.length !== 1 && (
        <div class="filters">
          <ChannelField value={id} onChange={value => setQuery({ channel: value })} />
        </div>
      )}
      <Shown of={channels}>
        {all => (
          <div class="cards">
            {all.length === 0 && <Empty>{t("channel.none")}</Empty>}
            {all
              .filter(channel => id === "" || channel.id === id)
              .map(channel => (
                <Card key={channel.id} channel={channel} />
              ))}
          </div>
        )}
      </Shown>
      {id !== "" && (
        <>
          <h2>
            <a href={address("/console/channels/{id}", { id }, { show: "numbers" })}>{t("today.numbers")}</a>
          </h2>
          <Shown of={numbers}>
            {() => (
              <Table
                name={t("today.numbers")}
                rows={changed.slice(0, MostListed)}
                keyOf={row => row.sku}
                open={row => address("/console/promise/{sku}", { sku: row.sku }, { channel: id })}
                className={row => (difference(row) !== 0 ? "bad" : undefined)}
                empty={<p class="empty">{t("today.numbers.none")}</p>}
                columns={[
                  { key: "sku", title: t("filter.sku"), cell: row => row.sku },
                  { key: "may", title: t("channel.may"), cell: row => quantity(row.quantity), isNumber: true },
                  { key: "has", title: t("channel.acknowledged"), cell: row => quantity(row.believed?.quantity), isNumber: true },
                  { key: "difference", title: "±", cell: row => (difference(row) === 0 ? "" : signed(difference(row))), isNumber: true },
                  { key: "state", title: t("filter.state"), cell: row => named("publication", row.state) },
                  { key: "since", title: t("channel.since"), cell: row => <Time at={row.desiredAt} /> },
                ]}
              />
            )}
          </Shown>
        </>
      )}
      <Ending filter={{ channel: id === "" ? null : id, sku: null, location: null }} />
      <p>
        <a href={address("/console/reservations", {}, { channel: id })}>{t("nav.reservations")}</a>
      </p>
    </>
  );
}

function difference(row: PublicationShown): number {
  return row.believed === null ? 0 : sum([row.quantity, -row.believed.quantity]);
}

function isChanged(row: PublicationShown): boolean {
  return difference(row) !== 0 || Date.now() - Date.parse(row.desiredAt) < Recently;
}
