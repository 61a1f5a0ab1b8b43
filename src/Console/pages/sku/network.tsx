import { useId } from "preact/hooks";
import type { SkuSeriesAnswer, SkuSeriesPoint } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Bands, type Band, type Level } from "../../plots/bands.js";
import { Cursor } from "../../plots/cursor.js";
import { Plot } from "../../plots/plot.js";
import { useQuery } from "../../shell/router.js";
import { date, quantity, sum } from "../../text/format.js";
import { counted, t } from "../../text/text.js";
import { RowNames, Rows, type Row } from "../position/levels.js";

const Height = 260;
const Kinds = ["reserved", "unsellable", "safety", "fenced", "free"] as const;

/** Stock of the network by what it is kept for, a point a day. */
export function Network({ answer }: { answer: SkuSeriesAnswer }) {
  const id = useId();
  const [query, setQuery] = useQuery();
  const points = answer.points;
  const [from, to] = [Date.parse(answer.from), Date.parse(answer.to)];
  const asked = query.get("at");
  const found = asked === null ? -1 : points.findIndex(point => Date.parse(point.at) >= Date.parse(asked));
  const chosen = found === -1 ? points.length - 1 : found;
  const point = points[chosen];
  if (point === undefined) {
    return null;
  }

  const bands: Band[] = Kinds.map(kind => ({ key: kind, kind, label: t(RowNames[kind]) }));
  const levels: Level[] = points.map((each, index) => ({
    from: index === 0 ? from : Date.parse(points[index - 1]!.at),
    total: each.onHand,
    least: each.onHand,
    most: each.onHand,
    parts: Kinds.map(kind => level(each, kind)),
  }));

  return (
    <Plot
      name={t("sku.network")}
      sentence={counted("sku.network.sentence", answer.locations, {
        first: quantity(points[0]?.onHand),
        last: quantity(points.at(-1)?.onHand),
        free: quantity(points.at(-1)?.free),
      })}
      height={Height}
      legend={bands.map(band => (
        <li key={band.key} class={`key ${band.kind}`}>
          {band.label}
        </li>
      ))}
      table={
        <Table
          name={t("sku.network")}
          rows={points}
          keyOf={each => each.day}
          empty={null}
          columns={[
            { key: "day", title: t("promise.day"), cell: each => date(each.day) },
            ...Rows.map(row => ({ key: row, title: t(RowNames[row]), cell: (each: SkuSeriesPoint) => quantity(level(each, row)), isNumber: true })),
          ]}
        />
      }
      below={
        <>
          <Cursor
            name={t("promise.day")}
            count={points.length}
            at={chosen}
            text={`${date(point.day)}: ${quantity(point.onHand)}`}
            onMove={index => setQuery({ at: points[index]?.at ?? null }, "replace")}
          />
          <p class="at">
            <strong>{date(point.day)}</strong> {Rows.map(row => `${t(RowNames[row])} ${quantity(level(point, row))}`).join(" · ")}
          </p>
        </>
      }
    >
      {width => (
        <Bands id={id} bands={bands} levels={levels} other={null} from={from} to={to} width={width} height={Height} at={Math.min(Date.parse(point.at), to)} />
      )}
    </Plot>
  );
}

function level(point: SkuSeriesPoint, row: Row): number {
  switch (row) {
    case "unsellable":
      return sum(Object.values(point.unsellable));
    case "fenced":
      return sum(Object.values(point.allocations));
    case "safety":
      return point.safetyStock;
    default:
      return point[row];
  }
}
