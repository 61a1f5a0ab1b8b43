import { useId, useState } from "preact/hooks";
import { usePages } from "../api/pages.js";
import type { RuleAnswer } from "../api/types.js";
import { useApi } from "../api/use.js";
import { CopyButton } from "../parts/copy.js";
import { Shown } from "../parts/states.js";
import { Time } from "../parts/time.js";
import { Title } from "../parts/title.js";
import { Plot } from "../plots/plot.js";
import { Spans, spansHeight } from "../plots/spans.js";
import type { PageProps } from "../shell/pages.js";
import { address, go } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { counted, named, t } from "../text/text.js";
import { draftOf, type Draft } from "./rules/draft.js";
import { EndRule } from "./rules/end.js";
import { Proposals } from "./rules/proposals.js";
import { PutRule, type Start } from "./rules/put.js";
import { sentence } from "./rules/sentence.js";
import { spansOf } from "./rules/spans.js";
import { StateTag } from "./rules/state-tag.js";
import { VersionTable, Versions } from "./rules/versions.js";

/** One rule: what it says, when it is in force, and each of its versions with who set it and why. */
export default function Rule({ parts }: PageProps) {
  const id = parts["id"] ?? "";
  const me = useMe();
  const [start, setStart] = useState<Start | null>(null);
  const [isEnding, setEnding] = useState(false);
  const live = { topics: ["rule"], concerns: (hint: { id: string }) => hint.id === id } as const;
  const rule = useApi("GET /v1/rules/{id}", { path: { id } }, live);
  const history = usePages("GET /v1/rules/{id}/history", { path: { id }, query: { limit: 1_000 } }, live);
  const readAgain = () => {
    rule.readAgain();
    history.readAgain();
  };
  const opened = rule.data;
  const isPlanner = may(me, "PUT /v1/rules/{id}");
  const change = (draft: Draft) => opened && setStart({ id, draft, opened, etag: rule.etag });

  return (
    <>
      <Title text={t("rule.title", { id })}>
        {opened && (
          <>
            {isPlanner && (
              <>
                <button type="button" class="primary" onClick={() => change(draftOf(opened))}>
                  {t("rule.change")}
                </button>
                <button type="button" onClick={() => setStart({ id: "", draft: draftOf(opened), opened: null, etag: null })}>
                  {t("rule.copy")}
                </button>
                {opened.state !== "ended" && (
                  <button type="button" onClick={() => setEnding(true)}>
                    {t("rule.end")}
                  </button>
                )}
              </>
            )}
            <a class="button" href={address("/console/what-if", {}, { id, rule: JSON.stringify(draftOf(opened)) })}>
              {t("nav.what-if")}
            </a>
          </>
        )}
        <CopyButton text={() => location.href}>{t("copy.link")}</CopyButton>
      </Title>
      <Shown of={rule}>{data => <Says rule={data} />}</Shown>
      <Proposals of={id} />
      <Shown of={history}>
        {() => (
          <>
            <Timeline versions={history.rows} />
            <Versions versions={history.rows} {...(isPlanner ? { onRestore: (version: RuleAnswer) => change(draftOf(version)) } : {})} />
          </>
        )}
      </Shown>
      <PutRule
        start={start}
        onClose={() => setStart(null)}
        onUndone={readAgain}
        onDone={written => {
          if (written === id) {
            readAgain();
          } else {
            go(address("/console/rules/{id}", { id: written }));
          }
        }}
      />
      {opened && <EndRule rule={opened} etag={rule.etag} isOpen={isEnding} onClose={() => setEnding(false)} onDone={readAgain} />}
    </>
  );
}

function Says({ rule }: { rule: RuleAnswer }) {
  return (
    <section class="says">
      <p>
        <StateTag state={rule.state} /> {named("rule.kind", rule.kind)} · <Time at={rule.effectiveFrom} /> –{" "}
        {rule.effectiveTo ? <Time at={rule.effectiveTo} /> : t("rule.for-ever")}
      </p>
      <p class="answer-text">{sentence(draftOf(rule))}</p>
      <p class="buttons">
        {rule.sku && (
          <a class="button" href={address("/console/stock/{sku}", { sku: rule.sku })}>
            {t("rule.stock-of", { sku: rule.sku })}
          </a>
        )}
        {rule.sku && rule.channel && (
          <a class="button" href={address("/console/promise/{sku}", { sku: rule.sku }, { channel: rule.channel })}>
            {t("promise.title", { sku: rule.sku, channel: rule.channel })}
          </a>
        )}
        {rule.channel && (
          <a class="button" href={address("/console/channels/{id}", { id: rule.channel })}>
            {t("rule.channel", { channel: rule.channel })}
          </a>
        )}
      </p>
    </section>
  );
}

/** In which time each version is in force, from a while before the first to a while after now. */
function Timeline({ versions }: { versions: readonly RuleAnswer[] }) {
  const id = useId();
  const now = Date.now();
  const spans = spansOf(versions, now);
  const times = [now, ...spans.flatMap(span => [span.from, ...(span.to === null ? [] : [span.to])])];
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const margin = Math.max((most - least) / 10, 3_600_000);
  const rows = spans.map(span => ({ key: span.key, label: t("rule.version", { version: span.key.slice(span.key.lastIndexOf("@") + 1) }), spans: [span] }));
  return (
    <Plot
      name={t("rule.timeline")}
      sentence={counted("rule.versions", versions.length)}
      height={spansHeight(rows.length)}
      table={<VersionTable versions={versions} />}
    >
      {width => <Spans id={id} rows={rows} from={least - margin} to={most + margin} now={now} nowLabel={t("filter.now")} width={width} />}
    </Plot>
  );
}
