import { usePages } from "../../api/pages.js";
import { TextField } from "../../parts/fields.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { useQuery } from "../../shell/router.js";
import { t } from "../../text/text.js";

/** Who changed, approved, paused, replayed or repaired something. */
export function Actions() {
  const [query, setQuery] = useQuery();
  const by = query.get("by");
  const list = usePages("GET /v1/audit/activity", { query: { by, limit: 100 } });
  return (
    <>
      <div class="filters">
        <TextField label={t("audit.by")} value={by} onChange={value => setQuery({ by: value })} />
      </div>
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("audit.actions")}
              rows={list.rows}
              keyOf={row => row.id}
              empty={<Empty filters={["by"]} />}
              columns={[
                { key: "at", title: t("audit.at"), cell: row => <Time at={row.at} /> },
                { key: "by", title: t("audit.by"), cell: row => `${row.by} (${row.role})` },
                { key: "what", title: t("audit.what"), cell: row => <code>{`${row.method} ${row.path}`}</code> },
                { key: "status", title: t("audit.answer"), cell: row => row.status, isNumber: true },
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
