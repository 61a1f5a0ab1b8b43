import { useState } from "preact/hooks";
import type { ReconciliationAnswer, ReconciliationSummary } from "../../api/types.js";
import { usePages } from "../../api/pages.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { address } from "../../shell/router.js";
import { percent, quantity } from "../../text/format.js";
import { named, positionName, t } from "../../text/text.js";

/** What one comparison found, in numbers. */
export function RunHead({ run }: { run: ReconciliationAnswer }) {
  return (
    <section>
      <p>
        <span class="tag">{named("run.state", run.state)}</span> {run.system} <Time at={run.takenAt} />
        {run.by && <> · {t("drift.sent-by", { by: run.by })}</>}
      </p>
      <p class="answer-text">
        {t("drift.run.sentence", {
          compared: quantity(run.compared),
          matching: quantity(run.matching),
          share: percent(run.compared === 0 ? 1 : run.matching / run.compared),
          drifts: quantity(run.driftCount),
        })}
      </p>
      {run.error && <p class="error">{run.error}</p>}
      {run.unknown.length > 0 && (
        <p class="hint">
          {t("drift.run.unknown", { count: run.unknown.length })}{" "}
          {run.unknown
            .slice(0, 10)
            .map(each => positionName(each))
            .join(", ")}
        </p>
      )}
    </section>
  );
}

/** The comparisons there were, the newest first. */
export function Runs({ system }: { system: string | null }) {
  const [isOpen, setOpen] = useState(false);
  const list = usePages("GET /v1/reconciliations", isOpen ? { query: { system, limit: 20 } } : null, { topics: ["reconciliation"] });
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{t("drift.runs")}</summary>
      {isOpen && (
        <Shown of={list}>
          {() => (
            <>
              <Table<ReconciliationSummary>
                name={t("drift.runs")}
                rows={list.rows}
                keyOf={run => run.id}
                open={run => address("/console/reconciliation/{run}", { run: run.id })}
                empty={<Empty filters={["system"]}>{t("drift.runs.none")}</Empty>}
                columns={[
                  { key: "system", title: t("drift.system"), cell: run => run.system },
                  { key: "taken", title: t("drift.taken"), cell: run => <Time at={run.takenAt} /> },
                  { key: "state", title: t("filter.state"), cell: run => named("run.state", run.state) },
                  { key: "compared", title: t("drift.compared"), cell: run => quantity(run.compared), isNumber: true },
                  { key: "matching", title: t("drift.matching"), cell: run => quantity(run.matching), isNumber: true },
                  { key: "drifts", title: t("drift.drifts"), cell: run => quantity(run.driftCount), isNumber: true },
                  { key: "by", title: t("position.by"), cell: run => run.by },
                ]}
              />
              <More of={list} />
            </>
          )}
        </Shown>
      )}
    </details>
  );
}
