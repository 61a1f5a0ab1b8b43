import { usePages } from "../../api/pages.js";
import { Shown } from "../../parts/states.js";
import { Tile } from "../../parts/tile.js";
import { address } from "../../shell/router.js";
import { duration } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { Severities } from "../alerts/kinds.js";
import { Card } from "../channels/card.js";
import { useChannels } from "../channels/read.js";
import { stateOf, toneOf, worstFirst } from "../channels/state.js";
import { atLeast } from "./counts.js";

const MostCards = 6;

/** What an operator sees first: alerts over the last day, what waits for a decision, and every channel. */
export function OpsToday() {
  const alerts = usePages("GET /v1/alerts", { query: { limit: 1000 } }, { topics: ["alert"] });
  const quarantine = usePages("GET /v1/quarantine", { query: { state: "open", limit: 1000 } }, { topics: ["quarantine"] });
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
        </Tile>
        <div class="tile-stack">
          <Shown of={quarantine}>
            {page => (
              <Tile
                title={t("today.quarantine")}
                href="/console/quarantine"
                number={atLeast(page)}
                tone={page.items.length > 0 ? "warn" : "good"}
                note={
                  page.items[0] === undefined
                    ? t("today.nothing-waits")
                    : t("today.quarantine.oldest", { age: duration(Date.now() - Date.parse(page.items[0].at)) })
                }
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
