import { useState } from "preact/hooks";
import { namedFields } from "../../parts/named-fields.js";
import { Sheet } from "../../parts/sheet.js";
import { Time } from "../../parts/time.js";
import { address } from "../../shell/router.js";
import { quantity } from "../../text/format.js";
import { counted, named, positionName, t } from "../../text/text.js";
import { LineFields } from "./fields.js";
import { draftOf, movementOf, wrongFields, type Draft, type Field } from "./movement.js";
import { add, correct, deliver, drop, type Line, type Sending } from "./outbox.js";

/** What was recorded on this device and what became of it, the newest first. */
export function Lines({ name, lines, sending }: { name: string; lines: readonly Line[]; sending: Sending }) {
  const [corrected, setCorrected] = useState<Line | null>(null);
  const waiting = lines.filter(line => line.state === "waiting").length;
  return (
    <section class="outbox" aria-label={t("record.lines")}>
      <h2>{t("record.lines")}</h2>
      <p class="hint" role="status">
        {waiting === 0 ? t("record.none-waits") : counted("record.waits", waiting)}
        {waiting > 0 && sending.error && ` ${sending.error.isOffline ? t("record.offline") : sending.error.title}`}
      </p>
      {waiting > 0 && !sending.isSending && (
        <button type="button" onClick={() => deliver(name)}>
          {t("record.send-now")}
        </button>
      )}
      {lines.length === 0 ? (
        <p class="empty">{t("record.nothing")}</p>
      ) : (
        <ol>
          {lines.toReversed().map(line => (
            <OneLine
              key={line.id}
              line={line}
              isSending={sending.isSending}
              isUndone={lines.some(other => other.id === undoId(line.id))}
              onCorrect={() => setCorrected(line)}
              onDrop={() => drop(name, line.id)}
              onUndo={() => undo(name, line)}
            />
          ))}
        </ol>
      )}
      {corrected && <Correct key={corrected.id} name={name} line={corrected} onClose={() => setCorrected(null)} />}
    </section>
  );
}

/** The same id each time, so that undoing twice undoes once. */
function undoId(id: string): string {
  return `${id}-undo`;
}

/** Records that a line did not occur; both stay in history. */
export function undo(name: string, line: Line): void {
  const { sku, location } = line.movement;
  add(
    name,
    line.source,
    { type: "correction", sku, location, occurredAt: new Date().toISOString(), corrects: line.id, declaration: "did-not-occur" },
    null,
    undoId(line.id),
  );
}

function OneLine({
  line,
  isSending,
  isUndone,
  onCorrect,
  onDrop,
  onUndo,
}: {
  line: Line;
  isSending: boolean;
  isUndone: boolean;
  onCorrect: () => void;
  onDrop: () => void;
  onUndo: () => void;
}) {
  const { movement } = line;
  const state = line.state === "waiting" ? (isSending ? "sending" : "waiting") : line.state === "rejected" ? "rejected" : (line.outcome ?? "accepted");
  const tone = line.state === "rejected" ? "bad" : line.state === "waiting" ? "warn" : "good";
  return (
    <li>
      <p>
        <span class={`tag ${tone}`}>{named("record.state", state)}</span>{" "}
        <a href={address("/console/stock/{sku}/{location}", { sku: movement.sku, location: movement.location })}>{positionName(movement)}</a>
      </p>
      <p>
        {named("record.type", movement.type)} {quantity(movement.quantity)} {movement.to && movement.type === "transfer" && `→ ${movement.to}`}{" "}
        {movement.document && <code>{movement.document}</code>} {movement.reason}
      </p>
      {line.state === "rejected" && (
        <p class="error">
          {line.detail} <code>{line.outcome}</code>
        </p>
      )}
      {line.state === "recorded" && line.after && (
        <p>
          {t("record.became", {
            before: line.before ? quantity(line.before.onHand) : "?",
            after: quantity(line.after.onHand),
            free: quantity(line.after.free),
          })}
        </p>
      )}
      <p class="hint">
        <Time at={movement.occurredAt} /> <code>{line.id}</code>
      </p>
      {line.state === "rejected" && (
        <p class="buttons">
          {movement.type !== "correction" && (
            <button type="button" onClick={onCorrect}>
              {t("record.correct")}
            </button>
          )}
          <button type="button" onClick={onDrop}>
            {t("record.drop")}
          </button>
        </p>
      )}
      {line.state === "recorded" && movement.type !== "correction" && !isUndone && (
        <p class="buttons">
          <button type="button" onClick={onUndo}>
            {t("undo")}
          </button>
        </p>
      )}
    </li>
  );
}

/** The fields that a rejection names. */
function fieldsIn(detail: string): Field[] {
  const wrong = namedFields(detail);
  return (["sku", "location", "quantity", "reason", "to", "document"] as const).filter(name => wrong.has(name));
}

/** A rejected line with its fields; its id stays, since that is what makes it count once. */
function Correct({ name, line, onClose }: { name: string; line: Line; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(line.movement));
  const [wrong, setWrong] = useState<readonly Field[]>(() => fieldsIn(line.detail ?? ""));
  const isFuture = line.outcome === "occurred-in-future";
  const submit = (event: Event) => {
    event.preventDefault();
    const fields = wrongFields(draft);
    setWrong(fields);
    if (fields.length === 0) {
      correct(name, line.id, movementOf(draft, isFuture ? new Date().toISOString() : line.movement.occurredAt));
      onClose();
    }
  };

  return (
    <Sheet title={t("record.correct.title")} isOpen onClose={onClose}>
      <form onSubmit={submit}>
        <p class="error">
          {line.detail} <code>{line.outcome}</code>
        </p>
        <label>
          <span>{t("record.id")}</span>
          <input value={line.id} readOnly aria-describedby="record-id-hint" />
        </label>
        <p class="hint" id="record-id-hint">
          {t(line.outcome === "movement-id-reused" ? "record.id.new" : "record.id.locked")}
        </p>
        <label>
          <span>{t("filter.location")}</span>
          <input value={draft.location} maxLength={128} onInput={event => setDraft({ ...draft, location: event.currentTarget.value })} />
        </label>
        <LineFields draft={draft} onChange={setDraft} wrong={wrong} />
        <p class="buttons">
          <button class="primary" type="submit">
            {t("record.send-again")}
          </button>
          <button type="button" onClick={onClose}>
            {t("sheet.cancel")}
          </button>
        </p>
      </form>
    </Sheet>
  );
}
