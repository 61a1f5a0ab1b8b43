import { useState } from "preact/hooks";
import type { AlertAnswer } from "../../api/types.js";
import { PageLink } from "../../parts/page-link.js";
import { Time } from "../../parts/time.js";
import { mayOpen } from "../../shell/pages.js";
import { may, useMe } from "../../shell/session.js";
import { counted, named, t } from "../../text/text.js";
import { Acknowledge } from "./acknowledge.js";
import { mendOf, runbookOf, subjectOf, type Cause } from "./kinds.js";

const MostSubjects = 3;

/** One row for each cause: what it is, since when, where it is mended, and who knows of it. */
export function Causes({ list, onChanged }: { list: readonly Cause[]; onChanged: () => void }) {
  const me = useMe();
  const [acknowledged, setAcknowledged] = useState<Cause | null>(null);
  return (
    <>
      <ul class="causes" aria-label={t("nav.alerts")}>
        {list.map(cause => (
          <Row key={cause.key} cause={cause} onAcknowledge={may(me, "POST /v1/alerts/{id}/acknowledge") ? () => setAcknowledged(cause) : null} />
        ))}
      </ul>
      {acknowledged && <Acknowledge key={acknowledged.key} cause={acknowledged} onClose={() => setAcknowledged(null)} onDone={onChanged} />}
    </>
  );
}

function Row({ cause, onAcknowledge }: { cause: Cause; onAcknowledge: (() => void) | null }) {
  const me = useMe();
  const first = cause.alerts[0]!;
  const { mend, href } = mendOf(first);
  const isOpen = first.state === "open";
  const known = isOpen && cause.alerts.every(alert => alert.acknowledged) ? first.acknowledged : null;
  const more = cause.alerts.length - MostSubjects;
  return (
    <li class={known ? "cause known" : "cause"}>
      <div>
        <h2>
          <span class={`tag severity ${cause.severity}`}>{named("alerts.severity", cause.severity)}</span> {named("alerts.kind", cause.kind)}
          {cause.alerts.length > 1 && <small> × {cause.alerts.length}</small>}
        </h2>
        <p>{first.detail}</p>
        <p class="subjects">
          {cause.alerts.slice(0, MostSubjects).map(alert => (
            <Subject key={alert.id} alert={alert} />
          ))}
          {more > 0 && <span>{counted("alerts.more", more)}</span>}
        </p>
        <p class="hint">
          {t("alerts.since")} <Time at={first.raisedAt} />
          {first.resolvedAt && (
            <>
              {" "}
              {t("alerts.resolved")} <Time at={first.resolvedAt} />
            </>
          )}
        </p>
        {known && (
          <p class="acknowledged">
            {t("alerts.known", { by: known.by, note: known.note })} <Time at={known.until} />
          </p>
        )}
        <details>
          <summary>{t("alerts.runbook")}</summary>
          <p>{named("alerts.do", cause.kind)}</p>
          <p class="hint">
            {t("alerts.runbook.file")} <code>docs/{runbookOf(cause.kind)}</code>
          </p>
          {cause.alerts.length > 1 && (
            <ul>
              {cause.alerts.map(alert => (
                <li key={alert.id}>
                  <Subject alert={alert} /> {alert.detail} <Time at={alert.raisedAt} />
                </li>
              ))}
            </ul>
          )}
        </details>
      </div>
      <p class="buttons">
        {mayOpen(me, href) && (
          <a class="button" href={href}>
            {t(`alerts.mend.${mend}`)}
          </a>
        )}
        {isOpen && onAcknowledge && (
          <button type="button" onClick={onAcknowledge} aria-label={`${t("alerts.acknowledge")}: ${named("alerts.kind", cause.kind)}`}>
            {t("alerts.acknowledge")}
          </button>
        )}
      </p>
    </li>
  );
}

function Subject({ alert }: { alert: AlertAnswer }) {
  const { text, href } = subjectOf(alert);
  return href === null ? <span>{text}</span> : <PageLink href={href}>{text}</PageLink>;
}
