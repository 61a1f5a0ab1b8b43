import { useId } from "preact/hooks";
import type { AttributionAnswer, DriftAnswer } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Hatches, Plot } from "../../plots/plot.js";
import { address } from "../../shell/router.js";
import { percent, quantity, signed } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { around } from "./drift.js";

const Height = 44,
  Equals = 52;

/** What a difference is made of: parts one after another, which add up to it. */
export function Attribution({ drift, takenAt }: { drift: DriftAnswer; takenAt: string }) {
  const id = useId();
  const parts = drift.attribution;
  return (
    <Plot
      name={t("drift.because")}
      sentence={t("drift.because.sentence", {
        parts: parts.map(part => `${named("cause", part.cause)} ${signed(part.quantity)}`).join(", "),
        difference: signed(drift.difference),
      })}
      height={Height}
      table={<Parts drift={drift} takenAt={takenAt} />}
      below={<Parts drift={drift} takenAt={takenAt} />}
    >
      {width => <Bar id={id} parts={parts} difference={drift.difference} width={width} />}
    </Plot>
  );
}

function Bar({ id, parts, difference, width }: { id: string; parts: readonly AttributionAnswer[]; difference: number; width: number }) {
  const total = parts.reduce((all, part) => all + Math.abs(part.quantity), 0) || 1;
  const room = width - Equals;
  let at = 0;
  return (
    <>
      <Hatches id={id} />
      {parts.map((part, index) => {
        const [x, size] = [at, (Math.abs(part.quantity) / total) * room];
        at += size;
        return (
          <g key={index} class="part">
            <title>{[named("cause", part.cause), part.document, signed(part.quantity)].filter(each => each).join(" · ")}</title>
            <rect x={x + 1} y={6} width={Math.max(size - 2, 1)} height={26} class={part.quantity < 0 ? "loss" : "gain"} />
            {part.cause === "unexplained" && <rect x={x + 1} y={6} width={Math.max(size - 2, 1)} height={26} fill={`url(#${id}-hatch)`} />}
            {size > 30 && (
              <text x={x + size / 2} y={24} text-anchor="middle" class="on-part">
                {signed(part.quantity)}
              </text>
            )}
          </g>
        );
      })}
      <text x={room + 6} y={24} class="value">
        = {signed(difference)}
      </text>
    </>
  );
}

function Parts({ drift, takenAt }: { drift: DriftAnswer; takenAt: string }) {
  return (
    <Table
      name={t("drift.because")}
      rows={drift.attribution.map((part, index) => ({ part, index }))}
      keyOf={row => String(row.index)}
      empty={null}
      columns={[
        {
          key: "cause",
          title: t("drift.cause"),
          cell: ({ part }) => (
            <>
              {named("cause", part.cause)}
              {part.settlesItself && <small> {t("drift.settles-itself")}</small>}
            </>
          ),
        },
        {
          key: "document",
          title: t("drift.document"),
          cell: ({ part }) =>
            part.document && (
              <a href={address("/console/stock/{sku}/{location}", { sku: drift.sku, location: drift.location }, around(takenAt))}>{part.document}</a>
            ),
        },
        { key: "quantity", title: t("promise.units"), cell: ({ part }) => signed(part.quantity), isNumber: true },
        {
          key: "confidence",
          title: t("drift.confidence"),
          cell: ({ part }) => (part.cause === "unexplained" ? quantity(null) : percent(part.confidence)),
          isNumber: true,
        },
      ]}
    />
  );
}
