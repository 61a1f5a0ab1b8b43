import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refused, send } from "../api/client.js";
import { asRefused } from "../api/use.js";
import type { MeAnswer } from "../api/types.js";
import { ErrorBox } from "../parts/states.js";
import { t, type TextKey } from "../text/text.js";

function offersSingleSignOn(): boolean {
  return document.querySelector<HTMLMetaElement>("meta[name=single-sign-on]")?.content === "true";
}

/** What the way back from the identity provider says. */
function failedSignOn(): TextKey | null {
  const outcome = new URLSearchParams(location.search).get("signIn");
  return outcome === "failed" ? "sign-in.single.failed" : outcome === "no-role" ? "sign-in.single.no-role" : null;
}

/** Exchanges a key for a session. The key is in the field until it is sent, and nowhere else. */
export function SignIn({ hasEnded, onSignedIn }: { hasEnded: boolean; onSignedIn: (me: MeAnswer) => void }) {
  const [error, setError] = useState<Refused | null>(null);
  const key = useRef<HTMLInputElement>(null);

  // An element that is put in later is not focused by its attribute.
  useEffect(() => key.current?.focus(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const response = await send("POST", "/console/sign-in", { key: key.current?.value ?? "" });
      key.current!.value = "";
      onSignedIn((await response.json()) as MeAnswer);
    } catch (failure) {
      setError(asRefused(failure));
      key.current?.focus();
      key.current?.select();
    }
  };

  const here = location.pathname + location.search;
  const failed = failedSignOn();
  return (
    <form class="sign-in" onSubmit={submit}>
      <h1 id="sign-in-title">{t("console.name")}</h1>
      {hasEnded && <p>{t("sign-in.again")}</p>}
      {failed !== null && (
        <p role="alert" class="error">
          {t(failed)}
        </p>
      )}
      <label>
        <span>{t("sign-in.key")}</span>
        <input ref={key} type="password" name="key" required autocomplete="current-password" aria-describedby="sign-in-hint" />
      </label>
      <p id="sign-in-hint" class="hint">
        {t("sign-in.hint")}
      </p>
      {error?.status === 401 ? (
        <p role="alert" class="error">
          {t("sign-in.unknown")}
        </p>
      ) : (
        error && <ErrorBox error={error} />
      )}
      <p class="buttons">
        <button class="primary" type="submit">
          {t("sign-in")}
        </button>
        {offersSingleSignOn() && (
          <a class="button" href={`/console/sign-in/oidc?return=${encodeURIComponent(here)}`} target="_self" data-single-sign-on>
            {t("sign-in.single")}
          </a>
        )}
      </p>
    </form>
  );
}

/** Over the page, and over a sheet that is open on it; what had the focus has it again afterwards. */
export function SignInOver({ onSignedIn }: { onSignedIn: (me: MeAnswer) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the key has the focus: what has it now is what has it again.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);

  // Escape leads nowhere: without a session there is nothing to go back to.
  return (
    <dialog ref={dialog} class="over" aria-labelledby="sign-in-title" onClose={event => event.currentTarget.isConnected && event.currentTarget.showModal()}>
      <SignIn hasEnded onSignedIn={onSignedIn} />
    </dialog>
  );
}
