import type { HostShown, OperationsAnswer } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { bytes, quantity } from "../../text/format.js";
import { counted, t } from "../../text/text.js";

/** Seconds after which a host that was not seen is taken for gone. */
const Gone = 60;

/** The hosts of the cluster, and what each of them does for all. */
export function Hosts({ answer }: { answer: OperationsAnswer }) {
  return (
    <section>
      <h2>{t("system.hosts")}</h2>
      <Table
        name={t("system.hosts")}
        rows={answer.hosts}
        keyOf={host => host.id}
        className={host => (isGone(host, answer.asOf) ? "differs" : undefined)}
        empty={<p class="empty">{t("system.hosts.none")}</p>}
        columns={[
          { key: "host", title: t("system.host"), cell: host => t("system.host.name", { machine: host.machine, number: host.number }) },
          { key: "started", title: t("system.started"), cell: host => <Time at={host.startedAt} /> },
          { key: "seen", title: t("system.seen"), cell: host => <Time at={host.seenAt} /> },
          {
            key: "agents",
            title: t("system.agents"),
            cell: host => (
              <details>
                <summary>{counted("system.agents.count", host.agents.length)}</summary>
                <ul>
                  {host.agents.map(agent => (
                    <li key={agent}>
                      <code>{agent}</code>
                    </li>
                  ))}
                </ul>
              </details>
            ),
          },
        ]}
      />
    </section>
  );
}

function isGone(host: HostShown, asOf: string): boolean {
  return Date.parse(asOf) - Date.parse(host.seenAt) > Gone * 1_000;
}

const Kinds = ["quarantineDays", "deadLetterDays", "alertDays", "publicationDays", "channelDriftDays", "reconciliationDays", "documentDays"] as const;

/** How long what is kept, and what was moved to the archive. */
export function Kept({ answer: { retention, archive } }: { answer: OperationsAnswer }) {
  return (
    <section>
      <h2>{t("system.kept")}</h2>
      <dl class="pairs">
        {Kinds.map(kind => (
          <div key={kind}>
            <dt>{t(`system.kept.${kind}`)}</dt>
            <dd>{counted("position.days", retention[kind] ?? 0)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("system.archive")}</dt>
          <dd>
            {archive.afterYears === 0 && archive.rows === 0 ? (
              t("system.archive.off")
            ) : (
              <>
                {t("system.archive.some", { rows: quantity(archive.rows), size: bytes(archive.bytes), years: archive.afterYears })} <Time at={archive.before} />
              </>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}

export function Versions({ answer: { versions, host, environment } }: { answer: OperationsAnswer }) {
  const rows = [
    ["RetailSync", versions.product],
    [".NET", versions.runtime],
    ["PostgreSQL", versions.postgres],
    [t("system.environment"), environment],
    [t("system.answered-by"), host],
  ] as const;
  return (
    <section>
      <h2>{t("system.versions")}</h2>
      <dl class="pairs">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
