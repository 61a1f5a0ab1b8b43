import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import { useApi } from "../../api/use.js";
import { Action } from "../../parts/action.js";
import { Choice, TextField } from "../../parts/fields.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { sayDone } from "../../parts/undo.js";
import { address, useQuery } from "../../shell/router.js";
import { may, useMe } from "../../shell/session.js";
import { quantity, signed, sum } from "../../text/format.js";
import { named, t } from "../../text/text.js";

const numbersOf = (id: string, sku: string) => address("/console/channels/{id}", { id }, { show: "numbers", sku });

/** Where the channel showed another number than it had acknowledged. */
export function Drifts({ id }: { id: string }) {
  const [query, setQuery] = useQuery();
  const sku = query.get("sku");
  const list = usePages("GET /v1/channels/{id}/drifts", { path: { id }, query: { sku, limit: 500 } }, { topics: ["channel"] });
  return (
    <>
      <div class="filters">
        <TextField label={t("filter.sku")} value={sku} onChange={value => setQuery({ sku: value })} />
      </div>
      <Shown of={list}>
        {() => (
          <Table
            name={t("channel.drifts")}
            rows={list.rows}
            keyOf={row => `${row.sku} ${row.at}`}
            open={row => numbersOf(id, row.sku)}
            empty={<Empty filters={["sku"]}>{t("channel.drifts.none")}</Empty>}
            columns={[
              { key: "sku", title: t("filter.sku"), cell: row => row.sku },
              { key: "had", title: t("channel.acknowledged"), cell: row => quantity(row.believed), isNumber: true },
              { key: "shows", title: t("channel.shows"), cell: row => quantity(row.shows), isNumber: true },
              { key: "difference", title: "±", cell: row => (row.believed === null ? "" : signed(sum([row.shows, -row.believed]))), isNumber: true },
              { key: "at", title: t("channel.read-back"), cell: row => <Time at={row.at} /> },
            ]}
          />
        )}
      </Shown>
    </>
  );
}

export function Oversells({ id }: { id: string }) {
  const me = useMe();
  const mayExplain = may(me, "GET /v1/channels/{id}/oversells/{order}");
  const list = usePages("GET /v1/channels/{id}/oversells", { path: { id }, query: { limit: 100 } }, { topics: ["channel", "reservation"] });
  return (
    <Shown of={list}>
      {() => (
        <>
          <Table
            name={t("channel.oversells")}
            rows={list.rows}
            keyOf={row => `${row.order} ${row.sku}`}
            {...(mayExplain
              ? {
                  open: (row: (typeof list.rows)[number]) => address("/console/channels/{id}/oversells/{order}", { id, order: row.order }, { sku: row.sku }),
                }
              : {})}
            className={row => (row.open ? "bad" : undefined)}
            empty={<Empty>{t("channel.oversells.none")}</Empty>}
            columns={[
              { key: "order", title: t("channel.order"), cell: row => row.order },
              { key: "sku", title: t("filter.sku"), cell: row => row.sku },
              { key: "requested", title: t("hop.ordered"), cell: row => quantity(row.requested), isNumber: true },
              { key: "held", title: t("quantity.reserved"), cell: row => quantity(row.held), isNumber: true },
              { key: "had", title: t("oversell.had"), cell: row => quantity(row.told.quantity), isNumber: true },
              { key: "open", title: t("filter.state"), cell: row => t(row.open ? "oversell.open" : "oversell.closed") },
              { key: "at", title: t("hop.arrived"), cell: row => <Time at={row.at} /> },
            ]}
          />
          <More of={list} />
        </>
      )}
    </Shown>
  );
}

const OrderStates = ["confirmed", "oversold", "ready", "fulfilled", "released", "waiting", "quarantined"] as const;

export function Orders({ id }: { id: string }) {
  const [query, setQuery] = useQuery();
  const filters = { state: query.get("state"), fulfilment: query.get("fulfilment"), location: query.get("location") };
  const list = usePages("GET /v1/channels/{id}/orders", { path: { id }, query: { ...filters, limit: 100 } }, { topics: ["channel", "reservation"] });
  return (
    <>
      <div class="filters">
        <Choice
          label={t("filter.state")}
          value={filters.state}
          none={t("filter.all")}
          choices={OrderStates.map(state => [state, named("order", state)] as const)}
          onChange={value => setQuery({ state: value })}
        />
        <Choice
          label={t("channel.fulfilment")}
          value={filters.fulfilment}
          none={t("filter.all")}
          choices={(["ship", "pickup"] as const).map(way => [way, t(`channel.fulfilment.${way}`)] as const)}
          onChange={value => setQuery({ fulfilment: value })}
        />
        <TextField label={t("filter.location")} value={filters.location} onChange={value => setQuery({ location: value })} />
      </div>
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("channel.orders")}
              rows={list.rows}
              keyOf={row => row.order}
              open={row => address("/console/channels/{id}/orders/{order}", { id, order: row.order })}
              empty={<Empty filters={["state", "fulfilment", "location"]}>{t("channel.orders.none")}</Empty>}
              columns={[
                { key: "order", title: t("channel.order"), cell: row => row.order },
                {
                  key: "state",
                  title: t("filter.state"),
                  cell: row => named("order", row.state ?? ""),
                },
                { key: "fulfilment", title: t("channel.fulfilment"), cell: row => named("channel.fulfilment", row.fulfilment) },
                { key: "location", title: t("filter.location"), cell: row => row.location },
                { key: "collectBy", title: t("channel.collect-by"), cell: row => <Time at={row.collectBy} /> },
              ]}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}

