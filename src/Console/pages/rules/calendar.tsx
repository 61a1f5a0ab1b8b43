import { useId } from "preact/hooks";
import type { RuleAnswer } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Plot } from "../../plots/plot.js";
import { Spans, spansHeight, type SpanRow } from "../../plots/spans.js";
import { address } from "../../shell/router.js";
import { named, t } from "../../text/text.js";
import { spanOf } from "./spans.js";

/** How many bars can be looked through. */
const MostDrawn = 40;

/** When rules are in force: a bar for each. One that is dated ahead has a second one for the version that is in force until then. */
export function Calendar({ rules, inForce, from, to }: { rules: readonly RuleAnswer[]; inForce: readonly RuleAnswer[]; from: number; to: number }) {
  const id = useId();
  const now = Date.now();
  const current = new Map(inForce.map(rule => [rule.id, rule]));
  const rows = rules.slice(0, MostDrawn).map((rule): SpanRow => {
    const before = current.get(rule.id);
    const isReplaced = before !== undefined && before.version < rule.version;
    return {
      key: rule.id,
      label: rule.id,
      href: address("/console/rules/{id}", { id: rule.id }),
      spans: [...(isReplaced ? [spanOf(before, Date.parse(rule.effectiveFrom), now)] : []), spanOf(rule, null, now)],
    };
  });
  const count = (state: string) => rules.filter(rule => rule.state === state).length;
  return (
    <Plot
      name={t("rule.calendar")}
      sentence={[
        t("rule.calendar.sentence", { inForce: count("in-force"), ahead: count("ahead") }),
        ...(rules.length > MostDrawn ? [t("rule.calendar.first", { count: MostDrawn })] : []),
      ].join(" ")}
      height={spansHeight(rows.length)}
      legend={
        <>
          <li class="key span-now">{t("rule.state.in-force")}</li>
          <li class="key span-ahead">{t("rule.state.ahead")}</li>
          <li class="key span-past">{t("rule.state.ended")}</li>
        </>
      }
      table={
        <Table
          name={t("rule.calendar")}
          rows={rules}
          keyOf={rule => rule.id}
          empty={null}
          columns={[
            { key: "id", title: t("rule.id"), cell: rule => <a href={address("/console/rules/{id}", { id: rule.id })}>{rule.id}</a> },
            { key: "state", title: t("filter.state"), cell: rule => named("rule.state", rule.state) },
            { key: "from", title: t("filter.from"), cell: rule => <Time at={rule.effectiveFrom} /> },
            { key: "to", title: t("filter.to"), cell: rule => (rule.effectiveTo ? <Time at={rule.effectiveTo} /> : t("rule.for-ever")) },
          ]}
        />
      }
    >
      {width => <Spans id={id} rows={rows} from={from} to={to} now={now} nowLabel={t("filter.now")} width={width} />}
    </Plot>
  );
}
