import { usePages } from "../api/pages.js";
import type { PositionAnswer } from "../api/types.js";
import { Empty, Shown } from "../parts/states.js";
import { More, Table, type Column } from "../parts/table.js";
import { TextField } from "../parts/fields.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import { address, useQuery } from "../shell/router.js";
import type { PageProps } from "../shell/pages.js";
import { quantity, sum } from "../text/format.js";
import { t } from "../text/text.js";

const columns = (): readonly Column<PositionAnswer>[] => [
  { key: "sku", title: t("filter.sku"), cell: row => row.sku },
  { key: "location", title: t("filter.location"), cell: row => row.location },
  { key: "onHand", title: t("quantity.on-hand"), cell: row => quantity(row.onHand), isNumber: true },
  { key: "available", title: t("quantity.free"), cell: row => quantity(row.available), isNumber: true },
  { key: "reserved", title: t("quantity.reserved"), cell: row => quantity(row.reserved), isNumber: true },
  { key: "unsellable", title: t("quantity.unsellable"), cell: row => quantity(sum(Object.values(row.unsellable))), isNumber: true },
  { key: "safetyStock", title: t("quantity.safety"), cell: row => quantity(row.safetyStock), isNumber: true },
  { key: "inTransit", title: t("quantity.in-transit"), cell: row => quantity(row.inTransit), isNumber: true },
  { key: "countedAt", title: t("stock.counted"), cell: row => <Time at={row.countedAt} /> },
];

/** Every position, searched. */
export default function Stock(_: PageProps) {
  const [query, setQuery] = useQuery();
  const sku = query.get("sku");
  const location = query.get("location");
  const list = usePages("GET /v1/positions", { query: { sku, location, limit: 100 } }, { topics: ["position"] });

  return (
    <>
      <Title text={t("nav.stock")} />
      <div class="filters">
        <TextField label={t("filter.sku")} value={sku} onChange={value => setQuery({ sku: value })} />
        <TextField label={t("filter.location")} value={location} onChange={value => setQuery({ location: value })} />
      </div>
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
              empty={<Empty filters={["sku", "location"]} />}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}
