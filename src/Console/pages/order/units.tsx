import { useId } from "preact/hooks";
import type { OrderLineShown } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Hatches, Plot } from "../../plots/plot.js";
import { linear } from "../../plots/scale.js";
import { address } from "../../shell/router.js";
import { date, quantity, sum } from "../../text/format.js";
import { named, t } from "../../text/text.js";

const Row = 34,
  MostLabel = 170;

/** What the ordered units of a line are: these add up to them. */
const Kinds = ["shipped", "set-aside", "held", "oversold", "cancelled"] as const;
type Kind = (typeof Kinds)[number];
const Hatched: Readonly<Record<Kind, "hatch" | "dense" | "dots" | null>> = {
  "shipped": null,
  "set-aside": "dots",
  "held": "hatch",
  "oversold": "dense",
  "cancelled": null,
};

/** What became of the ordered units, line by line. */
export function Units({ lines, canSeeStock }: { lines: readonly OrderLineShown[]; canSeeStock: boolean }) {
  const id = useId();
  const total = (kind: Kind) => sum(lines.map(line => unitsOf(line, kind)));
  const used = Kinds.filter(kind => total(kind) > 0);
  return (
    <Plot
      name={t("order.units")}
      sentence={used.map(kind => t("order.units.part", { units: quantity(total(kind)), kind: named("order.unit", kind) })).join(", ") || t("order.units.none")}
      height={lines.length * Row}
      legend={used.map(kind => (
        <li key={kind} class={`key unit-${kind}`}>
          {named("order.unit", kind)}
        </li>
      ))}
      table={<Lines lines={lines} canSeeStock={canSeeStock} />}
      below={<Lines lines={lines} canSeeStock={canSeeStock} />}
    >
      {width => {
        const label = Math.min(MostLabel, width * 0.35);
        const most = Math.max(1, ...lines.map(line => sum(Kinds.map(kind => unitsOf(line, kind)))));
        const x = linear([0, most], [label + 8, width - 8]);
        const fits = Math.floor(label / 7);
        return (
          <>
            <Hatches id={id} />
            {lines.map((line, index) => {
              let at = 0;
              const y = index * Row;
              return (
                <g key={line.sku}>
                  <text x={label} y={y + 21} text-anchor="end" class="label">
                    <title>{line.sku}</title>
                    {line.sku.length > fits ? `${line.sku.slice(0, fits - 1)}…` : line.sku}
                  </text>
                  {used.map(kind => {
                    const units = unitsOf(line, kind);
                    const [from, to] = [x(at), x(sum([at, units]))];
                    at = sum([at, units]);
                    const shape = { x: from + 1, y: y + 4, width: Math.max(to - from - 2, 1), height: Row - 8 };
                    return (
                      units > 0 && (
                        <g key={kind} class={`units unit-${kind}`}>
                          <title>{`${line.sku}: ${quantity(units)} ${named("order.unit", kind)}`}</title>
                          <rect {...shape} />
                          {Hatched[kind] && <rect {...shape} fill={`url(#${id}-${Hatched[kind]})`} class="hatching" />}
                        </g>
                      )
                    );
                  })}
                </g>
              );
            })}
          </>
        );
      }}
    </Plot>
  );
}

function unitsOf(line: OrderLineShown, kind: Kind): number {
  switch (kind) {
    case "shipped":
      return line.shipped;
    case "set-aside":
      return line.setAside;
    case "held":
      return sum([...line.held.map(units => units.quantity), -line.setAside]);
    case "oversold":
      return line.oversold;
    case "cancelled":
      return line.cancelled;
  }
}

/** The lines in numbers, with where units are held. */
function Lines({ lines, canSeeStock }: { lines: readonly OrderLineShown[]; canSeeStock: boolean }) {
  return (
    <Table
      name={t("order.lines")}
      rows={lines}
      keyOf={line => line.sku}
      className={line => (line.oversold > 0 ? "bad" : undefined)}
      empty={<p class="empty">{t("order.units.none")}</p>}
      columns={[
        {
          key: "sku",
          title: t("filter.sku"),
          cell: line => (
            <>
              {line.sku}
              {line.components?.map(part => (
                <div key={part.sku}>
                  <small>
                    {t("order.component", { sku: part.sku, perKit: quantity(part.perKit), open: quantity(part.open), shipped: quantity(part.shipped) })}
                  </small>
                </div>
              ))}
            </>
          ),
        },
        { key: "ordered", title: t("hop.ordered"), cell: line => quantity(line.ordered), isNumber: true },
        {
          key: "held",
          title: t("order.held"),
          cell: line =>
            line.held.map((units, index) => (
              <div key={index}>
                {quantity(units.quantity)}{" "}
                {units.location === null ? (
                  t("order.held.several")
                ) : canSeeStock ? (
                  <a href={address("/console/stock/{sku}/{location}", { sku: line.sku, location: units.location })}>{units.location}</a>
                ) : (
                  units.location
                )}{" "}
                {units.document && <small>{[units.document, units.expectedOn && date(units.expectedOn)].filter(part => part).join(" · ")}</small>}
              </div>
            )),
        },
        { key: "setAside", title: t("order.column.set-aside"), cell: line => quantity(line.setAside || null), isNumber: true },
        { key: "shipped", title: t("order.column.shipped"), cell: line => quantity(line.shipped || null), isNumber: true },
        { key: "cancelled", title: t("order.column.cancelled"), cell: line => quantity(line.cancelled || null), isNumber: true },
        { key: "returned", title: t("order.column.returned"), cell: line => quantity(line.returned || null), isNumber: true },
        { key: "oversold", title: t("order.column.oversold"), cell: line => quantity(line.oversold || null), isNumber: true },
      ]}
    />
  );
}
