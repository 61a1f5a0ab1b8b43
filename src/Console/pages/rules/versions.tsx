import type { RuleAnswer } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { t } from "../../text/text.js";
import { Differences } from "./differences.js";
import { draftOf } from "./draft.js";
import { sentence } from "./sentence.js";
import { StateTag } from "./state-tag.js";

/** A version with all its dates, also those that have passed. */
function dated(version: RuleAnswer) {
  return draftOf(version, Number.NEGATIVE_INFINITY);
}

/** Each version as what it changed, the newest first: who, when, why. */
export function Versions({ versions, onRestore }: { versions: readonly RuleAnswer[]; onRestore?: (version: RuleAnswer) => void }) {
  return (
    <section>
      <h2>{t("rule.history")}</h2>
      <ol class="versions" reversed>
        {versions.toReversed().map(version => {
          const before = versions.find(each => each.version === version.version - 1);
          const hasEnded = version.effectiveTo === version.effectiveFrom;
          return (
            <li key={version.version}>
              <h3>
                {t("rule.version", { version: version.version })} <StateTag state={version.state} />
              </h3>
              <p>
                {version.by}
                {version.approvedBy && <> · {t("rule.approved-by", { by: version.approvedBy })}</>} · <Time at={version.recordedAt} />
              </p>
              {version.reason && <blockquote>{version.reason}</blockquote>}
              {hasEnded ? (
                <p>{t("rule.was-ended")}</p>
              ) : before === undefined ? (
                <p>{sentence(draftOf(version))}</p>
              ) : (
                <Differences before={dated(before)} after={dated(version)} />
              )}
              {onRestore && !hasEnded && version.version !== versions.length && (
                <button type="button" onClick={() => onRestore(version)}>
                  {t("rule.restore", { version: version.version })}
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export function VersionTable({ versions }: { versions: readonly RuleAnswer[] }) {
  return (
    <Table
      name={t("rule.history")}
      rows={versions}
      keyOf={version => String(version.version)}
      empty={null}
      columns={[
        { key: "version", title: t("rule.version.title"), cell: version => String(version.version) },
        { key: "says", title: t("rule.says"), cell: version => sentence(draftOf(version)) },
        { key: "state", title: t("filter.state"), cell: version => <StateTag state={version.state} /> },
        { key: "from", title: t("filter.from"), cell: version => <Time at={version.effectiveFrom} /> },
        { key: "to", title: t("filter.to"), cell: version => (version.effectiveTo ? <Time at={version.effectiveTo} /> : t("rule.for-ever")) },
        { key: "by", title: t("rule.by"), cell: version => version.by },
        { key: "why", title: t("rule.why"), cell: version => version.reason },
      ]}
    />
  );
}
