import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Refused } from "../api/client.js";
import type { Loaded } from "../api/use.js";
import { usePlace, withQuery } from "../shell/router.js";
import { t } from "../text/text.js";
import { clock } from "../text/format.js";

/** Milliseconds before something that takes time is shown as such. */
const Unnoticed = 150;

/** Nothing for a moment, then grey lines. */
export function Waiting() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), Unnoticed);
    return () => clearTimeout(timer);
  }, []);
  return isLong ? (
    <div class="waiting" role="status">
      <span class="unseen">{t("loading")}</span>
      <i />
      <i />
      <i />
    </div>
  ) : null;
}

/** A refusal as the API words it, with its code and the correlation id to copy. */
export function ErrorBox({ error, onAgain }: { error: Refused; onAgain?: () => void }) {
  return (
    <div class="error" role="alert">
      <strong>{error.isOffline ? t("offline") : error.title}</strong>
      {error.detail && <p>{error.detail}</p>}
      {error.errors.length > 0 && (
        <ul>
          {error.errors.map(wrong => (
            <li key={wrong.field + wrong.detail}>
              <code>{wrong.field}</code> {wrong.detail}
            </li>
          ))}
        </ul>
      )}
      <p class="hint">
        <code>{error.code}</code>
        {error.correlation && (
          <>
            {" "}
            {t("error.correlation")} <code>{error.correlation}</code>
          </>
        )}
      </p>
      {onAgain && <Again error={error} onAgain={onAgain} />}
    </div>
  );
}

/** A button; by itself after what the host asks to wait. */
function Again({ error, onAgain }: { error: Refused; onAgain: () => void }) {
  const [left, setLeft] = useState(error.retryAfter);
  useEffect(() => {
    if (left === null) {
      return;
    }

    const timer = setTimeout(() => (left <= 1 ? onAgain() : setLeft(left - 1)), 1_000);
    return () => clearTimeout(timer);
  }, [left, onAgain]);
  return (
    <button type="button" onClick={onAgain}>
      {left === null ? t("error.again") : t("error.wait", { seconds: left })}
    </button>
  );
}

/** What was read, or why it is not there; the old stays shown, marked, while it is read again or cannot be. */
export function Shown<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ComponentChildren }) {
  const [readAt, setReadAt] = useState(0);
  useEffect(() => {
    if (of.data !== null && !of.isStale) {
      setReadAt(Date.now());
    }
  }, [of.data, of.isStale]);

  if (of.data === null) {
    return of.error ? <ErrorBox error={of.error} onAgain={of.readAgain} /> : <Waiting />;
  }

  return (
    <div class={of.isStale ? "stale" : undefined} aria-busy={of.isStale}>
      {of.error && (
        <p class="hint" role="status">
          {t("reading-again", { time: readAt === 0 ? "" : clock(readAt) })}
        </p>
      )}
      {children(of.data)}
    </div>
  );
}

/** Says which emptiness it is: nothing exists yet, with how to begin, or nothing matches the filters. */
export function Empty({ filters, children }: { filters?: readonly string[]; children?: ComponentChildren }) {
  const place = usePlace();
  const used = filters?.filter(name => place.query.get(name)) ?? [];
  return (
    <div class="empty">
      {used.length > 0 ? (
        <p>
          {t("empty.no-match")} <a href={withQuery(place, Object.fromEntries(used.map(name => [name, null])))}>{t("empty.clear")}</a>
        </p>
      ) : (
        <p>{children ?? t("empty.nothing")}</p>
      )}
    </div>
  );
}

export function Forbidden({ roles }: { roles: readonly string[] }) {
  return (
    <>
      <h1 tabIndex={-1}>{t("page.forbidden")}</h1>
      <p>{t("page.forbidden.detail", { roles: roles.join(", ") })}</p>
    </>
  );
}

export function Unknown() {
  return (
    <>
      <h1 tabIndex={-1}>{t("page.unknown")}</h1>
      <p>{t("page.unknown.detail")}</p>
    </>
  );
}
