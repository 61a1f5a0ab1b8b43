import { useState } from "preact/hooks";
import { usePages } from "../api/pages.js";
import type { FoundDrift } from "../api/types.js";
import { useApi } from "../api/use.js";
import { Choice, InstantField, TextField } from "../parts/fields.js";
import { Empty, Shown } from "../parts/states.js";
import { More } from "../parts/table.js";
import { Title } from "../parts/title.js";
import { CopyButton } from "../parts/copy.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import { named, t } from "../text/text.js";
import { Bulk } from "./drifts/bulk.js";
import { Chosen } from "./drifts/chosen.js";
import { Causes, nameOf, States } from "./drifts/drift.js";
import { Inbox } from "./drifts/inbox.js";
import { Overview } from "./drifts/overview.js";
import { RunHead } from "./drifts/run.js";

const Filters = ["system", "location", "sku", "cause", "from", "to", "newest"],
  Second = 1_000;

/** Where counts of others differ from us, why, and what is decided about it; of all comparisons, or of one. */
export default function Reconciliation({ parts }: PageProps) {
  const [query, setQuery] = useQuery();
  const [selected, setSelected] = useState<ReadonlyMap<string, FoundDrift>>(new Map());
  const id = parts["run"];
  const state = query.get("state") ?? "open";
  const run = useApi("GET /v1/reconciliations/{id}", id === undefined ? null : { path: { id }, query: { limit: 1 } }, { topics: ["reconciliation"] });

  // The drifts of one run are those of its system at the instant of its count.
  const taken = run.data === null ? null : Date.parse(run.data.takenAt);
  const ofRun = run.data && {
    system: run.data.system,
    from: run.data.takenAt,
    to: new Date((Math.floor(taken! / Second) + 1) * Second).toISOString(),
  };
  const filters = Object.fromEntries(Filters.map(name => [name, query.get(name)]));
  const list = usePages(
    "GET /v1/reconciliations/drifts",
    id !== undefined && ofRun === null ? null : { query: { ...filters, ...ofRun, state: state === "all" ? null : state, limit: 100 } },
    { topics: ["reconciliation"] },
  );
  const rows = id === undefined ? list.rows : list.rows.filter(drift => drift.run === id);
  const readAgain = () => {
    setSelected(new Map());
    list.readAgain();
  };
  const toggle = (drift: FoundDrift) =>
    setSelected(before => {
      const after = new Map(before);
      if (!after.delete(nameOf(drift))) {
        after.set(nameOf(drift), drift);
      }

      return after;
    });

  return (
    <>
      <Title text={id === undefined ? t("nav.reconciliation") : t("drift.run", { run: id })}>
        {id !== undefined && (
          <a class="button" href="/console/reconciliation">
            {t("drift.all-runs")}
          </a>
        )}
        <a class="button" href="/console/reconciliation/accuracy">
          {t("drift.accuracy")}
        </a>
        <a class="button" href="/console/reconciliation/policy">
          {t("policy")}
        </a>
        <CopyButton text={() => location.href}>{t("copy.link")}</CopyButton>
      </Title>
      {id === undefined ? <Overview /> : <Shown of={run}>{data => <RunHead run={data} />}</Shown>}
      {(id === undefined || run.data !== null) && (
        <>
          <h2>{t("drift.inbox")}</h2>
          <div class="filters">
            <Choice
              label={t("filter.state")}
              value={state}
              choices={[...States.map(each => [each, named("drift.state", each)] as const), ["all", t("filter.all")]]}
              onChange={value => setQuery({ state: value === "open" ? null : value })}
            />
            <TextField label={t("filter.location")} value={query.get("location")} onChange={location => setQuery({ location })} />
            <TextField label={t("filter.sku")} value={query.get("sku")} onChange={sku => setQuery({ sku })} />
            <Choice
              label={t("drift.cause")}
              value={query.get("cause")}
              none={t("filter.all")}
              choices={Causes.map(cause => [cause, named("cause", cause)] as const)}
              onChange={cause => setQuery({ cause })}
            />
            {id === undefined && (
              <>
                <InstantField label={t("filter.from")} value={query.get("from")} none="" onChange={from => setQuery({ from })} />
                <InstantField label={t("filter.to")} value={query.get("to")} none="" onChange={to => setQuery({ to })} />
              </>
            )}
            <label class="check">
              <input
                type="checkbox"
                checked={query.get("newest") === "true"}
                onChange={event => setQuery({ newest: event.currentTarget.checked ? "true" : null })}
              />
              <span>{t("drift.newest")}</span>
            </label>
          </div>
          <Bulk
            selected={[...selected.values()]}
            shown={rows}
            onSelect={all => setSelected(new Map(all.map(drift => [nameOf(drift), drift])))}
            onDone={readAgain}
          />
          <div class="beside wide-panel">
            <Shown of={list}>
              {() => (
                <>
                  <Inbox
                    rows={rows}
                    selected={selected}
                    onToggle={toggle}
                    empty={<Empty filters={["state", ...Filters]}>{t(state === "open" ? "drift.none" : "empty.nothing")}</Empty>}
                  />
                  <More of={list} />
                </>
              )}
            </Shown>
            <Chosen name={query.get("drift")} first={rows[0] ?? null} onDone={readAgain} />
          </div>
        </>
      )}
    </>
  );
}
