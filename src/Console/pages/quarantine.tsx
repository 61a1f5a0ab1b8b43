import { usePages } from "../api/pages.js";
import type { QuarantineEntry } from "../api/types.js";
import { Choice } from "../parts/fields.js";
import { Empty, ErrorBox, Shown, Waiting } from "../parts/states.js";
import { More, Table } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { address, useQuery, usePlace, withQuery } from "../shell/router.js";
import { named, t } from "../text/text.js";
import { Entry } from "./quarantine/entry.js";
import { shownValue, summary, type LineFields } from "./quarantine/line.js";

const States = ["open", "replayed", "dismissed"] as const;
const Filters = ["document"] as const;

/** Lines that could not be recorded: how many of what, and each to be corrected, replayed or dismissed. */
export default function Quarantine({ parts }: PageProps) {
  const [query] = useQuery();
  const state = States.find(each => each === query.get("state")) ?? "open";
  const filter = { document: query.get("document") };
  const id = parts["id"];
  const list = usePages("GET /v1/quarantine", { query: { ...filter, state, limit: id === undefined ? 100 : 1000 } }, { topics: ["quarantine"] });
  const changed = () => {
    list.readAgain();
  };

  return id === undefined ? (
    <>
      <Title text={t("nav.quarantine")} />
      <FilterFields />
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
    </div>
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
      ) : list.error ? (
        <ErrorBox error={list.error} onAgain={list.readAgain} />
      ) : list.data === null ? (
        <Waiting />
      ) : (
        <div class="empty">
          <p>{t("quarantine.not-here", { state: named("quarantine.state", state) })}</p>
          <p class="buttons">
            {States.filter(each => each !== state).map(each => (
              <button key={each} type="button" onClick={() => setQuery({ state: each === "open" ? null : each }, "replace")}>
                {t("quarantine.look-in", { state: named("quarantine.state", each) })}
              </button>
            ))}
          </p>
        </div>
      )}
    </>
  );
}
