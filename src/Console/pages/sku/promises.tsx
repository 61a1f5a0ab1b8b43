import { usePages } from "../../api/pages.js";
import type { PublicationOfChannel, PublicationShown } from "../../api/types.js";
import { Empty, Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Bars, barsHeight } from "../../plots/bars.js";
import { Plot } from "../../plots/plot.js";
import { address } from "../../shell/router.js";
import { quantity } from "../../text/format.js";
import { counted, t } from "../../text/text.js";

/** As many channels as are drawn. */
const Most = 30;

/** What each channel may promise of it, and what it has. */
export function Promises({ sku }: { sku: string }) {
  const list = usePages(
    "GET /v1/publications",
    { query: { sku, limit: Most } },
    { topics: ["channel", "position"], concerns: hint => hint.topic === "channel" || hint.id.startsWith(`${sku}@`) },
  );
  return (
    <section>
      <Shown of={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("sku.promises.none")}</Empty>
          ) : (
            <Picture sku={sku} promises={items.toSorted((one, two) => two.publication.quantity - one.publication.quantity)} />
          )
        }
      </Shown>
    </section>
  );
}

function Picture({ sku, promises }: { sku: string; promises: readonly PublicationOfChannel[] }) {
  const has = (of: PublicationShown) => of.believed?.quantity ?? null;
  const differing = promises.filter(({ publication }) => publication.state !== "not-told" && publication.quantity !== has(publication)).length;
  return (
    <Plot
      name={t("sku.promises")}
      sentence={differing === 0 ? t("sku.promises.same") : counted("sku.promises.differ", differing)}
      height={barsHeight(promises.length)}
      legend={
        <>
          <li class="key may">{t("channel.may")}</li>
          <li class="key cross">{t("channel.has")}</li>
        </>
      }
      table={
        <Table
          name={t("sku.promises")}
          rows={promises}
          keyOf={row => row.channel}
          open={row => address("/console/promise/{sku}", { sku }, { channel: row.channel })}
          empty={null}
          columns={[
            { key: "channel", title: t("filter.channel"), cell: row => row.channel },
            { key: "may", title: t("channel.may"), cell: row => quantity(row.publication.quantity), isNumber: true },
            { key: "has", title: t("channel.has"), cell: row => quantity(has(row.publication)), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Bars
          width={width}
          rows={promises.map(({ channel, publication }) => ({
            key: channel,
            label: channel,
            value: publication.quantity,
            mark: has(publication),
            note:
              publication.quantity === has(publication)
                ? ""
                : has(publication) === null
                  ? t("channel.has-nothing")
                  : t("channel.has-number", { quantity: quantity(has(publication)) }),
            href: address("/console/promise/{sku}", { sku }, { channel }),
          }))}
        />
      )}
    </Plot>
  );
}
