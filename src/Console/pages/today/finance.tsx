import { useEffect } from "preact/hooks";
import { usePages } from "../../api/pages.js";
import type { CheckpointAnswer } from "../../api/types.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Tile } from "../../parts/tile.js";
import { Time } from "../../parts/time.js";
import { TimeAxis } from "../../plots/axes.js";
import { BandsLeft, timeScale } from "../../plots/bands.js";
import { BarList, barListHeight } from "../../plots/bar-list.js";
import { Plot } from "../../plots/plot.js";
import { address } from "../../shell/router.js";
import { duration, quantity, time } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";
import { OfKind } from "./planner.js";

const MostCheckpoints = 2_000,
  Drawn = 60,
  Height = 64;

/** What finance sees first: whether history is as it was recorded, its checkpoints, and what was oversold. */
export function FinanceToday() {
  const checkpoints = usePages("GET /v1/audit/checkpoints", { query: { limit: 1000 } });
  // They come oldest first, and the newest are wanted.
  useEffect(() => {
    if (checkpoints.next !== null && checkpoints.rows.length < MostCheckpoints && checkpoints.moreError === null) {
      checkpoints.readMore();
    }
  }, [checkpoints.next, checkpoints.rows.length, checkpoints.isReading]);
  const alerts = usePages("GET /v1/alerts", { query: { limit: 1000 } }, { topics: ["alert"] });
  const oversells = usePages("GET /v1/oversells", { query: { open: "true", limit: 100 } }, { topics: ["alert"] });

  return (
    <>
      <Shown of={checkpoints}>{() => <Ribbon checkpoints={checkpoints.rows.slice(-Drawn)} />}</Shown>
      <div class="tiles">
        <Shown of={alerts}>
          {() => {
            const differs = alerts.rows.filter(alert => ["history-differs", "checkpoint-differs"].includes(alert.kind));
            return differs.length === 0 ? (
              <Tile title={t("today.verified")} href="/console/audit/verify" number={t("today.verified.good")} note={t("today.verified.note")} tone="good" />
            ) : (
              <Tile title={t("today.verified")} href="/console/audit/verify" number={t("today.verified.bad")} note={differs[0]!.detail} tone="bad" />
            );
          }}
        </Shown>
        <Shown of={oversells}>
          {page => {
            const byVerdict = [...Map.groupBy(page.items, each => each.verdict ?? "unexplained")].toSorted((one, two) => two[1].length - one[1].length);
            return page.items.length === 0 ? (
              <OfKind title={t("today.oversells")} kind="order-oversold" alerts={[]} />
            ) : (
              <Tile title={t("today.oversells")} href={address("/console/alerts", {}, { kind: "order-oversold" })} tone="warn">
                <Plot
                  name={t("today.oversells.by")}
                  sentence={counted("today.oversells.sentence", page.items.length)}
                  height={barListHeight(byVerdict.length)}
                  table={
                    <Table
                      name={t("today.oversells")}
                      rows={page.items}
                      keyOf={each => `${each.channel}/${each.order}/${each.sku}`}
                      open={each => address("/console/channels/{id}/oversells/{order}", { id: each.channel, order: each.order })}
                      empty={null}
                      columns={[
                        { key: "order", title: t("today.order"), cell: each => each.order },
                        { key: "channel", title: t("filter.channel"), cell: each => each.channel },
                        { key: "sku", title: t("filter.sku"), cell: each => each.sku },
                        { key: "missing", title: t("today.missing"), cell: each => quantity(each.missing), isNumber: true },
                        { key: "verdict", title: t("today.verdict"), cell: each => named("today.verdict", each.verdict ?? "unexplained") },
                      ]}
                    />
                  }
                >
                  {width => (
                    <BarList
                      width={width}
                      bars={byVerdict.map(([verdict, members]) => ({
                        key: verdict,
                        label: named("today.verdict", verdict),
                        value: members.length,
                        href: address("/console/channels/{id}/oversells/{order}", { id: members[0]!.channel, order: members[0]!.order }),
                      }))}
                    />
                  )}
                </Plot>
              </Tile>
            );
          }}
        </Shown>
      </div>
    </>
  );
}

/** Signed checkpoints over time: a mark each, as wide as the events since the one before are many. */
function Ribbon({ checkpoints }: { checkpoints: readonly CheckpointAnswer[] }) {
  const [first, last] = [checkpoints[0], checkpoints.at(-1)];
  if (first === undefined || last === undefined) {
    return <Tile title={t("today.checkpoints")} href="/console/audit/verify" number={0} note={t("today.checkpoints.none")} tone="warn" />;
  }

  const [from, to] = [Date.parse(first.at), Math.max(Date.now(), Date.parse(last.at))];
  const most = Math.max(1, ...checkpoints.map(each => each.events));
  return (
    <Tile title={t("today.checkpoints")} href="/console/audit/verify" isWide>
      <Plot
        name={t("today.checkpoints")}
        sentence={t("today.checkpoints.sentence", {
          number: last.number,
          age: duration(Date.now() - Date.parse(last.at)),
          time: time(last.at),
          events: quantity(last.events),
        })}
        height={Height}
        table={
          <Table
            name={t("today.checkpoints")}
            rows={checkpoints.toReversed()}
            keyOf={each => String(each.number)}
            empty={null}
            columns={[
              { key: "number", title: t("today.number"), cell: each => String(each.number) },
              { key: "at", title: t("position.recorded"), cell: each => <Time at={each.at} /> },
              { key: "events", title: t("position.events"), cell: each => quantity(each.events), isNumber: true },
              { key: "root", title: t("today.root"), cell: each => <code>{each.root.slice(0, 16)}</code> },
            ]}
          />
        }
      >
        {width => {
          const x = timeScale(from, to, width);
          return (
            <g class="ribbon">
              <line x1={BandsLeft} x2={width - 8} y1={24} y2={24} class="rail" />
              {checkpoints.map(each => (
                <circle key={each.number} cx={x(Date.parse(each.at))} cy={24} r={4 + (each.events / most) * 5}>
                  <title>{`${each.number} · ${time(each.at)} · ${quantity(each.events)}`}</title>
                </circle>
              ))}
              <TimeAxis from={from} to={to} scale={x} y={Height - 20} width={width} />
            </g>
          );
        }}
      </Plot>
    </Tile>
  );
}
