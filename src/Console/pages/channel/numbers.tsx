import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import type { PublicationShown } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { TextField } from "../../parts/fields.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { sayDone } from "../../parts/undo.js";
import { Bars, barsHeight } from "../../plots/bars.js";
import { Plot } from "../../plots/plot.js";
import { address, useQuery } from "../../shell/router.js";
import { quantity, signed, sum } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";

import { History } from "./history.js";

/** As many of those that differ as a picture shows. */
const Drawn = 20;

/** What may be promised of each SKU, what was sent and what the channel has; those that differ first. */
export function Numbers({ id, mayAct }: { id: string; mayAct: boolean }) {
  const [query, setQuery] = useQuery();
  const sku = query.get("sku");
  const list = usePages("GET /v1/channels/{id}/publications", { path: { id }, query: { sku, limit: 500 } }, { topics: ["channel"] });
  const rows = list.rows.toSorted((one, two) => Math.abs(difference(two)) - Math.abs(difference(one)));
  const differing = rows.filter(row => difference(row) !== 0);

  return (
    <>
      <div class="filters">
        <TextField label={t("filter.sku")} value={sku} onChange={value => setQuery({ sku: value })} />
        {sku !== null && mayAct && <RepublishOne id={id} sku={sku} onDone={list.readAgain} />}
        {sku !== null && (
          <a class="button" href={address("/console/promise/{sku}", { sku }, { channel: id })}>
            {t("nav.promise")}
          </a>
        )}
      </div>
      <Shown of={list}>
        {() => (
          <>
            {differing.length > 0 ? <Differing id={id} rows={differing} /> : rows.length > 0 && <p class="good">{t("channel.no-difference")}</p>}
            {sku !== null && rows.length > 0 && <History id={id} sku={sku} />}
            <Table
              name={t("channel.numbers")}
              rows={rows}
              keyOf={row => row.sku}
              className={row => (difference(row) !== 0 ? "bad" : undefined)}
              isChosen={row => row.sku === sku}
              open={row => address("/console/channels/{id}", { id }, { show: "numbers", sku: row.sku })}
              empty={<Empty filters={["sku"]}>{t("channel.numbers.none")}</Empty>}
              columns={[
                { key: "sku", title: t("filter.sku"), cell: row => row.sku },
                { key: "quantity", title: t("channel.may"), cell: row => quantity(row.quantity), isNumber: true },
                { key: "sent", title: t("channel.sent"), cell: row => quantity(row.lastSent?.quantity), isNumber: true },
                { key: "has", title: t("channel.acknowledged"), cell: row => quantity(row.believed?.quantity), isNumber: true },
                { key: "difference", title: "±", cell: row => (difference(row) === 0 ? "" : signed(difference(row))), isNumber: true },
                { key: "state", title: t("filter.state"), cell: row => <span class="word">{named("publication", row.state)}</span> },
                { key: "since", title: t("channel.since"), cell: row => <Time at={row.desiredAt} /> },
                { key: "acknowledged", title: t("hop.acknowledged"), cell: row => <Time at={row.believed?.at} /> },
                { key: "error", title: t("channel.error"), cell: row => row.error },
              ]}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}

/** How much more may be promised than the channel has; what it never had is all of it. */
function difference(row: PublicationShown): number {
  return row.state === "not-told" ? 0 : sum([row.quantity, -(row.believed?.quantity ?? 0)]);
}

function Differing({ id, rows }: { id: string; rows: readonly PublicationShown[] }) {
  const drawn = rows.slice(0, Drawn);
  return (
    <Plot
      name={t("channel.differing")}
      sentence={counted("channel.differing.sentence", rows.length)}
      height={barsHeight(drawn.length)}
      legend={
        <>
          <li class="key may">{t("channel.may")}</li>
          <li class="key cross">{t("channel.has")}</li>
        </>
      }
      table={
        <Table
          name={t("channel.differing")}
          rows={drawn}
          keyOf={row => row.sku}
          empty={null}
          columns={[
            { key: "sku", title: t("filter.sku"), cell: row => row.sku },
            { key: "quantity", title: t("channel.may"), cell: row => quantity(row.quantity), isNumber: true },
            { key: "has", title: t("channel.has"), cell: row => quantity(row.believed?.quantity), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Bars
          width={width}
          rows={drawn.map(row => ({
            key: row.sku,
            label: row.sku,
            value: row.quantity,
            mark: row.believed?.quantity ?? null,
            note: row.believed === null ? t("channel.has-nothing") : t("channel.has-number", { quantity: quantity(row.believed.quantity) }),
            href: address("/console/channels/{id}", { id }, { show: "numbers", sku: row.sku }),
          }))}
        />
      )}
    </Plot>
  );
}

function RepublishOne({ id, sku, onDone }: { id: string; sku: string; onDone: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {t("channel.republish-one", { sku })}
      </button>
      <Action
        title={t("channel.republish-one", { sku })}
        verb={t("channel.republish")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        act={() => call("POST /v1/channels/{id}/republish", { path: { id }, body: { sku } })}
        onDone={answered => {
          sayDone(counted("channel.republished", answered.data.republished));
          onDone();
        }}
      >
        <p>{t("channel.republish.effect")}</p>
      </Action>
    </>
  );
}
