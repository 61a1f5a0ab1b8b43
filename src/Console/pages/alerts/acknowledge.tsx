import { useState } from "preact/hooks";
import { call, type Answered } from "../../api/client.js";
import type { AlertAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { InstantField } from "../../parts/fields.js";
import { sayDone } from "../../parts/undo.js";
import { time } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";
import type { Cause } from "./kinds.js";

const Hour = 3_600_000,
  Choices = [1, 4, 24, 168];

function ahead(hours: number): string {
  return new Date(Math.ceil((Date.now() + hours * Hour) / 1_000) * 1_000).toISOString();
}

/** Says that somebody knows of all alerts of a cause, with a note, until a time. One that gets worse comes back before. */
export function Acknowledge({ cause, onClose, onDone }: { cause: Cause; onClose: () => void; onDone: () => void }) {
  const [until, setUntil] = useState<string | null>(() => ahead(4));
  const [note, setNote] = useState("");
  const act = async (): Promise<Answered<AlertAnswer>> => {
    let last: Answered<AlertAnswer> | null = null;
    for (const alert of cause.alerts) {
      last = await call("POST /v1/alerts/{id}/acknowledge", { path: { id: alert.id }, body: { note: note.trim(), until: until ?? "" } });
    }

    return last!;
  };

  return (
    <Action
      verb={t("alerts.acknowledge")}
      title={t("alerts.acknowledge.title", { kind: named("alerts.kind", cause.kind) })}
      isOpen
      onClose={onClose}
      isComplete={until !== null && note.trim() !== ""}
      act={act}
      onDone={() => {
        sayDone(t("alerts.acknowledged", { time: time(until) }));
        onDone();
      }}
    >
      <p>{counted("alerts.acknowledge.effect", cause.alerts.length)}</p>
      <fieldset class="choice">
        <legend>{t("alerts.for")}</legend>
        {Choices.map(hours => (
          <button key={hours} type="button" onClick={() => setUntil(ahead(hours))}>
            {hours < 24 ? counted("alerts.hours", hours) : counted("position.days", hours / 24)}
          </button>
        ))}
      </fieldset>
      <InstantField label={t("alerts.until")} value={until} onChange={setUntil} />
      <label>
        <span>{t("alerts.note")}</span>
        <textarea required maxLength={1_000} rows={2} value={note} onInput={event => setNote(event.currentTarget.value)} />
      </label>
    </Action>
  );
}
