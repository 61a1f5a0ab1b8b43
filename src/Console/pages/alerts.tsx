import { useEffect } from "preact/hooks";
import { usePages } from "../api/pages.js";
import { Choice, InstantField } from "../parts/fields.js";
import { Empty, Shown } from "../parts/states.js";
import { More } from "../parts/table.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { counted, named, t } from "../text/text.js";
import { Causes } from "./alerts/causes.js";
import { History } from "./alerts/history.js";
import { causes, Kinds, Severities } from "./alerts/kinds.js";

const Day = 86_400_000,
  Ranges = [1, 7, 30];

/** What needs a person: over time, and each cause with where it is mended. */
export default function Alerts(_: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const [from, to] = [query.get("from"), query.get("to")];
  const isHistoryRead = may(me, "GET /v1/alerts/history");

  // An address without a time gets one, so that a copy of it shows the same.
  useEffect(() => {
    if (isHistoryRead && (from === null || to === null)) {
      setQuery(range(1), "replace");
    }
  }, [from, to]);

  const filter = { state: query.get("state"), severity: query.get("severity"), kind: query.get("kind"), acknowledged: query.get("acknowledged") };
  const list = usePages("GET /v1/alerts", { query: { ...filter, limit: 1000 } }, { topics: ["alert"] });

  return (
    <>
      <Title text={t("nav.alerts")} />
      {isHistoryRead && (
        <>
          <div class="filters">
            <fieldset class="choice">
              <legend>{t("position.range")}</legend>
              {Ranges.map(days => (
                <button key={days} type="button" onClick={() => setQuery(range(days))}>
                  {counted("position.days", days)}
                </button>
              ))}
            </fieldset>
            <InstantField label={t("filter.from")} value={from} onChange={value => setQuery({ from: value })} />
            <InstantField label={t("filter.to")} value={to} onChange={value => setQuery({ to: value })} />
          </div>
          {from !== null && to !== null && <History from={from} to={to} />}
        </>
      )}
      <div class="filters">
        <Choice
          label={t("filter.state")}
          value={filter.state ?? "open"}
          choices={(["open", "resolved", "all"] as const).map(each => [each, t(`alerts.state.${each}`)] as const)}
          onChange={value => setQuery({ state: value === "open" ? null : value })}
        />
        <Choice
          label={t("alerts.severity")}
          value={filter.severity}
          none={t("filter.all")}
          choices={Severities.map(each => [each, named("alerts.severity", each)] as const)}
          onChange={value => setQuery({ severity: value })}
        />
        <Choice
          label={t("alerts.kind")}
          value={filter.kind}
          none={t("filter.all")}
          choices={Kinds.map(each => [each, named("alerts.kind", each)] as const)}
          onChange={value => setQuery({ kind: value })}
        />
        <Choice
          label={t("alerts.acknowledged.filter")}
          value={filter.acknowledged}
          none={t("filter.all")}
          choices={[
            ["false", t("alerts.acknowledged.no")],
            ["true", t("alerts.acknowledged.yes")],
          ]}
          onChange={value => setQuery({ acknowledged: value })}
        />
      </div>
      <Shown of={list}>
        {() =>
          list.rows.length === 0 ? (
            <Empty filters={["state", "severity", "kind", "acknowledged"]}>{t("alerts.nothing")}</Empty>
          ) : (
            <Causes list={causes(list.rows)} onChanged={list.readAgain} />
          )
        }
      </Shown>
      <More of={list} />
    </>
  );
}

function range(days: number): { from: string; to: string } {
  const to = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
  return { from: new Date(to.getTime() - days * Day).toISOString(), to: to.toISOString() };
}
