import { useEffect } from "preact/hooks";
import { addressOf } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import { CsvButton } from "../../parts/csv.js";
import { Choice, InstantField, TextField } from "../../parts/fields.js";
import { Empty, ErrorBox, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { address, useQuery } from "../../shell/router.js";
import { quantity, sum } from "../../text/format.js";
import { t } from "../../text/text.js";

/** All positions at an instant, as they were known then or as they are known now. */
export function AsOf() {
  const [query, setQuery] = useQuery();
  const at = query.get("at");
  const knowledge = query.get("knowledge") ?? "then";
  useEffect(() => {
    if (at === null) {
      setQuery({ at: new Date(Math.floor(Date.now() / 1_000) * 1_000).toISOString() }, "replace");
    }
  }, [at]);

  const filters = { at, knowledge, sku: query.get("sku"), location: query.get("location") };
  const list = usePages("GET /v1/audit/as-of", at === null ? null : { query: { ...filters, limit: 100 } });
  return (
    <>
      <div class="filters">
        <InstantField label={t("audit.at")} value={at} onChange={value => setQuery({ at: value })} />
        <Choice
          label={t("position.knowledge")}
          value={knowledge}
          choices={[
            ["then", t("position.knowledge.then")],
            ["now", t("position.knowledge.now")],
          ]}
          onChange={value => setQuery({ knowledge: value })}
        />
        <TextField label={t("filter.sku")} value={filters.sku} onChange={value => setQuery({ sku: value })} />
        <TextField label={t("filter.location")} value={filters.location} onChange={value => setQuery({ location: value })} />
        <CsvButton url={addressOf("GET /v1/audit/as-of", { query: filters })} file={`positions-${at ?? ""}.csv`} />
      </div>
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("audit.as-of")}
              rows={list.rows}
              keyOf={row => `${row.sku}@${row.location}`}
              open={row => address("/console/stock/{sku}/{location}", { sku: row.sku, location: row.location }, { at, to: at, knowledge })}
              empty={<Empty filters={["sku", "location"]}>{t("audit.as-of.none")}</Empty>}
              columns={[
                { key: "sku", title: t("filter.sku"), cell: row => row.sku },
                { key: "location", title: t("filter.location"), cell: row => row.location },
                { key: "onHand", title: t("quantity.on-hand"), cell: row => quantity(row.onHand), isNumber: true },
                { key: "reserved", title: t("quantity.reserved"), cell: row => quantity(row.reserved), isNumber: true },
                { key: "unsellable", title: t("quantity.unsellable"), cell: row => quantity(sum(Object.values(row.unsellable))), isNumber: true },
                { key: "available", title: t("quantity.free"), cell: row => quantity(row.available), isNumber: true },
                { key: "inTransit", title: t("quantity.in-transit"), cell: row => quantity(row.inTransit), isNumber: true },
              ]}
            />
            <More of={list} />
            {list.moreError && <ErrorBox error={list.moreError} />}
          </>
        )}
      </Shown>
    </>
  );
}