/** The channel's names of our SKUs. */
export function Mappings({ id, mayAct }: { id: string; mayAct: boolean }) {
  const [query, setQuery] = useQuery();
  const sku = query.get("sku");
  const list = usePages("GET /v1/channels/{id}/mappings", { path: { id }, query: { sku, limit: 200 } }, { topics: ["channel"] });
  return (
    <>
      <div class="filters">
        <TextField label={t("filter.sku")} value={sku} onChange={value => setQuery({ sku: value })} />
        {mayAct && (
          <PairForm
            verb={t("channel.map")}
            first={t("filter.sku")}
            given={sku ?? ""}
            before={ours => list.rows.find(row => row.sku === ours)?.theirs ?? null}
            act={(ours, theirs) => call("PUT /v1/channels/{id}/mappings", { path: { id }, body: { items: [{ sku: ours, theirs }] } })}
            onDone={list.readAgain}
          />
        )}
      </div>
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("channel.mappings")}
              rows={list.rows}
              keyOf={row => row.sku}
              open={row => numbersOf(id, row.sku)}
              empty={<Empty filters={["sku"]}>{t("channel.mappings.none")}</Empty>}
              columns={[
                { key: "sku", title: t("filter.sku"), cell: row => row.sku },
                { key: "theirs", title: t("channel.theirs"), cell: row => row.theirs },
                { key: "by", title: t("position.by"), cell: row => row.by },
              ]}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}

/** The channel's names of our locations; the list is replaced as a whole. */
export function Locations({ id, mayAct }: { id: string; mayAct: boolean }) {
  const list = useApi("GET /v1/channels/{id}/locations", { path: { id } }, { topics: ["channel"] });
  const items = (list.data?.items ?? []).map(({ location, theirs }) => ({ location, theirs }));
  const put = (changed: readonly { readonly location: string; readonly theirs: string }[]) =>
    call("PUT /v1/channels/{id}/locations", { path: { id }, body: { items: changed } }, { ifMatch: list.etag });
  return (
    <>
      {mayAct && (
        <div class="filters">
          <PairForm
            verb={t("channel.map")}
            first={t("filter.location")}
            given=""
            before={ours => items.find(item => item.location === ours)?.theirs ?? null}
            act={(location, theirs) => put([...items.filter(item => item.location !== location), { location, theirs }])}
            onDone={list.readAgain}
          />
        </div>
      )}
      <Shown of={list}>
        {() => (
          <Table
            name={t("channel.locations")}
            rows={list.data?.items ?? []}
            keyOf={row => row.location}
            empty={<Empty>{t("channel.locations.none")}</Empty>}
            columns={[
              { key: "location", title: t("filter.location"), cell: row => row.location },
              { key: "theirs", title: t("channel.theirs"), cell: row => row.theirs },
              { key: "by", title: t("position.by"), cell: row => row.by },
            ]}
          />
        )}
      </Shown>
    </>
  );
}

interface PairProps {
  readonly verb: string;
  readonly first: string;
  readonly given: string;
  /** Theirs as it is mapped now; null where it is not. */
  readonly before: (ours: string) => string | null;
  readonly act: (ours: string, theirs: string) => ReturnType<typeof call>;
  readonly onDone: () => void;
}

/** Maps one name of ours to one of the channel's. */
function PairForm({ verb, first, given, before, act, onDone }: PairProps) {
  const [isOpen, setOpen] = useState(false);
  const [ours, setOurs] = useState("");
  const [theirs, setTheirs] = useState("");
  const was = before(ours);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setOurs(given);
          setTheirs("");
          setOpen(true);
        }}
      >
        {verb}
      </button>
      <Action
        title={verb}
        verb={verb}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        isComplete={ours !== "" && theirs !== ""}
        act={() => act(ours, theirs)}
        onDone={() => {
          sayDone(t("channel.mapped", { ours, theirs }), was === null ? null : () => act(ours, was).then(onDone));
          onDone();
        }}
      >
        <TextField label={first} value={ours} onChange={setOurs} after={0} isRequired />
        <TextField label={t("channel.theirs")} value={theirs} onChange={setTheirs} after={0} isRequired />
        {was !== null && <p>{t("channel.mapped.before", { theirs: was })}</p>}
      </Action>
    </>
  );
}
