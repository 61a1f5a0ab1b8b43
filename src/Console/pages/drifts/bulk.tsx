import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import type { FoundDrift, SettleDriftsAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Table } from "../../parts/table.js";
import { sayDone } from "../../parts/undo.js";
import { may, useMe } from "../../shell/session.js";
import { signed, sum } from "../../text/format.js";
import { counted, named, positionName, t } from "../../text/text.js";
import { nameOf } from "./drift.js";
import { undoDrift, type Decision } from "./settle.js";

/** How many are decided at once, and more than how many want a word typed. */
const Most = 500,
  Many = 100;

/** Decides about every selected drift with one reason; each has an outcome. */
export function Bulk({
  selected,
  shown,
  onSelect,
  onDone,
}: {
  selected: readonly FoundDrift[];
  shown: readonly FoundDrift[];
  onSelect: (drifts: readonly FoundDrift[]) => void;
  onDone: () => void;
}) {
  const me = useMe();
  const [decision, setDecision] = useState<Decision | null>(null);
  const [outcome, setOutcome] = useState<SettleDriftsAnswer | null>(null);
  const open = shown.filter(drift => drift.state === "open").slice(0, Most);
  if (!may(me, "POST /v1/reconciliations/drifts/settle")) {
    return null;
  }

  const drifts = selected.slice(0, Most);
  const total = sum(drifts.filter(drift => drift.field === "onHand").map(drift => -drift.difference));
  return (
    <>
      <div class="filters">
        <span role="status">{counted("drift.selected", selected.length)}</span>
        <button type="button" disabled={open.length === 0} onClick={() => onSelect(open)}>
          {counted("drift.select.all", open.length)}
        </button>
        {selected.length > 0 && (
          <>
            <button type="button" onClick={() => onSelect([])}>
              {t("drift.select.none")}
            </button>
            <button type="button" class="primary" onClick={() => setDecision("approve")}>
              {t("drift.approve.selected")}
            </button>
            <button type="button" onClick={() => setDecision("dismiss")}>
              {t("drift.dismiss.selected")}
            </button>
          </>
        )}
      </div>
      {outcome && <Outcome of={outcome} />}
      <Action<SettleDriftsAnswer>
        title={decision ? counted(`drift.${decision}.many`, drifts.length) : ""}
        verb={decision ? t(`drift.${decision}`) : ""}
        isOpen={decision !== null}
        onClose={() => setDecision(null)}
        wantsReason
        {...(drifts.length > Many ? { typed: String(drifts.length) } : {})}
        act={reason =>
          call("POST /v1/reconciliations/drifts/settle", {
            body: { decision: decision!, reason, drifts: drifts.map(drift => ({ run: drift.run, n: drift.n })) },
          })
        }
        onDone={({ data }) => {
          const made = decision!;
          const settled = data.results.filter(result => result.outcome === "settled");
          setOutcome(data);
          sayDone(
            t("drift.done.many", { settled: data.settled, unchanged: data.unchanged, refused: data.refused }),
            settled.length === 0
              ? null
              : async () => {
                  for (const drift of settled) {
                    await undoDrift(drift, made, t("drift.undone"));
                  }

                  setOutcome(null);
                  onDone();
                },
          );
          onDone();
        }}
      >
        <p>{t(decision === "dismiss" ? "drift.dismiss.what" : "drift.approve.what")}</p>
        {decision === "approve" && <p>{t("drift.approve.total", { change: signed(total) })}</p>}
        <p class="hint">
          {drifts
            .slice(0, 8)
            .map(drift => `${positionName(drift)} ${signed(-drift.difference)}`)
            .join(", ")}
          {drifts.length > 8 && " …"}
        </p>
      </Action>
    </>
  );
}

/** What has become of each that was not settled; nothing where all were. */
function Outcome({ of }: { of: SettleDriftsAnswer }) {
  const others = of.results.filter(result => result.outcome !== "settled");
  return others.length === 0 ? null : (
    <section role="status">
      <p>{t("drift.done.many", { settled: of.settled, unchanged: of.unchanged, refused: of.refused })}</p>
      <Table
        name={t("drift.outcome")}
        rows={others}
        keyOf={nameOf}
        empty={null}
        columns={[
          { key: "drift", title: t("drift.number"), cell: result => nameOf(result) },
          { key: "outcome", title: t("drift.outcome"), cell: result => named("outcome", result.outcome) },
          { key: "code", title: t("drift.code"), cell: result => <code>{result.code}</code> },
          { key: "detail", title: t("rule.why"), cell: result => result.detail },
        ]}
      />
    </section>
  );
}
