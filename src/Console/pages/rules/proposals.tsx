import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import type { RuleProposalAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { sayDone } from "../../parts/undo.js";
import { address } from "../../shell/router.js";
import { may, useMe } from "../../shell/session.js";
import { t } from "../../text/text.js";
import { draftOf } from "./draft.js";
import { sentence } from "./sentence.js";

/** What a rule is to be, in a sentence. */
function wanted(proposal: RuleProposalAnswer): string {
  return proposal.rule === null ? t("rule.end.after") : sentence(draftOf(proposal.rule));
}

/** Changes that wait for a second person; nothing where there are none. Who proposed one may withdraw it. */
export function Proposals({ of }: { of?: string }) {
  const me = useMe();
  const list = usePages("GET /v1/rule-proposals", { query: { limit: 100 } }, { topics: ["rule"] });
  const [chosen, setChosen] = useState<RuleProposalAnswer | null>(null);
  const rows = list.rows.filter(proposal => of === undefined || proposal.id === of);
  const isMine = chosen?.by === me.name;
  return rows.length === 0 ? null : (
    <section>
      <h2>{t("rule.proposals")}</h2>
      <Table
        name={t("rule.proposals")}
        rows={rows}
        keyOf={proposal => proposal.id}
        open={proposal => address("/console/rules/{id}", { id: proposal.id })}
        empty={null}
        columns={[
          { key: "id", title: t("rule.id"), cell: proposal => proposal.id },
          { key: "says", title: t("rule.says"), cell: wanted },
          { key: "by", title: t("rule.by"), cell: proposal => proposal.by },
          { key: "why", title: t("rule.why"), cell: proposal => proposal.reason },
          { key: "at", title: t("rule.at"), cell: proposal => <Time at={proposal.at} /> },
          ...(may(me, "POST /v1/rules/{id}/approve")
            ? [
                {
                  key: "act",
                  title: t("rule.decide"),
                  cell: (proposal: RuleProposalAnswer) => (
                    <button type="button" onClick={() => setChosen(proposal)}>
                      {t(proposal.by === me.name ? "rule.withdraw" : "rule.approve")}
                    </button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Action
        title={chosen?.id ?? ""}
        verb={t(isMine ? "rule.withdraw" : "rule.approve")}
        isOpen={chosen !== null}
        onClose={() => setChosen(null)}
        act={async () => {
          const id = chosen!.id;
          const { etag, correlation } = await (isMine
            ? call("DELETE /v1/rules/{id}/proposal", { path: { id } })
            : call("POST /v1/rules/{id}/approve", { path: { id } }, { ifMatch: chosen!.tag }));
          return { data: undefined, etag, correlation };
        }}
        onDone={() => {
          sayDone(t(isMine ? "rule.done.withdrawn" : "rule.done.approved", { id: chosen!.id }));
          list.readAgain();
        }}
      >
        {chosen && (
          <>
            <p>{wanted(chosen)}</p>
            <p class="hint">
              {chosen.by}: {chosen.reason} <Time at={chosen.at} />
            </p>
          </>
        )}
      </Action>
    </section>
  );
}
