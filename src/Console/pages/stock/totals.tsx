import { useApi } from "../../api/use.js";
import type { PlaceSummary } from "../../api/types.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Bars, barsHeight } from "../../plots/bars.js";
import { Plot } from "../../plots/plot.js";
import { usePlace, withQuery } from "../../shell/router.js";
import { quantity, sum } from "../../text/format.js";
import { counted, t, type CountedKey } from "../../text/text.js";

/** As many places as are drawn, those with the most on hand; the table has all. */
const Drawn = 15;

const States = [
  ["below-zero", "belowZero"],
  ["below-safety", "belowSafety"],
  ["never-counted", "neverCounted"],
  ["held-beyond-on-hand", "heldBeyondOnHand"],
] as const;

/** What each place has of what is searched, and how many positions want a look; each leads to these. */
export function PlacesTotals({ filter }: { filter: Readonly<Record<string, string | null>> }) {
  const place = usePlace();
  const summary = useApi("GET /v1/positions/summary", { query: { ...filter, by: "location" } });
  return (
    <Shown of={summary}>
      {({ items }) =>
        items.length === 0 ? null : (
          <>
            <ul class="states">
              {States.map(([state, name]) => {
                const count = sum(items.map(item => item[name]));
                return (
                  <li key={state}>
                    <a href={withQuery(place, { state })} class={count > 0 && state === "below-zero" ? "differs" : undefined}>
                      {counted(`stock.count.${state}` as CountedKey, count)}
                    </a>
                  </li>
                );
              })}
            </ul>
            <Totals items={items} />
          </>
        )
      }
    </Shown>
  );
}

function Totals({ items }: { items: readonly PlaceSummary[] }) {
  const place = usePlace();
  const drawn = items.toSorted((one, two) => two.onHand - one.onHand).slice(0, Drawn);
  return (
    <Plot
      name={t("stock.totals")}
      sentence={counted("stock.totals.sentence", items.length, {
        onHand: quantity(sum(items.map(item => item.onHand))),
        free: quantity(sum(items.map(item => item.available))),
      })}
      height={barsHeight(drawn.length)}
      legend={
        <>
          <li class="key may">{t("quantity.on-hand")}</li>
          <li class="key cross">{t("quantity.free")}</li>
        </>
      }
      table={
        <Table
          name={t("stock.totals")}
          rows={items}
          keyOf={item => item.place ?? ""}
          empty={null}
          columns={[
            { key: "place", title: t("filter.location"), cell: item => item.place },
            { key: "positions", title: t("stock.positions"), cell: item => quantity(item.positions), isNumber: true },
            { key: "onHand", title: t("quantity.on-hand"), cell: item => quantity(item.onHand), isNumber: true },
            { key: "free", title: t("quantity.free"), cell: item => quantity(item.available), isNumber: true },
            { key: "reserved", title: t("quantity.reserved"), cell: item => quantity(item.reserved), isNumber: true },
            { key: "unsellable", title: t("quantity.unsellable"), cell: item => quantity(item.unsellable), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Bars
          width={width}
          areSame={false}
          rows={drawn.map(item => ({
            key: item.place ?? "",
            label: item.place ?? "",
            value: item.onHand,
            mark: item.available,
            href: withQuery(place, { location: item.place }),
          }))}
        />
      )}
    </Plot>
  );
}
