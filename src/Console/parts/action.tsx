import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Answered, Refused } from "../api/client.js";
import { asRefused } from "../api/use.js";
import { t } from "../text/text.js";
import { Sheet } from "./sheet.js";
import { ErrorBox } from "./states.js";

interface Props<T> {
  /** The verb on the button. */
  readonly verb: string;
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Sends it; the reason is what was typed, where one is asked for. */
  readonly act: (reason: string) => Promise<Answered<T>>;
  readonly onDone: (answered: Answered<T>) => void;
  readonly wantsReason?: boolean;
  /** For wide effects: the name that has to be typed. */
  readonly typed?: string;
  /** Shown instead of the error where somebody else has changed it meanwhile (412). */
  readonly conflict?: (error: Refused) => ComponentChildren;
  readonly isComplete?: boolean;
  /** What will change, with numbers before and after, and who is affected. */
  readonly children?: ComponentChildren;
}

/** The sheet before an action: what it changes, why, and the verb. Nothing is shown as done before the answer. */
export function Action<T>({ verb, title, isOpen, onClose, act, onDone, wantsReason, typed, conflict, isComplete = true, children }: Props<T>) {
  const [reason, setReason] = useState("");
  const [name, setName] = useState("");
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Refused | null>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isSending) {
      return;
    }

    setSending(true);
    setError(null);
    try {
      const answered = await act(reason.trim());
      setReason("");
      setName("");
      onClose();
      onDone(answered);
    } catch (failure) {
      setError(asRefused(failure));
    } finally {
      setSending(false);
    }
  };

  return (
    <Sheet title={title} isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        {wantsReason && (
          <label>
            <span>{t("sheet.reason")}</span>
            <textarea required maxLength={1_000} rows={2} value={reason} onInput={event => setReason(event.currentTarget.value)} />
          </label>
        )}
        {typed !== undefined && (
          <label>
            <span>{t("sheet.type-name", { name: typed })}</span>
            <input value={name} autocomplete="off" onInput={event => setName(event.currentTarget.value)} />
          </label>
        )}
        {/* Without a session the sign-in is above it. */}
        {error && error.status !== 401 && (error.status === 412 && conflict ? conflict(error) : <ErrorBox error={error} />)}
        <p class="buttons">
          {/* Not disabled while it is sent: it would lose the focus, and keys their way. */}
          <button class="primary" type="submit" aria-disabled={isSending} disabled={!isComplete || (typed !== undefined && name !== typed)}>
            {isSending ? t("sheet.sending") : verb}
          </button>
          <button type="button" onClick={onClose}>
            {t("sheet.cancel")}
          </button>
        </p>
      </form>
    </Sheet>
  );
}
