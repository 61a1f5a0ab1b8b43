import { useState } from "preact/hooks";
import { usePages } from "../../api/pages.js";
import { useApi } from "../../api/use.js";
import { Empty, Shown } from "../../parts/states.js";
import { Tile } from "../../parts/tile.js";
import { address } from "../../shell/router.js";
import { duration } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { History } from "../alerts/history.js";
import { Severities } from "../alerts/kinds.js";
import { Card } from "../channels/card.js";
import { useChannels } from "../channels/read.js";
import { stateOf, toneOf, worstFirst } from "../channels/state.js";
import { atLeast, hourAgo } from "./counts.js";

const MostCards = 6;

/** What an operator sees first: alerts over the last day, what waits for a decision, and every channel. */
export function OpsToday() {
  const [range] = useState(() => ({ from: hourAgo(23), to: hourAgo(-1) }));
  const alerts = usePages("GET /v1/alerts", { query: { limit: 1000 } }, { topics: ["alert"] });
  const quarantine = useApi("GET /v1/quarantine/summary", {}, { topics: ["quarantine"] });
  const drifts = usePages("GET /v1/reconciliations/drifts", { query: { state: "open", newest: "true", limit: 1000 } }, { topics: ["reconciliation"] });
  const channels = useChannels();

  return (
    <>
      <div class="tiles">
        <Tile title={t("nav.alerts")} href="/console/alerts" isWide>
          <Shown of={alerts}>
            {() => (
              <ul class="counts">
                {Severities.map(severity => {
                  const count = alerts.rows.filter(alert => alert.severity === severity).length;
                  return (
                    <li key={severity} class={count > 0 ? `some ${severity}` : undefined}>
                      <a href={address("/console/alerts", {}, { severity })}>
                        <strong>{count}</strong> {named("alerts.severity", severity)}
                      </a>
                    </li>
                  );
                })}
              </ul>
            )}
          </Shown>
          <History from={range.from} to={range.to} />
        </Tile>
        <div class="tile-stack">
          <Shown of={quarantine}>
            {({ lines, groups }) => (
              <Tile
                title={t("today.quarantine")}
                href={address("/console/quarantine", {}, { state: null })}
                number={lines}
                tone={lines > 0 ? "warn" : "good"}
                note={
                  groups[0] === undefined
                    ? t("today.nothing-waits")
                    : t("today.quarantine.most", {
                        code: named("quarantine.code", groups[0].code),
                        source: groups[0].source,
                        age: ageOf(groups.map(group => group.oldest)),
                      })
                }
              />
            )}
          </Shown>
          <Shown of={drifts}>
            {page => (
              <Tile
                title={t("today.drifts")}
                href={address("/console/reconciliation", {}, { state: "open" })}
                number={atLeast(page)}
                tone={page.items.length > 0 ? "warn" : "good"}
                note={page.items.length > 0 ? t("today.drifts.note") : t("today.nothing-waits")}
              />
            )}
          </Shown>
        </div>
      </div>
      <h2>
        <a href="/console/channels">{t("nav.channels")}</a>
      </h2>
      <Shown of={channels}>
        {all => (
          <>
            {all.length === 0 && <Empty>{t("channel.none")}</Empty>}
            {all.length > MostCards && (
              <p class="hint">
                {t("today.channels.worst", { shown: MostCards, all: all.length, well: all.filter(channel => toneOf(stateOf(channel)) === "good").length })}
              </p>
            )}
            <div class="cards">
              {all
                .toSorted(worstFirst)
                .slice(0, MostCards)
                .map(channel => (
                  <Card key={channel.id} channel={channel} />
                ))}
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

function ageOf(oldest: readonly string[]): string {
  return duration(Date.now() - Math.min(...oldest.map(at => Date.parse(at))));
}
