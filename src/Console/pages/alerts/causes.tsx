import type { AlertAnswer } from "../../api/types.js";
import { Time } from "../../parts/time.js";
import { Pages } from "../../shell/pages.js";
import { match } from "../../shell/router.js";
import { has, useMe } from "../../shell/session.js";
import { counted, named, t } from "../../text/text.js";
import { mendOf, runbookOf, subjectOf, type Cause } from "./kinds.js";

const MostSubjects = 3;

/** One row for each cause: what it is, since when, where it is mended, and who knows of it. */
export function Causes({ list }: { list: readonly Cause[] }) {
  return (
    <ul class="causes" aria-label={t("nav.alerts")}>
      {list.map(cause => (
        <Row key={cause.key} cause={cause} />
      ))}
    </ul>
  );
}

function Row({ cause }: { cause: Cause }) {
  const me = useMe();
  const first = cause.alerts[0]!;
  const { mend, href } = mendOf(first);
  // A page that this person may not open, or that is not there, has no button.
  const page = Pages.find(route => match(route.pattern, href.split("?")[0]!) !== null);
  const more = cause.alerts.length - MostSubjects;
  return (
    <li class="cause">
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
        {page && has(me, page.page.roles) && (
          <a class="button" href={href}>
            {t(`alerts.mend.${mend}`)}
          </a>
        )}
      </p>
    </li>
  );
}

function Subject({ alert }: { alert: AlertAnswer }) {
  const { text, href } = subjectOf(alert);
  return href === null ? <span>{text}</span> : <a href={href}>{text}</a>;
}
