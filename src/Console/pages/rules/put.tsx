import { useRef, useState } from "preact/hooks";
import { call, Refused } from "../../api/client.js";
import { asRefused } from "../../api/use.js";
import type { RuleAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Conflict } from "../../parts/conflict.js";
import { sayDone } from "../../parts/undo.js";
import { t } from "../../text/text.js";
import { Differences } from "./differences.js";
import { allFieldsOf, bodyOf, draftOf, fieldName, fieldText, isComplete, type Draft } from "./draft.js";
import { Line, RuleForm } from "./form.js";

/** What is to be put: a rule that exists, as it was read, or a new one. */
export interface Start {
  /** Empty for a new rule, whose id is typed. */
  readonly id: string;
  readonly draft: Draft;
  /** The rule as it was read, with its ETag; null for a new one. */
  readonly opened: RuleAnswer | null;
  readonly etag: string | null;
}

interface Following {
  readonly onClose: () => void;
  readonly onDone: (id: string) => void;
  readonly onUndone?: () => void;
}

/** The sheet in which a rule is set: its fields, what differs from what it is, and why. It can be undone for a while. */
export function PutRule({ start, ...rest }: { start: Start | null } & Following) {
  // A form of its own for each opening; while it is closed what was typed is gone.
  return start === null ? null : <PutSheet key={`${start.id}@${start.etag}`} start={start} {...rest} />;
}

function PutSheet({ start, onClose, onDone, onUndone }: { start: Start } & Following) {
  const [id, setId] = useState(start.id);
  const [draft, setDraft] = useState(start.draft);
  const base = useRef({ etag: start.etag, before: start.opened }); // what it is based on: in a conflict, theirs
  const before = start.opened === null ? null : draftOf(start.opened);
  const isNew = start.opened === null;

  const act = async (reason: string) => {
    if (isNew) {
      await requireUnknown(id);
    }

    return call("PUT /v1/rules/{id}", { path: { id }, body: { ...bodyOf(draft), reason } }, { ifMatch: base.current.etag });
  };

  return (
    <Action
      title={isNew ? t("rule.new") : t("rule.change.title", { id })}
      verb={isNew ? t("rule.create") : t("rule.change")}
      isOpen
      onClose={onClose}
      wantsReason
      isComplete={isComplete(draft) && id.trim() !== ""}
      {...(!draft.sku && draft.kind !== "supply" && id !== "" ? { typed: id } : {})}
      act={act}
      onDone={({ data, etag }) => {
        const earlier = base.current.before;
        sayDone(t(isNew ? "rule.done.new" : "rule.done.changed", { id: data.id, version: data.version }), () => undoPut(data.id, etag, earlier).then(onUndone));
        onDone(data.id);
      }}
      conflict={() => (
        <Conflict
          fields={allFieldsOf(draft.kind)}
          nameOf={fieldName}
          textOf={fieldText}
          opened={before ?? start.draft}
          yours={draft}
          read={async () => {
            const { data, etag } = await call("GET /v1/rules/{id}", { path: { id } });
            base.current = { etag, before: data };
            return { values: draftOf(data), etag, by: data.by, at: data.recordedAt, why: data.reason };
          }}
          onTake={setDraft}
        />
      )}
    >
      {isNew && <Line label={t("rule.id")} value={id} isRequired onInput={setId} />}
      <RuleForm draft={draft} onChange={setDraft} hasKind={isNew} />
      {before && <Differences before={before} after={draft} />}
      {!draft.sku && draft.kind !== "supply" && <p class="warn">{t("rule.wide")}</p>}
    </Action>
  );
}

/** A new rule does not take the place of one that has its id: the API replaces, and cannot be asked not to. */
async function requireUnknown(id: string): Promise<void> {
  try {
    await call("GET /v1/rules/{id}", { path: { id } });
  } catch (failure) {
    if (asRefused(failure).status === 404) {
      return;
    }

    throw failure;
  }

  throw new Refused(409, "rule-exists", t("rule.exists"), t("rule.exists.detail", { id }), [], "", null, {});
}

/** The earlier content as a new version, or the rule ended where there was none; refused where somebody has changed it since. */
async function undoPut(id: string, etag: string | null, earlier: RuleAnswer | null): Promise<void> {
  const reason = t("rule.undone");
  if (earlier === null || earlier.state === "ended") {
    await call("DELETE /v1/rules/{id}", { path: { id }, query: { reason } }, { ifMatch: etag });
  } else {
    await putAgain(earlier, etag, reason);
  }
}

/** Sets a rule to what a version of it says, from now on, or from its date where that is ahead. */
export function putAgain(version: RuleAnswer, etag: string | null, reason: string) {
  return call("PUT /v1/rules/{id}", { path: { id: version.id }, body: { ...bodyOf(draftOf(version)), reason } }, { ifMatch: etag });
}
