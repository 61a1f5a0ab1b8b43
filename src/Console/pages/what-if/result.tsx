import type { ChannelChange, SkuChange } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Plot } from "../../plots/plot.js";
import { linear } from "../../plots/scale.js";
import { quantity, sum } from "../../text/format.js";
import { t } from "../../text/text.js";

const Measures = ["unitsWithheld", "salesLost", "oversellsAvoided", "publications"] as const;
type Measure = (typeof Measures)[number];

const Kinds: Readonly<Record<Measure, string>> = { unitsWithheld: "sum", salesLost: "loss", oversellsAvoided: "gain", publications: "sum" };
const Row = 26;

/** What the rule would have meant for each channel, one picture for each measure. */
export function ChannelBars({ channels }: { channels: readonly ChannelChange[] }) {
  return (
    <div class="quarters">
      {Measures.map(measure => (
        <Plot
          key={measure}
          name={t(`what-if.${measure}`)}
          sentence={t("what-if.in-all", { total: quantity(sum(channels.map(channel => channel[measure]))) })}
          height={channels.length * Row + 6}
          table={
            <Table
              name={t(`what-if.${measure}`)}
              rows={channels}
              keyOf={channel => channel.channel}
              empty={null}
              columns={[
                { key: "channel", title: t("filter.channel"), cell: channel => channel.channel },
                { key: "value", title: t(`what-if.${measure}`), cell: channel => quantity(channel[measure]), isNumber: true },
              ]}
            />
          }
        >
          {width => {
            const left = Math.min(90, width * 0.35);
            const x = linear([0, Math.max(1, ...channels.map(channel => channel[measure]))], [left, width - 50]);
            return channels.map((channel, index) => (
              <g key={channel.channel}>
                <text x={left - 6} y={index * Row + 17} text-anchor="end" class="label">
                  {channel.channel}
                </text>
                <rect x={left} y={index * Row + 4} width={Math.max(x(channel[measure]) - left, 1.5)} height={Row - 9} class={Kinds[measure]} />
                <text x={x(channel[measure]) + 6} y={index * Row + 17}>
                  {quantity(channel[measure])}
                </text>
              </g>
            ));
          }}
        </Plot>
      ))}
    </div>
  );
}

/** The SKUs that change most; one is chosen to see its course. */
export function TopSkus({ skus, chosen, onChoose }: { skus: readonly SkuChange[]; chosen: string | null; onChoose: (sku: string) => void }) {
  return (
    <section>
      <h2>{t("what-if.skus")}</h2>
      <Table
        name={t("what-if.skus")}
        rows={skus}
        keyOf={sku => sku.sku}
        isChosen={sku => sku.sku === chosen}
        empty={<p class="empty">{t("what-if.skus.none")}</p>}
        columns={[
          {
            key: "sku",
            title: t("filter.sku"),
            cell: sku => (
              <button type="button" class="plain" onClick={() => onChoose(sku.sku)}>
                {sku.sku}
              </button>
            ),
          },
          ...Measures.map(measure => ({
            key: measure,
            title: t(`what-if.${measure}`),
            cell: (sku: SkuChange) => quantity(sku[measure]),
            isNumber: true,
          })),
        ]}
      />
    </section>
  );
}
