import { useState } from "preact/hooks";
import { useApi } from "../api/use.js";
import { LocationField } from "../parts/location-field.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import { ownLocations, useMe } from "../shell/session.js";
import { quantity, signed, sum } from "../text/format.js";
import { t } from "../text/text.js";
import { LineFields } from "./record/fields.js";
import { FileOfLines } from "./record/file.js";
import { Lines } from "./record/lines.js";
import {
  after,
  Kinds,
  movementOf,
  newDocument,
  Nothing,
  numbersOf,
  quantityOf,
  wrongFields,
  type Draft,
  type Field,
  type Kind,
  type Numbers,
} from "./record/movement.js";
import { add, Most, useOutbox, type Kept, type Line } from "./record/outbox.js";
import { keepUnfinished, unfinished } from "./record/unfinished.js";

/** What happened in a store, said on a phone: kept here until it is answered, and counted once. */
export default function Record_(_: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const { lines, sending } = useOutbox(me.name);
  const location = query.get("location") ?? ownLocations(me)[0] ?? "";
  const asked = query.get("kind");
  const kind: Kind = Kinds.find(each => each === asked) ?? "count";
  const source = location === "" ? "" : `pos/${location}/console`;

  return (
    <div class="record">
      <Title text={t("nav.record")} />
      <div class="filters">
        <LocationField value={location} onChange={value => setQuery({ location: value }, "replace")} />
        <fieldset class="choice">
          <legend>{t("record.kind")}</legend>
          {Kinds.map(each => (
            <button key={each} type="button" aria-pressed={each === kind} onClick={() => setQuery({ kind: each }, "replace")}>
              {t(`record.kind.${each}`)}
            </button>
          ))}
        </fieldset>
      </div>
      <NewLine key={kind} name={me.name} kind={kind} location={location} source={source} sku={query.get("sku") ?? ""} lines={lines} />
      <Lines name={me.name} lines={lines} sending={sending} />
      <FileOfLines source={source} />
    </div>
  );
}

function NewLine({
  name,
  kind,
  location,
  source,
  sku,
  lines,
}: {
  name: string;
  kind: Kind;
  location: string;
  source: string;
  sku: string;
  lines: readonly Line[];
}) {
  const [, setQuery] = useQuery();
  const empty = (): Draft => ({ kind, sku: "", location, quantity: "", reason: "", to: "", document: kind === "moved" ? newDocument() : "" });
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = unfinished(name, kind);
    return sku === "" || sku === kept.sku?.trim() ? { ...empty(), ...kept } : { ...empty(), sku };
  });
  const [wrong, setWrong] = useState<readonly Field[]>([]);
  const [kept, setKept] = useState<Kept>("kept");
  const [round, setRound] = useState(0);
  const here = { ...draft, location };
  const code = sku.trim();
  const position = useApi("GET /v1/positions/{sku}/{location}", code === "" || location === "" ? null : { path: { sku: code, location } }, {
    topics: ["position"],
    concerns: hint => hint.id === `${code}@${location}`,
  });
  const numbers = position.data !== null && !position.isStale ? numbersOf(position.data) : position.error?.status === 404 ? Nothing : null;
  const waiting = lines.filter(line => line.state === "waiting" && line.movement.sku === code && line.movement.location === location).length;

  const change = (next: Draft) => {
    setDraft(next);
    keepUnfinished(name, next);
    setWrong([]);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const fields = wrongFields(here);
    setWrong(fields);
    if (fields.length > 0) {
      return;
    }

    const outcome = add(name, source, movementOf(here, new Date().toISOString()), numbers);
    setKept(outcome);
    if (outcome === "kept") {
      change({ ...empty(), to: draft.to, document: kind === "moved" ? draft.document : "" });
      setQuery({ sku: null }, "replace");
      setRound(round + 1);
    }
  };

  return (
    <form class="new-line" onSubmit={submit} aria-label={t(`record.kind.${kind}`)} noValidate>
      <LineFields draft={here} onChange={change} onSku={typed => setQuery({ sku: typed }, "replace")} wrong={wrong} round={round} />
      {code !== "" && code === draft.sku.trim() && numbers !== null && (
        <Before numbers={numbers} draft={here} isNew={position.data === null} waiting={waiting} />
      )}
      {kept !== "kept" && (
        <p class="error" role="alert">
          {t(`record.${kept}`, { count: Most })}
        </p>
      )}
      <p class="buttons">
        <button class="primary" type="submit">
          {t(`record.verb.${kind}`)}
        </button>
      </p>
    </form>
  );
}

/** The position as it is, and as this line makes it. */
function Before({ numbers, draft, isNew, waiting }: { numbers: Numbers; draft: Draft; isNew: boolean; waiting: number }) {
  const next = quantityOf(draft) === null ? null : after(numbers, movementOf(draft, ""));
  const rows = [
    ["onHand", "quantity.on-hand"],
    ["unsellable", "quantity.unsellable"],
    ["free", "quantity.free"],
  ] as const;
  return (
    <div class="panel" role="status">
      <dl class="before-after">
        {rows.map(([row, title]) => (
          <div key={row}>
            <dt>{t(title)}</dt>
            <dd>
              {quantity(numbers[row])}
              {next && next[row] !== numbers[row] && (
                <>
                  {" → "}
                  <strong>{quantity(next[row])}</strong> <small>({signed(sum([next[row], -numbers[row]]))})</small>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {isNew && <p class="hint">{t("record.new-position")}</p>}
      {waiting > 0 && <p class="hint">{t("record.waits-here", { count: waiting })}</p>}
      {next && next.free < 0 && <p class="differs">{t("record.below")}</p>}
    </div>
  );
}
