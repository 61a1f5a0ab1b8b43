import { useState } from "preact/hooks";
import { call, type Answered } from "../../api/client.js";
import type { BatchResult, QuarantineEntry } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Time } from "../../parts/time.js";
import { sayDone } from "../../parts/undo.js";
import { address } from "../../shell/router.js";
import { may, useMe } from "../../shell/session.js";
import { named, t } from "../../text/text.js";
import { changes, parse, shownValue, textOf, type Changed } from "./line.js";
import { LineForm } from "./line-form.js";

type Sheet = "replay" | "dismiss" | "reopen" | null;

/** One rejected line: why, as a form beside its JSON, and what can be done with it. */
export function Entry({ entry, onChanged }: { entry: QuarantineEntry; onChanged: () => void }) {
  const me = useMe();
  const sent = textOf(entry.line);
  const [text, setText] = useState(sent);
  const [sheet, setSheet] = useState<Sheet>(null);
  const [isOverride, setOverride] = useState(false);
  const [rejected, setRejected] = useState<{ code: string | null; detail: string | null } | null>(null);
  const original = parse(sent);
  const line = parse(text);
  const isOrder = entry.source.startsWith("channel/");
  const differing = original === null || line === null ? (text === sent ? [] : [{ name: "line", before: sent, after: text }]) : changes(original, line);
  const detail = rejected?.detail ?? entry.detail;
  const code = rejected?.code ?? entry.code;
  const mayAct = may(me, "POST /v1/quarantine/{id}/replay");
  const isOpen = entry.state === "open" && mayAct;
  const mayNameId = typeof original?.["id"] !== "string" || code === "movement-id-reused";
  const isIdKept = isOrder || mayNameId || line === null || line["id"] === original?.["id"];
  const path = { id: entry.id };

  const replay = () =>
    call("POST /v1/quarantine/{id}/replay", {
      path,
      // As JSON has it: the host reads the line, and says what is wrong with it.
      body: { ...(differing.length === 0 ? {} : { line: line as never }), ...(isOverride ? { override: true } : {}) },
    });
  const replayed = ({ data }: Answered<BatchResult>) => {
    const wrong = data.results.find(result => result.outcome === "rejected");
    setRejected(wrong ?? null);
    if (wrong === undefined) {
      sayDone(t("quarantine.done.replayed"), isOrder || line === null || entry.file ? null : () => undo(entry, shownValue(line["id"])));
    }

    onChanged();
  };

  return (
    <>
      <p>
        <span class={`tag ${entry.state === "open" ? "warn" : "good"}`}>{named("quarantine.state", entry.state)}</span> <Time at={entry.at} />{" "}
        {entry.by && t("quarantine.sent-by", { by: entry.by })}
      </p>
      <div class="error" role="status">
        <strong>{named("quarantine.code", code)}</strong>
        <p>{detail}</p>
        <p class="hint">
          <code>{code}</code>
        </p>
      </div>
      <History entry={entry} />
      <div class="beside wide-side">
        {line !== null && !isOrder ? (
          <LineForm line={line} onChange={changed => setText(textOf(changed))} detail={detail} mayNameId={mayNameId} isReadOnly={!isOpen} />
        ) : (
          <p class="hint">{t(isOrder ? "quarantine.order" : "quarantine.no-form")}</p>
        )}
        <label class="json">
          <span>{t("quarantine.json")}</span>
          <textarea
            rows={16}
            value={text}
            readOnly={!isOpen}
            spellcheck={false}
            aria-invalid={line === null}
            onInput={event => setText(event.currentTarget.value)}
          />
          {line === null && <small class="differs">{t("quarantine.no-json")}</small>}
        </label>
      </div>
      {!isIdKept && (
        <p class="error" role="alert">
          {t("quarantine.id.changed", { id: shownValue(original?.["id"]) })}
        </p>
      )}
      {isOpen && entry.file && (
        <label class="check">
          <input type="checkbox" checked={isOverride} onChange={event => setOverride(event.currentTarget.checked)} />
          <span>{t("quarantine.override")}</span>
        </label>
      )}
      <p class="buttons">
        {isOpen && (
          <>
            <button type="button" class="primary" disabled={!isIdKept || (differing.length > 0 && line === null)} onClick={() => setSheet("replay")}>
              {t(differing.length === 0 ? "quarantine.replay" : "quarantine.replay.corrected")}
            </button>
            <button type="button" onClick={() => setSheet("dismiss")}>
              {t("quarantine.dismiss")}
            </button>
            {differing.length > 0 && (
              <button type="button" onClick={() => setText(sent)}>
                {t("quarantine.as-sent")}
              </button>
            )}
          </>
        )}
        {entry.state === "dismissed" && mayAct && (
          <button type="button" class="primary" onClick={() => setSheet("reopen")}>
            {t("quarantine.reopen")}
          </button>
        )}
        {typeof line?.["sku"] === "string" && typeof line["location"] === "string" && (
          <a class="button" href={address("/console/stock/{sku}/{location}", { sku: line["sku"], location: line["location"] })}>
            {t("quarantine.position")}
          </a>
        )}
      </p>
      <Action
        verb={t(differing.length === 0 ? "quarantine.replay" : "quarantine.replay.corrected")}
        title={t("quarantine.replay.title")}
        isOpen={sheet === "replay"}
        onClose={() => setSheet(null)}
        act={replay}
        onDone={replayed}
      >
        <p>{t("quarantine.replay.effect", { id: shownValue(line?.["id"]), source: entry.source })}</p>
        <Differences changes={differing} />
      </Action>
      <Action
        verb={t("quarantine.dismiss")}
        title={t("quarantine.dismiss.title")}
        isOpen={sheet === "dismiss"}
        onClose={() => setSheet(null)}
        wantsReason
        act={reason => call("POST /v1/quarantine/{id}/dismiss", { path, body: { reason } })}
        onDone={() => {
          sayDone(t("quarantine.done.dismissed"), async () => {
            await call("POST /v1/quarantine/{id}/reopen", { path, body: { reason: t("undo") } });
            onChanged();
          });
          onChanged();
        }}
      >
        <p>{t("quarantine.dismiss.effect")}</p>
      </Action>
      <Action
        verb={t("quarantine.reopen")}
        title={t("quarantine.reopen.title")}
        isOpen={sheet === "reopen"}
        onClose={() => setSheet(null)}
        wantsReason
        act={reason => call("POST /v1/quarantine/{id}/reopen", { path, body: { reason } })}
        onDone={() => {
          sayDone(t("quarantine.done.reopened"));
          onChanged();
        }}
      />
    </>
  );
}

