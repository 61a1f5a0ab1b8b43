import { useApi } from "../../api/use.js";
import type { PromiseDateAnswer } from "../../api/types.js";
import { NumberField } from "../../parts/fields.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { QuantityAxis } from "../../plots/axes.js";
import { Plot } from "../../plots/plot.js";
import { linear, niceTicks } from "../../plots/scale.js";
import { useQuery } from "../../shell/router.js";
import { date, quantity } from "../../text/format.js";
import { t } from "../../text/text.js";

const Days = 28,
  Height = 160,
  Left = 48,
  Bottom = 22;

/** What may be promised on each of the next days, and the first on which what is needed fits. */
export function Schedule({ sku, channel, location }: { sku: string; channel: string; location: string | null }) {
  const [query, setQuery] = useQuery();
  const need = query.get("need");
  const list = useApi("GET /v1/availability/{sku}/schedule", { path: { sku }, query: { channel, location, days: Days } }, { topics: ["position"] });
  const first = useApi("GET /v1/availability/{sku}/schedule", need === null ? null : { path: { sku }, query: { channel, location, days: Days, need } });

  return (
    <section>
      <div class="title">
        <h2>{t("promise.when")}</h2>
        <NumberField label={t("promise.need")} value={need} onChange={value => setQuery({ need: value })} />
      </div>
      <Shown of={list}>{answer => <Bars answer={answer} need={need === null ? null : Number(need)} first={first.data?.promiseOn ?? null} />}</Shown>
    </section>
  );
}

function Bars({ answer, need, first }: { answer: PromiseDateAnswer; need: number | null; first: string | null }) {
  const days = (answer.days ?? []).map(each => ({ on: each.day ?? "", quantity: each.quantity ?? 0 }));
  const most = Math.max(1, need ?? 0, ...days.map(day => day.quantity));
  const ticks = niceTicks(0, most, 4);
  const sentence =
    need === null
      ? t("promise.when.now")
      : first === null
        ? t("promise.when.none", { need: quantity(need), days: Days })
        : t("promise.when.sentence", { need: quantity(need), date: date(first) });

  return (
    <Plot
      name={t("promise.when")}
      sentence={sentence}
      height={Height + Bottom}
      table={
        <Table
          name={t("promise.when")}
          rows={days}
          keyOf={day => day.on}
          empty={null}
          columns={[
            { key: "on", title: t("promise.day"), cell: day => date(day.on) },
            { key: "quantity", title: t("promise.units"), cell: day => quantity(day.quantity), isNumber: true },
          ]}
        />
      }
    >
      {width => {
        const y = linear([0, ticks.at(-1)!], [Height, 8]);
        const x = linear([0, days.length], [Left, width - 4]);
        const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor(width / 70))));
        return (
          <>
            <QuantityAxis ticks={ticks} scale={y} left={Left} right={width} />
            {days.map((day, index) => (
              <g key={day.on}>
                <rect
                  x={x(index) + 2}
                  width={Math.max(x(1) - x(0) - 4, 2)}
                  y={y(day.quantity)}
                  height={Height - y(day.quantity)}
                  class={day.on === first ? "sum" : "gain"}
                >
                  <title>
                    {date(day.on)}: {quantity(day.quantity)}
                  </title>
                </rect>
                {index % every === 0 && (
                  <text x={x(index + 0.5)} y={Height + 16} text-anchor="middle" class="tick">
                    {date(day.on)
                      .replace(/ \d{4}$/, "")
                      .replace(/^\w+,? /, "")}
                  </text>
                )}
              </g>
            ))}
            {need !== null && (
              <g class="mark">
                <line x1={Left} x2={width} y1={y(need)} y2={y(need)} />
              </g>
            )}
          </>
        );
      }}
    </Plot>
  );
}
