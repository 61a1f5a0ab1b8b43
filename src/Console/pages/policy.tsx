import { useState } from "preact/hooks";
import { call } from "../api/client.js";
import type { PolicyAnswer } from "../api/types.js";
import { useApi } from "../api/use.js";
import { Action } from "../parts/action.js";
import { Conflict } from "../parts/conflict.js";
import { NumberField, TextField } from "../parts/fields.js";
import { Empty, Shown } from "../parts/states.js";
import { Title } from "../parts/title.js";
import { sayDone } from "../parts/undo.js";
import type { PageProps } from "../shell/pages.js";
import { has, useMe } from "../shell/session.js";
import { quantity } from "../text/format.js";
import { t } from "../text/text.js";
import { Amounts, bodyOf, draftOf, minutesOf, nameOf, NewRule, ofValues, scopeOf, sentenceOf, textOf, valuesOf, type RuleDraft } from "./policy/draft.js";
import { Effect } from "./policy/effect.js";

const Week = 7 * 86_400_000;

/** What is done about drifts without a person, and what it would have done with those of the last days. */
export default function Policy(_: PageProps) {
  const policy = useApi("GET /v1/reconciliations/policy", {}, { topics: ["reconciliation"] });
  return (
    <>
      <Title text={t("policy")}>
        <a class="button" href="/console/reconciliation">
          {t("nav.reconciliation")}
        </a>
      </Title>
      <Shown of={policy}>{answer => <Form answer={answer} etag={policy.etag} onDone={policy.readAgain} />}</Shown>
    </>
  );
}

function Form({ answer, etag, onDone }: { answer: PolicyAnswer; etag: string | null; onDone: () => void }) {
  const mayAct = has(useMe(), ["ops"]);
  const [since] = useState(() => new Date(Date.now() - Week).toISOString());
  // What it is based on: the page may read a newer version while somebody types, and that is no reason to lose what was typed.
  const [base, setBase] = useState({ draft: draftOf(answer), etag, version: answer.version });
  const [draft, setDraft] = useState(base.draft);
  const [isOpen, setOpen] = useState(false);
  const [before, after] = [valuesOf(base.draft), valuesOf(draft)];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = fields.filter(field => before[field] !== after[field]);
  const hasTwice = Object.keys(after).length <= draft.rules.length;
  if (changed.length === 0 && !isOpen && answer.version > base.version) {
    setBase({ draft: draftOf(answer), etag, version: answer.version });
    setDraft(draftOf(answer));
  }

  const change = (index: number, rule: Partial<RuleDraft>) =>
    setDraft(typed => ({ ...typed, rules: typed.rules.map((each, at) => (at === index ? { ...each, ...rule } : each)) }));

  return (
    <>
      <Effect since={since} now={base.draft.rules} typed={changed.length === 0 ? null : draft.rules} />
      <form
        class="policy"
        onSubmit={event => {
          event.preventDefault();
          setOpen(changed.length > 0 && !hasTwice);
        }}
      >
        <h2>{t("policy.rules")}</h2>
        <p class="hint">{t("policy.specific")}</p>
        {draft.rules.length === 0 && <Empty>{t("policy.none")}</Empty>}
        {draft.rules.map((rule, index) => (
          <fieldset key={index} disabled={!mayAct}>
            <legend>{scopeOf(rule)}</legend>
            <p>{sentenceOf(rule)}</p>
            {mayAct && (
              <div class="filters">
                <TextField label={t("drift.system")} value={rule.system} after={0} onChange={system => change(index, { system })} />
                <TextField label={t("filter.location")} value={rule.location} after={0} onChange={location => change(index, { location })} />
                {Amounts.map(amount => (
                  <NumberField
                    key={amount}
                    label={t(`policy.${amount}`)}
                    value={rule[amount] || null}
                    onChange={value => change(index, { [amount]: value ?? "" })}
                  />
                ))}
                <button type="button" onClick={() => setDraft({ ...draft, rules: draft.rules.filter((_, at) => at !== index) })}>
                  {t("policy.remove")}
                </button>
              </div>
            )}
          </fieldset>
        ))}
        {mayAct && (
          <button type="button" onClick={() => setDraft({ ...draft, rules: [...draft.rules, NewRule] })}>
            {t("policy.add")}
          </button>
        )}
        <fieldset disabled={!mayAct}>
          <legend>{t("policy.grace")}</legend>
          <p>{minutesOf(draft.grace) === 0 ? t("policy.grace.none") : t("policy.grace.detail", { minutes: quantity(minutesOf(draft.grace)) })}</p>
          {mayAct && (
            <NumberField
              label={t("policy.grace.minutes")}
              value={String(minutesOf(draft.grace))}
              step="1"
              onChange={value => setDraft({ ...draft, grace: `PT${value ?? 0}M` })}
            />
          )}
        </fieldset>
        <p class="hint">{answer.version === 0 ? t("policy.version.none") : t("channel.version", { version: answer.version, by: answer.by ?? "?" })}</p>
        {hasTwice && <p class="warn">{t("policy.twice")}</p>}
        {mayAct && (
          <button class="primary" type="submit" disabled={changed.length === 0 || hasTwice}>
            {t("policy.save")}
          </button>
        )}
      </form>
      <Action
        title={t("policy.save")}
        verb={t("policy.save")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        act={() => call("PUT /v1/reconciliations/policy", { body: bodyOf(draft) }, { ifMatch: base.etag })}
        conflict={() => (
          <Conflict
            fields={fields}
            nameOf={nameOf}
            textOf={textOf}
            opened={before}
            yours={after}
            read={async () => {
              const now = await call("GET /v1/reconciliations/policy", {});
              return { values: valuesOf(draftOf(now.data)), etag: now.etag, by: now.data.by };
            }}
            onTake={(values, theirs) => {
              setDraft(ofValues(values));
              setBase({ ...base, etag: theirs });
            }}
          />
        )}
        onDone={({ data, etag: saved }) => {
          const earlier = base.draft;
          setBase({ draft: draftOf(data), etag: saved, version: data.version });
          setDraft(draftOf(data));
          sayDone(t("policy.saved"), () => call("PUT /v1/reconciliations/policy", { body: bodyOf(earlier) }, { ifMatch: saved }).then(onDone));
          onDone();
        }}
      >
        <p>{t("policy.save.what")}</p>
        <ul>
          {changed.map(field => (
            <li key={field}>
              <strong>{nameOf(field)}</strong>: {textOf(before, field) || "–"} → {textOf(after, field) || "–"}
            </li>
          ))}
        </ul>
      </Action>
    </>
  );
}
