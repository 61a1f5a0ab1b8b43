import type { Hint } from "../../api/live.js";
import { useApi } from "../../api/use.js";
import type { PromiseDateAnswer } from "../../api/types.js";
import { NumberField } from "../../parts/fields.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { QuantityAxis } from "../../plots/axes.js";
import { Plot } from "../../plots/plot.js";
import { linear, niceTicks, type Scale } from "../../plots/scale.js";
import { useQuery } from "../../shell/router.js";
import { date, day as dayOf, quantity, sum } from "../../text/format.js";
import { t } from "../../text/text.js";
import { Reasons, reasonsOf, said, type Reason } from "./reasons.js";

const Days = 28,
  Height = 160,
  Left = 48,
  /** Room for the flags. */
  Top = 34,
  Bottom = 22,
  /** Pixels of a letter, some. */
  Letter = 6.6;

/** What may be promised on each of the next days, and the first on which what is needed fits. */
export function Schedule({ sku, channel, location, concerns }: { sku: string; channel: string; location: string | null; concerns: (hint: Hint) => boolean }) {
  const [query, setQuery] = useQuery();
  const need = query.get("need");
  const list = useApi(
    "GET /v1/availability/{sku}/schedule",
    { path: { sku }, query: { channel, location, days: Days, explain: true } },
    { topics: ["position", "rule"], concerns },
  );
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
  const reasons = reasonsOf(answer.reasons ?? [], days[0]?.on ?? "");
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
      height={Top + Height + Bottom}
      legend={
        reasons.length > 0 && (
          <>
            <li class="key flag-key">{t("promise.flag")}</li>
            <li class="key hold-key">{t("promise.hold.ends")}</li>
          </>
        )
      }
      below={reasons.length > 0 && <Reasons reasons={reasons} />}
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
        const y = linear([0, ticks.at(-1)!], [Top + Height, Top]);
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
                  height={y(0) - y(day.quantity)}
                  class={day.on === first ? "sum" : "gain"}
                >
                  <title>
                    {date(day.on)}: {quantity(day.quantity)}
                  </title>
                </rect>
                {index % every === 0 && (
                  <text x={x(index + 0.5)} y={y(0) + 16} text-anchor="middle" class="tick">
                    {dayOf(`${day.on}T12:00:00Z`)}
                  </text>
                )}
              </g>
            ))}
            {need !== null && (
              <g class="mark">
                <line x1={Left} x2={width} y1={y(need)} y2={y(need)} />
                <text x={Left + 4} y={y(need) - 5} class="on-bars">
                  {t("promise.needs", { need: quantity(need) })}
                </text>
              </g>
            )}
            <Marks reasons={reasons} days={days.map(day => day.on)} x={x} bottom={y(0)} width={width} />
          </>
        );
      }}
    </Plot>
  );
}

/** Flags of documents that arrive, and rings where holds end; what is overdue stands before the first day. */
function Marks({ reasons, days, x, bottom, width }: { reasons: readonly Reason[]; days: readonly string[]; x: Scale; bottom: number; width: number }) {
  let free = 0;
  return (
    <g class="schedule-marks">
      {[...Map.groupBy(reasons, reason => `${reason.kind} ${reason.isOverdue ? "" : reason.day}`)].map(([key, members]) => {
        const first = members[0]!;
        const at = first.isOverdue ? x(0) : x(days.indexOf(first.day) + 0.5);
        const label =
          members.length === 1 ? `${first.name} +${quantity(first.units)}` : `${members.length} × +${quantity(sum(members.map(each => each.units)))}`;
        // A label that would lie on the one before, or be cut off, is left to the table below.
        const isLabelled = at >= free && at + label.length * Letter + 14 < width;
        free = isLabelled ? at + label.length * Letter + 24 : Math.max(free, at + 14);
        return (
          <g key={key} class={first.isOverdue ? `${first.kind} overdue` : first.kind}>
            <title>{members.map(said).join("\n")}</title>
            <line x1={at} x2={at} y1={6} y2={bottom} />
            {first.kind === "arrival" ? <path d={`M${at} 4h11l-3 4l3 4h-11Z`} /> : <circle cx={at} cy={9} r={5} />}
            {isLabelled && (
              <text x={at + 14} y={13}>
                {label}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
