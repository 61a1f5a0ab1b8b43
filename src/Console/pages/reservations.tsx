import { useState } from "preact/hooks";
import { usePages } from "../api/pages.js";
import { Choice, InstantField, TextField } from "../parts/fields.js";
import { ChannelField } from "../parts/channel-field.js";
import { Empty, Shown } from "../parts/states.js";
import { More, Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { address, go, useQuery } from "../shell/router.js";
import { quantity } from "../text/format.js";
import { named, t } from "../text/text.js";
import { Ending } from "./reservations/ending.js";
import { One } from "./reservations/one.js";
import { placesOf, unitsOf } from "./reservations/units.js";

/** What is kept for orders: what ends soon, every open one, and the life of each. */
export default function Reservations({ parts }: PageProps) {
  const id = parts["id"];
  return id === undefined ? <List /> : <One id={id} />;
}

function List() {
  const [query, setQuery] = useQuery();
  const filter = { channel: query.get("channel"), sku: query.get("sku"), location: query.get("location") };
  const [state, endsBefore] = [query.get("state"), query.get("endsBefore")];
  const list = usePages("GET /v1/reservations", { query: { ...filter, state, endsBefore, limit: 100 } }, { topics: ["reservation"] });

  return (
    <>
      <Title text={t("nav.reservations")}>
        <Find />
      </Title>
      <Ending filter={filter} />
      <div class="filters">
        <ChannelField value={filter.channel ?? ""} onChange={value => setQuery({ channel: value })} />
        <Choice
          label={t("filter.state")}
          value={state}
          none={t("filter.all")}
          choices={(["held", "confirmed"] as const).map(each => [each, named("reservations.state", each)] as const)}
          onChange={value => setQuery({ state: value })}
        />
        <TextField label={t("filter.sku")} value={filter.sku} onChange={value => setQuery({ sku: value })} />
        <TextField label={t("filter.location")} value={filter.location} onChange={value => setQuery({ location: value })} />
        <InstantField label={t("reservations.ends-before")} none="" value={endsBefore} onChange={value => setQuery({ endsBefore: value })} />
      </div>
      <Shown of={list}>
        {() => (
          <Table
            name={t("nav.reservations")}
            rows={list.rows}
            keyOf={row => `${row.channel}/${row.id}`}
            open={row => address("/console/reservations/{id}", { id: row.id }, { channel: row.channel })}
            empty={<Empty filters={["channel", "state", "sku", "location", "endsBefore"]}>{t("reservations.nothing")}</Empty>}
            columns={[
              { key: "id", title: t("reservations.id"), cell: row => row.id },
              { key: "state", title: t("filter.state"), cell: row => named("reservations.state", row.state) },
              { key: "ends", title: t("reservations.ends"), cell: row => <Time at={row.expiresAt} /> },
              { key: "channel", title: t("filter.channel"), cell: row => row.channel },
              { key: "units", title: t("reservations.units"), cell: row => quantity(unitsOf(row)), isNumber: true },
              { key: "skus", title: t("filter.sku"), cell: row => [...new Set(row.lines.map(line => line.sku))].join(", ") },
              { key: "places", title: t("filter.location"), cell: row => placesOf(row).join(", ") },
            ]}
          />
        )}
      </Shown>
      <More of={list} />
    </>
  );
}

/** One that has ended is found by its id only. */
function Find() {
  const [id, setId] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (id.trim() !== "") {
      go(address("/console/reservations/{id}", { id: id.trim() }));
    }
  };
  return (
    <form class="buttons" onSubmit={submit}>
      <label>
        <span class="unseen">{t("reservations.find")}</span>
        <input value={id} placeholder={t("reservations.find")} maxLength={128} autocomplete="off" onInput={event => setId(event.currentTarget.value)} />
      </label>
      <button type="submit">{t("reservations.open")}</button>
    </form>
  );
}
