import type { ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Refused } from "../api/client.js";
import { RolesOf } from "../api/roles.js";
import type { Loaded } from "../api/use.js";
import { usePlace, withQuery } from "../shell/router.js";
import { Me } from "../shell/session.js";
import { listed, t } from "../text/text.js";
import { clock } from "../text/format.js";

/** Milliseconds before something that takes time is shown as such. */
const Unnoticed = 150;

/** Seconds after which what could not be read is read again. */
const Soon = 10;

/** Nothing for a moment, then grey lines. */
export function Waiting() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), Unnoticed);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="waiting" role="status">
      {isLong && (
        <>
          <span class="unseen">{t("loading")}</span>
          <i />
          <i />
          <i />
        </>
      )}
    </div>
  );
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
      {error.status === 403 && <Own />}
      <p class="hint">
        <Code error={error} />
      </p>
      {onAgain && <Again key={error} error={error} onAgain={onAgain} />}
    </div>
  );
}

function Code({ error }: { error: Refused }) {
  return (
    <>
      <code>{error.code}</code>
      {error.correlation && (
        <>
          {" "}
          {t("error.correlation")} <code>{error.correlation}</code>
        </>
      )}
    </>
  );
}

/** What is the caller's own, where something was refused. */
function Own() {
  const me = useContext(Me);
  const own = me === null ? [] : [...me.channels, ...me.locations];
  return own.length === 0 ? null : <p>{t("error.own", { roles: listed(me?.roles ?? []), own: listed(own) })}</p>;
}

/** A button; by itself after what the host asks to wait, or after some seconds. */
function Again({ error, onAgain, after = null }: { error: Refused; onAgain: () => void; after?: number | null }) {
  const [left, setLeft] = useState(error.retryAfter ?? after);
  const [isAsked, setAsked] = useState(false);
  const again = () => {
    setAsked(true);
    onAgain();
  };
  useEffect(() => {
    if (left === null || isAsked) {
      return;
    }

    const timer = setTimeout(() => (left <= 1 ? again() : setLeft(left - 1)), 1_000);
    return () => clearTimeout(timer);
  }, [left, isAsked]);
  return (
    <button type="button" aria-busy={isAsked} onClick={again}>
      {isAsked ? t("loading") : left === null ? t("error.again") : t("error.wait", { seconds: left })}
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
    <div class={of.isStale ? "stale" : undefined} aria-busy={of.isStale && of.error === null}>
      {of.error && (
        <p class="hint" role="status">
          {t("reading-again", { time: readAt === 0 ? "" : clock(readAt) })} {!of.error.isOffline && <Code error={of.error} />}{" "}
          <Again key={of.error} error={of.error} onAgain={of.readAgain} after={Soon} />
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

/** Where a part of a page would be that the caller may not use: for whom it is. */
export function NotFor({ operation }: { operation: keyof typeof RolesOf }) {
  return <p class="empty">{t("page.forbidden.detail", { roles: listed(RolesOf[operation]) })}</p>;
}

export function Forbidden({ roles }: { roles: readonly string[] }) {
  return (
    <>
      <h1 tabIndex={-1}>{t("page.forbidden")}</h1>
      <p>{t("page.forbidden.detail", { roles: listed(roles) })}</p>
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
