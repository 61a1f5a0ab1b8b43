import type { PositionEvent, SeriesPoint } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { quantity, signed, sum, time } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { recordedLater } from "./events.js";
import { level, RowNames, Rows, type Kind } from "./levels.js";

/** The numbers at the cursor, as they were known then and as they are known now, and what makes the difference. */
export function Panel({
  point,
  other,
  knowledge,
  at,
  events,
}: {
  point: SeriesPoint;
  other: SeriesPoint | null;
  knowledge: Kind;
  at: number;
  events: readonly PositionEvent[];
}) {
  const [then, now] = knowledge === "then" ? [point, other] : [other, point];
  const late = recordedLater(events, at);
  const kinds = [...Map.groupBy(late, event => named("event", event.type))].map(([name, members]) => `${members.length} × ${name}`);
  return (
    <section class="panel" aria-label={t("position.at")}>
      <h2>{time(at)}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("promise.units")}</th>
            <th scope="col" class="number">
              {t("position.knowledge.then")}
            </th>
            <th scope="col" class="number">
              {t("position.knowledge.now")}
            </th>
            <th scope="col" class="number">
              ±
            </th>
          </tr>
        </thead>
        <tbody>
          {Rows.map(row => {
            const [was, is] = [then, now].map(each => (each === null ? null : level(each, row)));
            const difference = was == null || is == null ? null : sum([is, -was]);
            return (
              <tr key={row} class={difference ? "differs" : undefined}>
                <th scope="row">{t(RowNames[row])}</th>
                <td class="number" data-title={t("position.knowledge.then")}>
                  {quantity(was)}
                </td>
                <td class="number" data-title={t("position.knowledge.now")}>
                  {quantity(is)}
                </td>
                <td class="number" data-title="±">
                  {signed(difference)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {kinds.length > 0 && <p>{t("position.because", { events: kinds.join(", ") })}</p>}
    </section>
  );
}

export function PointTable({ points, other }: { points: readonly SeriesPoint[]; other: readonly SeriesPoint[] | null }) {
  const changed = points
    .map((point, index) => ({ point, index }))
    .filter(({ point, index }) => index === 0 || Rows.some(row => level(point, row) !== level(points[index - 1]!, row)));
  return (
    <Table
      name={t("position.picture")}
      rows={changed}
      keyOf={({ index }) => String(index)}
      empty={null}
      columns={[
        { key: "at", title: t("position.at"), cell: ({ point }) => <Time at={point.at} /> },
        ...Rows.map(row => ({ key: row, title: t(RowNames[row]), cell: ({ point }: { point: SeriesPoint }) => quantity(level(point, row)), isNumber: true })),
        ...(other === null
          ? []
          : [{ key: "other", title: t("position.other-on-hand"), cell: ({ index }: { index: number }) => quantity(other[index]?.onHand), isNumber: true }]),
      ]}
    />
  );
}
