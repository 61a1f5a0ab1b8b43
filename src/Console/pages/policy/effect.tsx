import { usePages } from "../../api/pages.js";
import { Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { BarList, barListHeight } from "../../plots/bar-list.js";
import { Plot } from "../../plots/plot.js";
import { quantity } from "../../text/format.js";
import { counted, t } from "../../text/text.js";
import { count, Decisions } from "./decide.js";
import type { RuleDraft } from "./draft.js";

/** What rules would have done about the drifts since an instant: those in force, and those as typed. */
export function Effect({ since, now, typed }: { since: string; now: readonly RuleDraft[]; typed: readonly RuleDraft[] | null }) {
  const list = usePages("GET /v1/reconciliations/drifts", { query: { from: since, limit: 500 } }, { topics: ["reconciliation"] });
  return (
    <Shown of={list}>
      {() => {
        const before = count(list.rows, now);
        const after = typed === null ? before : count(list.rows, typed);
        const rows = Decisions.map(decision => ({ decision, before: before.get(decision)!, after: after.get(decision)! })).filter(
          row => row.decision !== "value" || row.before + row.after > 0,
        );
        return (
          <>
            <Plot
              name={t("policy.effect")}
              sentence={[
                counted(list.next === null ? "policy.effect.all" : "policy.effect.loaded", list.rows.length),
                t("policy.effect.sentence", { corrected: quantity(after.get("corrected")), ignored: quantity(after.get("ignored")) }),
                ...(after.get("value")! > 0 ? [t("policy.effect.value")] : []),
              ].join(" ")}
              height={barListHeight(rows.length)}
              table={
                <Table
                  name={t("policy.effect")}
                  rows={rows}
                  keyOf={row => row.decision}
                  empty={null}
                  columns={[
                    { key: "decision", title: t("policy.decision"), cell: row => t(`policy.decision.${row.decision}`) },
                    { key: "before", title: t("policy.in-force"), cell: row => quantity(row.before), isNumber: true },
                    { key: "after", title: t("policy.as-typed"), cell: row => quantity(row.after), isNumber: true },
                  ]}
                />
              }
            >
              {width => (
                <BarList
                  width={width}
                  bars={rows.map(row => ({
                    key: row.decision,
                    label: t(`policy.decision.${row.decision}`),
                    value: row.after,
                    isChosen: row.before !== row.after,
                    ...(row.before === row.after ? {} : { text: `${quantity(row.before)} → ${quantity(row.after)}` }),
                  }))}
                />
              )}
            </Plot>
            <More of={list} />
          </>
        );
      }}
    </Shown>
  );
}
