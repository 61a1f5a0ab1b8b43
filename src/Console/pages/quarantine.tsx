import { usePages } from "../api/pages.js";
import { useApi } from "../api/use.js";
import type { QuarantineEntry, QuarantineSummary } from "../api/types.js";
import { Choice, TextField } from "../parts/fields.js";
import { Empty, ErrorBox, Shown, Waiting } from "../parts/states.js";
import { More, Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import { BarList, barListHeight } from "../plots/bar-list.js";
import { Plot } from "../plots/plot.js";
import type { PageProps } from "../shell/pages.js";
import { address, useQuery, usePlace, withQuery } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { duration } from "../text/format.js";
import { counted, named, t } from "../text/text.js";
import { Bulk } from "./quarantine/bulk.js";
import { Entry } from "./quarantine/entry.js";
import { shownValue, summary, type LineFields } from "./quarantine/line.js";

const States = ["open", "replayed", "dismissed"] as const;
const Filters = ["source", "code", "q", "document"] as const;
const MostBars = 12;

/** Lines that could not be recorded: how many of what, and each to be corrected, replayed or dismissed. */
export default function Quarantine({ parts }: PageProps) {
  const [query] = useQuery();
  const me = useMe();
  const isOps = may(me, "GET /v1/quarantine/summary");
  const state = States.find(each => each === query.get("state")) ?? "open";
  const filter = { source: query.get("source"), code: query.get("code"), q: query.get("q"), document: query.get("document") };
  const id = parts["id"];
  const list = usePages("GET /v1/quarantine", { query: { ...filter, state, limit: id === undefined ? 100 : 1000 } }, { topics: ["quarantine"] });
  const counts = useApi("GET /v1/quarantine/summary", id === undefined && isOps ? { query: { state } } : null, { topics: ["quarantine"] });
  const changed = () => {
    list.readAgain();
    counts.readAgain();
  };

  return id === undefined ? (
    <>
      <Title text={t("nav.quarantine")} />
      {isOps && <Shown of={counts}>{answer => <Bars answer={answer} />}</Shown>}
      <FilterFields />
      {isOps && state === "open" && <Bulk key={JSON.stringify(filter)} filter={filter} lines={matching(counts.data, filter)} onChanged={changed} />}
      <Shown of={list}>{() => <List rows={list.rows} />}</Shown>
      <More of={list} />
    </>
  ) : (
    <One id={id} state={state} list={list} onChanged={changed} />
  );
}

function FilterFields() {
  const [query, setQuery] = useQuery();
  return (
    <div class="filters">
      <Choice
        label={t("filter.state")}
        value={query.get("state") ?? "open"}
        choices={States.map(each => [each, named("quarantine.state", each)] as const)}
        onChange={value => setQuery({ state: value === "open" ? null : value })}
      />
      <TextField label={t("quarantine.source")} value={query.get("source")} onChange={value => setQuery({ source: value })} />
      <TextField label={t("quarantine.code")} value={query.get("code")} onChange={value => setQuery({ code: value })} />
      <TextField label={t("quarantine.q")} value={query.get("q")} onChange={value => setQuery({ q: value })} />
    </div>
  );
}

/** How many lines the filter names, where the counts say it. */
function matching(counts: QuarantineSummary | null, { source, code, q, document }: Record<(typeof Filters)[number], string | null>): number | null {
  return counts === null || q || document
    ? null
    : counts.groups.filter(group => (!source || group.source === source) && (!code || group.code === code)).reduce((lines, group) => lines + group.lines, 0);
}

function Bars({ answer }: { answer: QuarantineSummary }) {
  const place = usePlace();
  const shown = answer.groups.slice(0, MostBars);
  const first = shown[0];
  if (first === undefined) {
    return null;
  }

  const age = (oldest: string) => duration(Date.now() - Date.parse(oldest));
  return (
    <Plot
      name={t("quarantine.bars")}
      sentence={counted("quarantine.sentence", answer.lines, { code: named("quarantine.code", first.code), source: first.source })}
      height={barListHeight(shown.length)}
      table={
        <Table
          name={t("quarantine.bars")}
          rows={answer.groups}
          keyOf={group => `${group.code} ${group.source}`}
          empty={null}
          columns={[
            { key: "code", title: t("quarantine.code"), cell: group => named("quarantine.code", group.code) },
            { key: "source", title: t("quarantine.source"), cell: group => group.source },
            { key: "lines", title: t("quarantine.lines"), cell: group => String(group.lines), isNumber: true },
            { key: "oldest", title: t("quarantine.oldest"), cell: group => <Time at={group.oldest} /> },
            { key: "newest", title: t("quarantine.newest"), cell: group => <Time at={group.newest} /> },
          ]}
        />
      }
    >
      {width => (
        <BarList
          width={width}
          bars={shown.map(group => ({
            key: `${group.code} ${group.source}`,
            label: `${named("quarantine.code", group.code)} · ${group.source}`,
            value: group.lines,
            note: age(group.oldest),
            href: withQuery(place, { code: group.code, source: group.source }),
            isChosen: place.query.get("code") === group.code && place.query.get("source") === group.source,
          }))}
        />
      )}
    </Plot>
  );
}

function List({ rows }: { rows: readonly QuarantineEntry[] }) {
  const place = usePlace();
  return (
    <Table
      name={t("nav.quarantine")}
      rows={rows}
      keyOf={row => row.id}
      open={row => withQuery({ path: address("/console/quarantine/{id}", { id: row.id }), query: place.query }, {})}
      empty={<Empty filters={[...Filters, "state"]}>{t("quarantine.nothing")}</Empty>}
      columns={[
        { key: "line", title: t("quarantine.line"), cell: row => summary(row.line) },
        { key: "code", title: t("quarantine.why"), cell: row => named("quarantine.code", row.code) },
        { key: "source", title: t("quarantine.source"), cell: row => row.source },
        { key: "id", title: t("quarantine.field.id"), cell: row => (typeof row.line === "object" ? shownValue((row.line as LineFields | null)?.["id"]) : "") },
        { key: "at", title: t("quarantine.at"), cell: row => <Time at={row.at} /> },
        { key: "detail", title: t("quarantine.detail"), cell: row => row.detail },
      ]}
    />
  );
}

type EntryList = ReturnType<typeof usePages<"GET /v1/quarantine">>;

function One({ id, state, list, onChanged }: { id: string; state: (typeof States)[number]; list: EntryList; onChanged: () => void }) {
  const [query, setQuery] = useQuery();
  const at = list.rows.findIndex(row => row.id === id);
  const entry = list.rows[at];
  const place = { path: "/console/quarantine", query };
  const other = (row: QuarantineEntry | undefined, text: string) =>
    row && (
      <a class="button" href={withQuery({ path: address("/console/quarantine/{id}", { id: row.id }), query }, {})}>
        {text}
      </a>
    );

  return (
    <>
      <Title text={entry === undefined ? t("nav.quarantine") : summary(entry.line)}>
        {at > 0 && other(list.rows[at - 1], t("quarantine.previous"))}
        {at >= 0 && other(list.rows[at + 1], t("quarantine.next"))}
        <a class="button" href={withQuery(place, {})}>
          {t("quarantine.all")}
        </a>
      </Title>
      {entry !== undefined ? (
        <Entry key={`${entry.id} ${entry.state}`} entry={entry} onChanged={onChanged} />
      ) : list.data === null ? (
        list.error ? (
          <ErrorBox error={list.error} onAgain={list.readAgain} />
        ) : (
          <Waiting />
        )
      ) : (
        <div class="empty">
          <p>{t("quarantine.not-here", { state: named("quarantine.state", state) })}</p>
          <p class="buttons">
            {States.filter(each => each !== state).map(each => (
              <button key={each} type="button" onClick={() => setQuery({ state: each === "open" ? null : each, source: null, code: null, q: null }, "replace")}>
                {t("quarantine.look-in", { state: named("quarantine.state", each) })}
              </button>
            ))}
          </p>
        </div>
      )}
    </>
  );
}
