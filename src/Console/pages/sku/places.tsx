import { usePages } from "../../api/pages.js";
import type { PositionAnswer } from "../../api/types.js";
import { Empty, Shown } from "../../parts/states.js";
import { More, Table, type Column } from "../../parts/table.js";
import { address } from "../../shell/router.js";
import { quantity, sum } from "../../text/format.js";
import { counted, t } from "../../text/text.js";
import { RowNames, Rows, type Row } from "../position/levels.js";

/** Shades between nothing and the most of a column. */
const Shades = 5;

/** Places by what they have of it; the more of a column a place has, the darker. */
export function Places({ sku }: { sku: string }) {
  const list = usePages("GET /v1/positions", { query: { sku, limit: 1000 } }, { topics: ["position"], concerns: hint => hint.id.startsWith(`${sku}@`) });
  const most = new Map(Rows.map(row => [row, Math.max(0, ...list.rows.map(position => level(position, row)))]));
  const columns: Column<PositionAnswer>[] = Rows.map(row => ({
    key: row,
    title: t(RowNames[row]),
    cell: position => <span class={`heat ${shade(level(position, row), most.get(row) ?? 0)}`}>{quantity(level(position, row))}</span>,
    isNumber: true,
  }));
  return (
    <section>
      <h2>
        {t("sku.places")} <small>{counted("sku.places.count", list.rows.length)}</small>
      </h2>
      <Shown of={list}>
        {() => (
          <>
            <Table
              name={t("sku.places")}
              rows={list.rows}
              keyOf={position => position.location}
              open={position => address("/console/stock/{sku}/{location}", { sku, location: position.location })}
              className={position => (position.onHand < 0 ? "bad" : undefined)}
              empty={<Empty>{t("sku.nowhere")}</Empty>}
              columns={[{ key: "location", title: t("filter.location"), cell: position => position.location }, ...columns]}
            />
            <More of={list} />
          </>
        )}
      </Shown>
    </section>
  );
}

function level(position: PositionAnswer, row: Row): number {
  switch (row) {
    case "unsellable":
      return sum(Object.values(position.unsellable));
    case "fenced":
      return sum(Object.values(position.allocations));
    case "safety":
      return position.safetyStock;
    case "free":
      return position.available;
    default:
      return position[row];
  }
}

function shade(value: number, most: number): string {
  return value < 0 ? "below" : value === 0 || most === 0 ? "" : `s${Math.max(1, Math.ceil((value / most) * Shades))}`;
}
