import { useEffect, useMemo, useState } from "preact/hooks";
import { usePages } from "../api/pages.js";
import type { RuleAnswer } from "../api/types.js";
import { ChannelField } from "../parts/channel-field.js";
import { Choice, InstantField, TextField } from "../parts/fields.js";
import { Empty, ErrorBox, Shown } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { address, go, useQuery } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { counted, named, t } from "../text/text.js";
import { draftOf, emptyDraft, Kinds } from "./rules/draft.js";
import { Calendar } from "./rules/calendar.js";
import { filterRules, sortRules } from "./rules/filter.js";
import { Proposals } from "./rules/proposals.js";
import { PutRule, type Start } from "./rules/put.js";
import { sentence } from "./rules/sentence.js";
import { StateTag } from "./rules/state-tag.js";

const Day = 86_400_000,
  Filters = ["kind", "q", "channel", "sku", "location", "state", "at"],
  States = ["in-force", "ahead"] as const;

/** Every rule as a bar over time, and as a list. */
export default function Rules(_: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const [start, setStart] = useState<Start | null>(null);
  const [from, to, at, kind] = [query.get("from"), query.get("to"), query.get("at"), query.get("kind")];
  useEffect(() => {
    if (from === null || to === null) {
      setQuery(around(30), "replace");
    }
  }, [from, to]);

  const list = usePages("GET /v1/rules", { query: { kind, at, limit: 1_000 } }, { topics: ["rule"] });
  // Filters and sorting are of rules that are all here; there are far fewer of them than of anything else.
  useEffect(() => {
    if (list.next !== null && !list.isFull && list.moreError === null) {
      list.readMore();
    }
  }, [list.next, list.rows.length, list.isReading]);

  // Of a rule whose newest version is dated ahead, another one may be in force.
  const now = useMemo(() => new Date().toISOString(), [list.data]);
  const areAhead = at === null && list.rows.some(rule => rule.state === "ahead");
  const inForce = usePages("GET /v1/rules", areAhead ? { query: { kind, at: now, limit: 1_000 } } : null);
  const rows = sortRules(filterRules(list.rows, query), query.get("sort") ?? "");

  return (
    <>
      <Title text={t("nav.rules")}>
        {may(me, "PUT /v1/rules/{id}") && (
          <button type="button" class="primary" onClick={() => setStart({ id: "", draft: emptyDraft("safety-stock"), opened: null, etag: null })}>
            {t("rule.new")}
          </button>
        )}
        <a class="button" href="/console/what-if">
          {t("nav.what-if")}
        </a>
      </Title>
      <div class="filters">
        <TextField label={t("rule.id")} value={query.get("q")} onChange={q => setQuery({ q })} />
        <Choice
          label={t("rule.kind")}
          value={kind}
          none={t("filter.all")}
          choices={Kinds.map(each => [each, named("rule.kind", each)] as const)}
          onChange={value => setQuery({ kind: value })}
        />
        <ChannelField value={query.get("channel") ?? ""} onChange={channel => setQuery({ channel })} />
        <TextField label={t("filter.sku")} value={query.get("sku")} onChange={sku => setQuery({ sku })} />
        <TextField label={t("filter.location")} value={query.get("location")} onChange={location => setQuery({ location })} />
        <Choice
          label={t("filter.state")}
          value={query.get("state")}
          none={t("filter.all")}
          choices={States.map(state => [state, named("rule.state", state)] as const)}
          onChange={state => setQuery({ state })}
        />
        <InstantField label={t("rule.in-force-at")} value={at} none={t("rule.not-ended")} onChange={value => setQuery({ at: value })} />
        <InstantField label={t("filter.from")} value={from} none="" onChange={value => setQuery({ from: value })} />
        <InstantField label={t("filter.to")} value={to} none="" onChange={value => setQuery({ to: value })} />
      </div>
      <Proposals />
      <Shown of={list}>
        {() => (
          <>
            {rows.length > 0 && from !== null && to !== null && Date.parse(to) > Date.parse(from) && (
              <Calendar rules={rows} inForce={inForce.rows} from={Date.parse(from)} to={Date.parse(to)} />
            )}
            <h2>
              {t("nav.rules")} <small>{counted("table.rows", rows.length)}</small>
            </h2>
            <List rows={rows} />
            {list.moreError && <ErrorBox error={list.moreError} onAgain={list.readMore} />}
            {list.isFull && list.next !== null && <p class="hint">{t("table.narrow")}</p>}
          </>
        )}
      </Shown>
      <PutRule start={start} onClose={() => setStart(null)} onDone={id => go(address("/console/rules/{id}", { id }))} />
    </>
  );
}

function around(days: number): { from: string; to: string } {
  const now = Math.floor(Date.now() / Day) * Day;
  return { from: new Date(now - days * Day).toISOString(), to: new Date(now + (days + 1) * Day).toISOString() };
}

function List({ rows }: { rows: readonly RuleAnswer[] }) {
  return (
    <Table
      name={t("nav.rules")}
      rows={rows}
      keyOf={rule => rule.id}
      open={rule => address("/console/rules/{id}", { id: rule.id })}
      empty={<Empty filters={Filters}>{t("rule.none")}</Empty>}
      columns={[
        { key: "id", title: t("rule.id"), sort: "id", cell: rule => rule.id },
        { key: "says", title: t("rule.says"), cell: rule => sentence(draftOf(rule)) },
        { key: "state", title: t("filter.state"), sort: "state", cell: rule => <StateTag state={rule.state} /> },
        { key: "kind", title: t("rule.kind"), sort: "kind", cell: rule => <span class="whole">{named("rule.kind", rule.kind)}</span> },
        { key: "from", title: t("filter.from"), sort: "from", cell: rule => <Time at={rule.effectiveFrom} /> },
        { key: "to", title: t("filter.to"), sort: "to", cell: rule => (rule.effectiveTo ? <Time at={rule.effectiveTo} /> : t("rule.for-ever")) },
        { key: "by", title: t("rule.by"), sort: "by", cell: rule => rule.by },
        { key: "why", title: t("rule.why"), cell: rule => rule.reason },
      ]}
    />
  );
}