/** What was recorded by a replay is taken back by a correction, under an id that is the same each time. */
async function undo(entry: QuarantineEntry, id: string): Promise<void> {
  const line = parse(textOf(entry.line));
  const [sku, location] = [shownValue(line?.["sku"]), shownValue(line?.["location"])];
  await call("POST /v1/movements", {
    body: {
      source: entry.source,
      movements: [{ id: `${id}-undo`, type: "correction", sku, location, occurredAt: new Date().toISOString(), corrects: id, declaration: "did-not-occur" }],
    },
  });
}

function Differences({ changes: differing }: { changes: readonly Changed[] }) {
  return differing.length === 0 ? (
    <p>{t("quarantine.unchanged")}</p>
  ) : (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("quarantine.field")}</th>
          <th scope="col">{t("quarantine.before")}</th>
          <th scope="col">{t("quarantine.after")}</th>
        </tr>
      </thead>
      <tbody>
        {differing.map(change => (
          <tr key={change.name}>
            <th scope="row">{named("quarantine.field", change.name)}</th>
            <td data-title={t("quarantine.before")}>{change.before}</td>
            <td data-title={t("quarantine.after")}>{change.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Who has decided about it before. */
function History({ entry }: { entry: QuarantineEntry }) {
  return (
    <>
      {entry.settledBy && <p>{t("quarantine.settled-by", { state: named("quarantine.state", entry.state), by: entry.settledBy })}</p>}
      {entry.reason && <p>{t("quarantine.reason", { reason: entry.reason })}</p>}
      {entry.reopened && (
        <p>
          {t("quarantine.reopened-by", { by: entry.reopened.by, reason: entry.reopened.reason })} <Time at={entry.reopened.at} />
        </p>
      )}
    </>
  );
}
