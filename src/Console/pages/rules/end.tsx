import { useEffect } from "preact/hooks";
import { call, type Refused } from "../../api/client.js";
import type { RuleAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { ErrorBox } from "../../parts/states.js";
import { sayDone } from "../../parts/undo.js";
import { t } from "../../text/text.js";
import { draftOf } from "./draft.js";
import { putAgain } from "./put.js";
import { sentence } from "./sentence.js";

/** Ends a rule now; what was dated ahead is not coming. It can be set again for a while. */
export function EndRule({
  rule,
  etag,
  isOpen,
  onClose,
  onDone,
}: {
  rule: RuleAnswer;
  etag: string | null;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  return (
    <Action
      title={t("rule.end.title", { id: rule.id })}
      verb={t("rule.end")}
      isOpen={isOpen}
      onClose={onClose}
      wantsReason
      {...(rule.sku || rule.kind === "supply" ? {} : { typed: rule.id })}
      act={reason => call("DELETE /v1/rules/{id}", { path: { id: rule.id }, query: { reason } }, { ifMatch: etag })}
      onDone={ended => {
        sayDone(t("rule.done.ended", { id: rule.id }), () => putAgain(rule, ended.etag, t("rule.undone")).then(onDone));
        onDone();
      }}
      conflict={error => <Changed error={error} onSeen={onDone} />}
    >
      <p>{t("rule.end.before", { rule: sentence(draftOf(rule)) })}</p>
      <p>{t("rule.end.after")}</p>
    </Action>
  );
}

/** Somebody else has changed it: it is read again, and the sheet says what would end now. */
function Changed({ error, onSeen }: { error: Refused; onSeen: () => void }) {
  useEffect(onSeen, []);
  return <ErrorBox error={error} />;
}
