import { useState } from "preact/hooks";
import type { DriftAnswer, FoundDrift, ReconciliationAnswer, Undone } from "../../api/types.js";
import { useApi } from "../../api/use.js";
import { Action } from "../../parts/action.js";
import { Shown } from "../../parts/states.js";
import { Time } from "../../parts/time.js";
import { sayDone } from "../../parts/undo.js";
import { useKey } from "../../shell/keys.js";
import { address } from "../../shell/router.js";
import { may, useMe } from "../../shell/session.js";
import { quantity, signed, sum } from "../../text/format.js";
import { named, positionName, t } from "../../text/text.js";
import { Attribution } from "./attribution.js";
import { around, nameOf, parseName, stateOf } from "./drift.js";
import { fieldName } from "./inbox.js";
import { Around } from "./around.js";
import { settle, undoDrift, type Decision, type Undoing } from "./settle.js";

/** The drift that the address names, else the first that is shown. */
export function Chosen({ name, first, onDone }: { name: string | null; first: FoundDrift | null; onDone: () => void }) {
  const chosen = parseName(name) ?? first;
  const run = useApi("GET /v1/reconciliations/{id}", chosen === null ? null : { path: { id: chosen.run }, query: { after: String(chosen.n - 1), limit: 1 } }, {
    topics: ["reconciliation"],
  });
  return chosen === null ? null : (
    <aside class="panel" aria-label={t("drift.chosen")}>
      <Shown of={run}>
        {data => {
          const drift = data.drifts.find(each => each.n === chosen.n);
          return drift === undefined ? (
            <p class="empty">{t("drift.unknown")}</p>
          ) : (
            <OneDrift
              key={nameOf(chosen)}
              run={data}
              drift={drift}
              onDone={() => {
                run.readAgain();
                onDone();
              }}
            />
          );
        }}
      </Shown>
    </aside>
  );
}

function OneDrift({ run, drift, onDone }: { run: ReconciliationAnswer; drift: DriftAnswer; onDone: () => void }) {
  const me = useMe();
  const [verb, setVerb] = useState<Decision | Undoing | null>(null);
  const state = stateOf(drift);
  const verbs: readonly (Decision | Undoing)[] = !may(me, "POST /v1/reconciliations/drifts/settle")
    ? []
    : state === "open"
      ? ["approve", "dismiss"]
      : state === "approved" || state === "policy"
        ? ["revert"]
        : state === "dismissed"
          ? ["reopen"]
          : [];
  const ask = (wanted: Decision) => verbs.includes(wanted) && setVerb(wanted);
  useKey("a", () => ask("approve"));
  useKey("d", () => ask("dismiss"));

  return (
    <>
      <h2>
        <a href={address("/console/stock/{sku}/{location}", { sku: drift.sku, location: drift.location }, around(run.takenAt))}>{positionName(drift)}</a>
      </h2>
      <p>
        <span class="tag">{named("drift.state", state)}</span> {fieldName(drift.field)} · {named("severity", drift.severity)} ·{" "}
        <a href={address("/console/reconciliation/{run}", { run: run.id })}>{run.system}</a> <Time at={run.takenAt} />
      </p>
      <dl class="sides">
        <div>
          <dt>{t("drift.ours")}</dt>
          <dd>{quantity(drift.ours)}</dd>
        </div>
        <div>
          <dt>{t("drift.theirs")}</dt>
          <dd>{quantity(drift.theirs)}</dd>
        </div>
        <div>
          <dt>{t("drift.difference")}</dt>
          <dd class={drift.difference === 0 ? undefined : "differs"}>{signed(drift.difference)}</dd>
        </div>
      </dl>
      {drift.unknown && <p class="warn">{t("drift.is-unknown", { what: drift.unknown })}</p>}
      <Attribution drift={drift} takenAt={run.takenAt} />
      <Around drift={drift} run={run} />
      <Decided drift={drift} />
      {verbs.length > 0 && (
        <p class="buttons">
          {verbs.map((each, index) => (
            <button
              key={each}
              type="button"
              class={index === 0 ? "primary" : undefined}
              aria-keyshortcuts={each === "approve" ? "a" : each === "dismiss" ? "d" : undefined}
              onClick={() => setVerb(each)}
            >
              {t(`drift.${each}`)}
            </button>
          ))}
        </p>
      )}
      <Action<DriftAnswer>
        title={verb ? `${t(`drift.${verb}`)}: ${positionName(drift)}` : ""}
        verb={verb ? t(`drift.${verb}`) : ""}
        isOpen={verb !== null}
        onClose={() => setVerb(null)}
        wantsReason
        act={reason => settle({ run: run.id, n: drift.n }, verb!, reason)}
        onDone={({ data }) => {
          const made = verb!;
          const isHalf = made === "approve" && data.settled === null;
          const canUndo = (made === "approve" && !isHalf && drift.field !== "reserved") || made === "dismiss";
          sayDone(
            t(isHalf ? "drift.done.first" : `drift.done.${made}`, { position: positionName(drift) }),
            canUndo ? () => undoDrift({ run: run.id, n: drift.n }, made as Decision, t("drift.undone")).then(onDone) : null,
          );
          onDone();
        }}
      >
        {verb && <Effect drift={drift} verb={verb} />}
      </Action>
    </>
  );
}

/** The numbers before and after a decision: now, not at the count, as movements have gone on. */
function Effect({ drift, verb }: { drift: DriftAnswer; verb: Decision | Undoing }) {
  const isOnHand = drift.field === "onHand";
  const position = useApi("GET /v1/positions/{sku}/{location}", isOnHand ? { path: { sku: drift.sku, location: drift.location } } : null);
  const by = verb === "approve" ? -drift.difference : verb === "revert" ? drift.difference : 0;
  return (
    <>
      <p>{t(`drift.${verb}.what`)}</p>
      {by !== 0 && isOnHand && position.data && (
        <p>
          {t("drift.effect", {
            before: quantity(position.data.onHand),
            after: quantity(sum([position.data.onHand, by])),
            change: signed(by),
          })}
        </p>
      )}
      {verb === "approve" && drift.field === "reserved" && <p class="warn">{t("drift.cannot-undo")}</p>}
    </>
  );
}

/** Who has decided, why, and what was taken back. */
function Decided({ drift }: { drift: DriftAnswer }) {
  const said = (key: "drift.reverted-by" | "drift.reopened-by", undone: Undone | null) =>
    undone && (
      <li>
        {t(key, { by: undone.by })} <Time at={undone.at} />
        <blockquote>{undone.reason}</blockquote>
      </li>
    );
  return (
    <ul class="decided">
      {drift.firstApproval && (
        <li>
          {t("drift.first-by", { by: drift.firstApproval.by })} <Time at={drift.firstApproval.at} />
          <blockquote>{drift.firstApproval.reason}</blockquote>
        </li>
      )}
      {drift.settled && (
        <li>
          {t("drift.settled-by", { decision: named("drift.state", drift.settled.decision), by: drift.settled.by ?? "–" })} <Time at={drift.settled.at} />
          {drift.settled.reason && <blockquote>{drift.settled.reason}</blockquote>}
        </li>
      )}
      {said("drift.reverted-by", drift.reverted)}
      {said("drift.reopened-by", drift.reopened)}
    </ul>
  );
}
