import { useEffect, useState } from "preact/hooks";
import { usePages } from "../api/pages.js";
import type { PositionAnswer } from "../api/types.js";
import { addressOf } from "../api/client.js";
import { CsvButton } from "../parts/csv.js";
import { Empty, Shown, Waiting } from "../parts/states.js";
import { More, Table, type Column } from "../parts/table.js";
import { Choice, TextField } from "../parts/fields.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import { address, useQuery } from "../shell/router.js";
import type { PageProps } from "../shell/pages.js";
import { quantity, sum } from "../text/format.js";
import { t } from "../text/text.js";
import { PlacesTotals } from "./stock/totals.js";

const States = ["below-zero", "below-safety", "never-counted", "held-beyond-on-hand"] as const;
const Filters = ["q", "sku", "location", "group", "state"] as const;

const columns = (): readonly Column<PositionAnswer>[] => [
  { key: "sku", title: t("filter.sku"), cell: row => row.sku, sort: "sku" },
  { key: "location", title: t("filter.location"), cell: row => row.location },
  { key: "onHand", title: t("quantity.on-hand"), cell: row => quantity(row.onHand), isNumber: true, sort: "onHand" },
  { key: "available", title: t("quantity.free"), cell: row => quantity(row.available), isNumber: true, sort: "available" },
  { key: "reserved", title: t("quantity.reserved"), cell: row => quantity(row.reserved), isNumber: true, sort: "reserved" },
  { key: "unsellable", title: t("quantity.unsellable"), cell: row => quantity(sum(Object.values(row.unsellable))), isNumber: true, sort: "unsellable" },
  { key: "safetyStock", title: t("quantity.safety"), cell: row => quantity(row.safetyStock), isNumber: true, sort: "safetyStock" },
  { key: "inTransit", title: t("quantity.in-transit"), cell: row => quantity(row.inTransit), isNumber: true, sort: "inTransit" },
  { key: "countedAt", title: t("stock.counted"), cell: row => <Time at={row.countedAt} /> },
];

/** Every position, searched, with the totals of places. */
export default function Stock(_: PageProps) {
  const [query, setQuery] = useQuery();
  const filter = Object.fromEntries(Filters.map(name => [name, query.get(name)])) as Record<(typeof Filters)[number], string | null>;
  const question = { query: { ...filter, sort: query.get("sort") } };
  const list = usePages("GET /v1/positions", { query: { ...question.query, limit: 100 } }, { topics: ["position"] });

  // A host searches all positions once at a time: the totals are read after the list.
  const [listed, setListed] = useState<typeof filter | null>(null);
  useEffect(() => {
    if (list.error !== null || (list.data !== null && !list.isStale)) {
      setListed(filter);
    }
  }, [list.data, list.error]);

  return (
    <>
      <Title text={t("nav.stock")}>
        <CsvButton url={addressOf("GET /v1/positions", { query: { ...question.query, limit: 1000 } })} file="positions.csv" />
      </Title>
      <div class="filters">
        <TextField label={t("stock.search")} value={filter.q} onChange={value => setQuery({ q: value })} />
        <TextField label={t("filter.location")} value={filter.location} onChange={value => setQuery({ location: value })} />
        <TextField label={t("stock.group")} value={filter.group} onChange={value => setQuery({ group: value })} />
        <Choice
          label={t("filter.state")}
          value={filter.state}
          none={t("filter.all")}
          choices={States.map(state => [state, t(`stock.state.${state}`)] as const)}
          onChange={value => setQuery({ state: value })}
        />
      </div>
      {listed ? <PlacesTotals filter={listed} /> : <Waiting />}
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("nav.stock")}
              columns={columns()}
              rows={list.rows}
              keyOf={row => `${row.sku}@${row.location}`}
              open={row => address("/console/stock/{sku}/{location}", { sku: row.sku, location: row.location })}
              className={row => (row.onHand < 0 ? "bad" : undefined)}
              empty={<Empty filters={Filters}>{t("stock.none")}</Empty>}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}
