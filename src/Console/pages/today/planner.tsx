import { useId, useState } from "preact/hooks";
import { usePages } from "../../api/pages.js";
import type { AlertAnswer, RuleAnswer } from "../../api/types.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Tile } from "../../parts/tile.js";
import { Time } from "../../parts/time.js";
import { Plot } from "../../plots/plot.js";
import { Spans, spansHeight } from "../../plots/spans.js";
import { address } from "../../shell/router.js";
import { counted, named, t } from "../../text/text.js";
import { spanOf } from "../rules/spans.js";
import { subjectOf } from "../alerts/kinds.js";
import { atLeast } from "./counts.js";

const Day = 86_400_000,
  Week = 7 * Day,
  MostListed = 5;

/** What a planner sees first: rules that start or end this week, and what is wrong with rules. */
export function PlannerToday() {
  const [now] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  const rules = usePages("GET /v1/rules", { query: { limit: 1000 } }, { topics: ["rule"] });
  const proposals = usePages("GET /v1/rule-proposals", { query: { limit: 100 } }, { topics: ["rule"] });
  const alerts = usePages("GET /v1/alerts", { query: { limit: 1000 } }, { topics: ["alert"] });
  const of = (kind: string) => alerts.rows.filter(alert => alert.kind === kind);

  return (
    <>
      <Shown of={rules}>{() => <ThisWeek rules={rules.rows} now={now} />}</Shown>
      <div class="tiles">
        <Shown of={proposals}>
          {page => (
            <Tile
              title={t("today.proposals")}
              href="/console/rules"
              number={atLeast(page)}
              tone={page.items.length > 0 ? "warn" : "good"}
              note={
                page.items.length > 0
                  ? page.items
                      .slice(0, MostListed)
                      .map(each => each.id)
                      .join(", ")
                  : t("today.nothing-waits")
              }
            />
          )}
        </Shown>
        <Shown of={alerts}>
          {() => (
            <>
              <OfKind title={t("today.fences")} kind="ring-fence-above-stock" alerts={of("ring-fence-above-stock")} />
              <OfKind title={t("today.repeated")} kind="repeated-drift" alerts={of("repeated-drift")} />
              <OfKind title={t("today.rules-nothing")} kind="rule-matches-nothing" alerts={of("rule-matches-nothing")} />
            </>
          )}
        </Shown>
      </div>
    </>
  );
}

/** Open alerts of one kind, the first of them by name. */
export function OfKind({ title, kind, alerts }: { title: string; kind: string; alerts: readonly AlertAnswer[] }) {
  return (
    <Tile
      title={title}
      href={address("/console/alerts", {}, { kind })}
      number={alerts.length}
      tone={alerts.length > 0 ? "warn" : "good"}
      {...(alerts.length === 0 ? { note: t("today.none") } : {})}
    >
      {alerts.length > 0 && (
        <ul>
          {alerts.slice(0, MostListed).map(alert => {
            const { text, href } = subjectOf(alert);
            return <li key={alert.id}>{href === null ? text : <a href={href}>{text}</a>}</li>;
          })}
        </ul>
      )}
    </Tile>
  );
}

function ThisWeek({ rules, now }: { rules: readonly RuleAnswer[]; now: number }) {
  const id = useId();
  const isSoon = (at: string | null) => at !== null && Date.parse(at) >= now && Date.parse(at) < now + Week;
  const found = rules.filter(rule => isSoon(rule.effectiveFrom) || isSoon(rule.effectiveTo));
  const starts = found.filter(rule => isSoon(rule.effectiveFrom)).length;
  const to = new Date(now + Week).toISOString();
  const href = address("/console/rules", {}, { from: new Date(now).toISOString(), to });
  if (found.length === 0) {
    return <Tile title={t("today.rules-week")} href={href} number={0} note={t("today.rules-week.none")} tone="good" />;
  }

  return (
    <Tile title={t("today.rules-week")} href={href} isWide>
      <Plot
        name={t("today.rules-week")}
        sentence={counted("today.rules-week.sentence", found.length, { starts, ends: found.filter(rule => isSoon(rule.effectiveTo)).length })}
        height={spansHeight(found.length)}
        table={
          <Table
            name={t("today.rules-week")}
            rows={found}
            keyOf={rule => rule.id}
            open={rule => address("/console/rules/{id}", { id: rule.id })}
            empty={null}
            columns={[
              { key: "id", title: t("today.rule"), cell: rule => rule.id },
              { key: "kind", title: t("alerts.kind"), cell: rule => named("rule.kind", rule.kind) },
              { key: "from", title: t("today.starts"), cell: rule => <Time at={rule.effectiveFrom} /> },
              { key: "to", title: t("today.ends"), cell: rule => <Time at={rule.effectiveTo} /> },
            ]}
          />
        }
      >
        {width => (
          <Spans
            id={id}
            width={width}
            from={now - Day}
            to={now + Week}
            now={now}
            nowLabel={t("filter.now")}
            rows={found.map(rule => ({
              key: rule.id,
              label: rule.id,
              href: address("/console/rules/{id}", { id: rule.id }),
              spans: [spanOf(rule, null, now)],
            }))}
          />
        )}
      </Plot>
    </Tile>
  );
}
