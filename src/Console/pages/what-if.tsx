import { useMemo, useState } from "preact/hooks";
import { call } from "../api/client.js";
import { asRefused } from "../api/use.js";
import type { Refused } from "../api/client.js";
import { CopyButton } from "../parts/copy.js";
import { TextField } from "../parts/fields.js";
import { ErrorBox, NotFor } from "../parts/states.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { address, go, useQuery } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { t } from "../text/text.js";
import { draftOf, emptyDraft, isComplete, Kinds, type Draft, type Kind } from "./rules/draft.js";
import { RuleForm } from "./rules/form.js";
import { PutRule, type Start } from "./rules/put.js";
import { History } from "./what-if/history.js";
import { Preview } from "./what-if/preview.js";

/** A rule that is not set yet: what it would change now, and what it would have meant. It is in the address, so that others see the same. */
export default function WhatIf(_: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const [start, setStart] = useState<Start | null>(null);
  const [error, setError] = useState<Refused | null>(null);
  const text = query.get("rule");
  const draft = useMemo(() => parse(text), [text]);
  const id = query.get("id") ?? "";

  const put = () => {
    setError(null);
    startOf(id, draft).then(setStart, failure => setError(asRefused(failure)));
  };

  return (
    <>
      <Title text={t("nav.what-if")}>
        {may(me, "PUT /v1/rules/{id}") && (
          <button type="button" class="primary" disabled={!isComplete(draft)} onClick={put}>
            {t("what-if.put")}
          </button>
        )}
        <a class="button" href="/console/rules">
          {t("nav.rules")}
        </a>
        <CopyButton text={() => location.href}>{t("copy.link")}</CopyButton>
      </Title>
      {error && <ErrorBox error={error} />}
      <div class="halves">
        <section aria-label={t("what-if.rule")}>
          <h2>{t("what-if.rule")}</h2>
          <div class="filters">
            <TextField label={t("what-if.instead-of")} value={id} onChange={value => setQuery({ id: value })} />
            {id !== "" && (
              <button
                type="button"
                onClick={() =>
                  call("GET /v1/rules/{id}", { path: { id } }).then(
                    ({ data }) => setQuery({ rule: JSON.stringify(draftOf(data)) }),
                    failure => setError(asRefused(failure)),
                  )
                }
              >
                {t("what-if.take")}
              </button>
            )}
          </div>
          <RuleForm draft={draft} hasKind onChange={changed => setQuery({ rule: JSON.stringify(changed) }, "replace")} />
        </section>
        <section aria-label={t("what-if.preview")}>
          <h2>{t("what-if.preview")}</h2>
          {!may(me, "POST /v1/rules/preview") ? (
            <NotFor operation="POST /v1/rules/preview" />
          ) : isComplete(draft) ? (
            <Preview draft={draft} id={id} />
          ) : (
            <p class="empty">{t("what-if.incomplete")}</p>
          )}
        </section>
      </div>
      <section>
        <h2>{t("what-if.history")}</h2>
        {may(me, "POST /v1/rules/simulate") ? <History draft={draft} id={id} /> : <NotFor operation="POST /v1/rules/simulate" />}
      </section>
      <PutRule start={start} onClose={() => setStart(null)} onDone={written => go(address("/console/rules/{id}", { id: written }))} />
    </>
  );
}

/** The rule that an address has; it may say anything. */
function parse(text: string | null): Draft {
  try {
    const read: unknown = JSON.parse(text ?? "null");
    if (typeof read === "object" && read !== null && "kind" in read && Kinds.includes(read.kind as Kind)) {
      return Object.fromEntries(Object.entries(read).filter(([, value]) => typeof value === "string")) as Draft;
    }
  } catch {
    // Then it begins with the commonest kind.
  }

  return emptyDraft("safety-stock");
}

/** What is to be put: another version of the rule of this id where there is one, else a new rule. */
async function startOf(id: string, draft: Draft): Promise<Start> {
  if (id === "") {
    return { id: "", draft, opened: null, etag: null };
  }

  try {
    const { data, etag } = await call("GET /v1/rules/{id}", { path: { id } });
    return { id, draft, opened: data, etag };
  } catch (failure) {
    if (asRefused(failure).status === 404) {
      return { id, draft, opened: null, etag: null };
    }

    throw failure;
  }
}
