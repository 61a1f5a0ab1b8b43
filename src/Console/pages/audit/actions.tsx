import { usePages } from "../../api/pages.js";
import { addressOf } from "../../api/client.js";
import { CsvButton } from "../../parts/csv.js";
import { InstantField, TextField } from "../../parts/fields.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { useQuery } from "../../shell/router.js";
import { t } from "../../text/text.js";

/** Who changed, approved, paused, replayed or repaired something, why, and what was there before and after. */
export function Actions() {
  const [query, setQuery] = useQuery();
  const filters = { by: query.get("by"), kind: query.get("kind"), from: query.get("from"), to: query.get("to") };
  const list = usePages("GET /v1/audit/actions", { query: { ...filters, limit: 100 } });
  return (
    <>
      <div class="filters">
        <TextField label={t("audit.by")} value={filters.by} onChange={value => setQuery({ by: value })} />
        <TextField label={t("audit.kind")} value={filters.kind} onChange={value => setQuery({ kind: value })} />
        <InstantField label={t("filter.from")} value={filters.from} onChange={value => setQuery({ from: value })} />
        <InstantField label={t("filter.to")} value={filters.to} onChange={value => setQuery({ to: value })} />
        <CsvButton url={addressOf("GET /v1/audit/actions", { query: { ...filters, limit: 1000 } })} file="actions.csv" />
      </div>
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("audit.actions")}
              rows={list.rows}
              keyOf={row => row.id}
              empty={<Empty filters={["by", "kind", "from", "to"]}>{t("audit.actions.none")}</Empty>}
              columns={[
                { key: "at", title: t("audit.at"), cell: row => <Time at={row.at} /> },
                { key: "by", title: t("audit.by"), cell: row => `${row.by} (${row.role})` },
                { key: "kind", title: t("audit.kind"), cell: row => row.kind },
                { key: "subject", title: t("audit.subject"), cell: row => row.subject },
                { key: "reason", title: t("sheet.reason"), cell: row => row.reason },
                { key: "before", title: t("audit.before"), cell: row => <Content of={row.before} /> },
                { key: "after", title: t("audit.after"), cell: row => <Content of={row.after} /> },
                { key: "correlation", title: t("error.correlation"), cell: row => <code>{row.correlationId}</code> },
              ]}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}

function Content({ of }: { of: unknown }) {
  return of === null || of === undefined ? null : <code>{JSON.stringify(of)}</code>;
}
