import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import type { PublicationShown } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { sayDone } from "../../parts/undo.js";
import { Bars, barsHeight } from "../../plots/bars.js";
import { Plot } from "../../plots/plot.js";
import { address, useQuery } from "../../shell/router.js";
import { quantity } from "../../text/format.js";
import { counted, t } from "../../text/text.js";

/** Which dead letters are published again; null for all. */
type Chosen = { readonly skus: readonly string[] | null } | null;

/** What the channel refused, by its own words; one, those of an error, or all are sent again. */
export function DeadLetters({ id, mayAct }: { id: string; mayAct: boolean }) {
  const [query, setQuery] = useQuery();
  const [chosen, setChosen] = useState<Chosen>(null);
  const sku = query.get("sku");
  const list = usePages("GET /v1/channels/{id}/dead-letters", { path: { id }, query: { sku, limit: 500 } }, { topics: ["channel"] });
  const groups = [...Map.groupBy(list.rows, row => row.error ?? "")].sort(([, one], [, two]) => two.length - one.length);
  const error = groups.some(([name]) => name === query.get("error")) ? query.get("error") : null;

  return (
    <Shown of={list}>
      {() =>
        list.rows.length === 0 ? (
          <Empty filters={["sku"]}>{t("channel.dead-letters.none")}</Empty>
        ) : (
          <>
            <Errors groups={groups} />
            {mayAct && (
              <p class="buttons">
                {error !== null && (
                  <button type="button" onClick={() => setQuery({ error: null })}>
                    {t("channel.errors.all")}
                  </button>
                )}
                <button type="button" class="primary" onClick={() => setChosen({ skus: null })}>
                  {t("channel.replay-all")}
                </button>
              </p>
            )}
            {groups
              .filter(([name]) => error === null || name === error)
              .map(([name, members]) => (
                <Group key={name} id={id} error={name} members={members} {...(mayAct ? { onReplay: skus => setChosen({ skus }) } : {})} />
              ))}
            <More of={list} />
            <Replay id={id} chosen={chosen} onClose={() => setChosen(null)} onDone={list.readAgain} />
          </>
        )
      }
    </Shown>
  );
}

function Errors({ groups }: { groups: readonly (readonly [string, readonly PublicationShown[]])[] }) {
  const [query] = useQuery();
  return (
    <Plot
      name={t("channel.errors")}
      sentence={counted("channel.errors.sentence", groups.length)}
      height={barsHeight(groups.length)}
      table={
        <Table
          name={t("channel.errors")}
          rows={groups}
          keyOf={([name]) => name}
          empty={null}
          columns={[
            { key: "error", title: t("channel.error"), cell: ([name]) => name },
            { key: "count", title: t("channel.skus"), cell: ([, members]) => quantity(members.length), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Bars
          width={width}
          rows={groups.map(([name, members]) => ({
            key: name,
            label: name,
            value: members.length,
            href: `?${new URLSearchParams({ ...Object.fromEntries(query), error: name })}`,
          }))}
        />
      )}
    </Plot>
  );
}

function Group({
  id,
  error,
  members,
  onReplay,
}: {
  id: string;
  error: string;
  members: readonly PublicationShown[];
  onReplay?: (skus: readonly string[]) => void;
}) {
  return (
    <section>
      <div class="title">
        <h2>
          {error} <small>{counted("channel.sku-count", members.length)}</small>
        </h2>
        {onReplay && (
          <button type="button" onClick={() => onReplay(members.map(row => row.sku))}>
            {counted("channel.replay-these", members.length)}
          </button>
        )}
      </div>
      <Table
        name={error}
        rows={members}
        keyOf={row => row.sku}
        open={row => address("/console/channels/{id}", { id }, { show: "numbers", sku: row.sku })}
        empty={null}
        columns={[
          { key: "sku", title: t("filter.sku"), cell: row => row.sku },
          { key: "quantity", title: t("channel.may"), cell: row => quantity(row.quantity), isNumber: true },
          { key: "has", title: t("channel.has"), cell: row => quantity(row.believed?.quantity), isNumber: true },
          { key: "attempts", title: t("channel.attempts"), cell: row => quantity(row.attempts), isNumber: true },
          { key: "sent", title: t("hop.sent"), cell: row => <Time at={row.sentAt} /> },
          ...(onReplay
            ? [
                {
                  key: "replay",
                  title: t("channel.replay"),
                  cell: (row: PublicationShown) => (
                    <button type="button" aria-label={t("channel.replay-one", { sku: row.sku })} onClick={() => onReplay([row.sku])}>
                      {t("channel.replay")}
                    </button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </section>
  );
}

function Replay({ id, chosen, onClose, onDone }: { id: string; chosen: Chosen; onClose: () => void; onDone: () => void }) {
  const skus = chosen?.skus ?? null;
  const isWide = skus === null || skus.length > 100;
  return (
    <Action
      title={t("channel.replay.title", { id })}
      verb={t("channel.replay")}
      isOpen={chosen !== null}
      onClose={onClose}
      {...(isWide ? { typed: id } : {})}
      act={() => call("POST /v1/channels/{id}/dead-letters/replay", { path: { id }, body: skus === null ? {} : { skus } })}
      onDone={answered => {
        sayDone(counted("channel.replayed", answered.data.replayed));
        onDone();
      }}
    >
      <p>{skus === null ? t("channel.replay.all") : counted("channel.replay.some", skus.length)}</p>
      <p>{t("channel.replay.effect")}</p>
    </Action>
  );
}
