import { useEffect } from "preact/hooks";
import { useApi } from "../api/use.js";
import { CopyButton } from "../parts/copy.js";
import { InstantField } from "../parts/fields.js";
import { Shown } from "../parts/states.js";
import { Title } from "../parts/title.js";
import { useKey } from "../shell/keys.js";
import type { PageProps } from "../shell/pages.js";
import { address, useQuery } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { zone } from "../text/format.js";
import { counted, t } from "../text/text.js";
import { Network } from "./sku/network.js";
import { Places } from "./sku/places.js";
import { Promises } from "./sku/promises.js";

const Day = 86_400_000,
  Ranges = [7, 30, 90, 365];

/** One SKU everywhere: its stock over time, where it is, and what each channel may promise and has. */
export default function Sku({ parts }: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const sku = parts["sku"] ?? "";
  const from = query.get("from");
  const to = query.get("to");
  const knowledge = query.get("knowledge") === "then" ? "then" : "now";

  // An address without a time gets one, so that a copy of it shows the same.
  useEffect(() => {
    if (from === null || to === null) {
      setQuery(range(30), "replace");
    }
  }, [from, to]);

  const series = useApi("GET /v1/positions/{sku}/series", from === null || to === null ? null : { path: { sku }, query: { from, to, knowledge, tz: zone() } });
  useKey("t", () => setQuery({ knowledge: knowledge === "now" ? "then" : null }, "replace"));

  return (
    <>
      <Title text={sku}>
        <a class="button" href={address("/console/promise/{sku}", { sku })}>
          {t("nav.promise")}
        </a>
        <CopyButton text={() => location.href}>{t("copy.link")}</CopyButton>
      </Title>
      <div class="filters">
        <fieldset class="choice">
          <legend>{t("position.knowledge")}</legend>
          {(["now", "then"] as const).map(kind => (
            <button key={kind} type="button" aria-pressed={knowledge === kind} onClick={() => setQuery({ knowledge: kind === "now" ? null : kind }, "replace")}>
              {t(`position.knowledge.${kind}`)}
            </button>
          ))}
        </fieldset>
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
      <Shown of={series}>{answer => <Network answer={answer} />}</Shown>
      <Places sku={sku} />
      {may(me, "GET /v1/publications") && <Promises sku={sku} />}
    </>
  );
}

function range(days: number): { from: string; to: string; at: null } {
  const to = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
  return { from: new Date(to.getTime() - days * Day).toISOString(), to: to.toISOString(), at: null };
}
