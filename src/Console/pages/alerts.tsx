import { usePages } from "../api/pages.js";
import { Choice } from "../parts/fields.js";
import { Empty, Shown } from "../parts/states.js";
import { More } from "../parts/table.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import { named, t } from "../text/text.js";
import { Causes } from "./alerts/causes.js";
import { causes, Kinds, Severities } from "./alerts/kinds.js";

/** What needs a person: over time, and each cause with where it is mended. */
export default function Alerts(_: PageProps) {
  const [query, setQuery] = useQuery();
  const filter = { state: query.get("state"), severity: query.get("severity"), kind: query.get("kind") };
  const list = usePages("GET /v1/alerts", { query: { ...filter, limit: 1000 } }, { topics: ["alert"] });

  return (
    <>
      <Title text={t("nav.alerts")} />
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
      </div>
      <Shown of={list}>
        {() => (list.rows.length === 0 ? <Empty filters={["state", "severity", "kind"]}>{t("alerts.nothing")}</Empty> : <Causes list={causes(list.rows)} />)}
      </Shown>
      <More of={list} />
    </>
  );
}
