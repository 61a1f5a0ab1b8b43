import { useEffect, useState } from "preact/hooks";
import { call, type Refused } from "../../api/client.js";
import { usePages } from "../../api/pages.js";
import type { PublicationShown } from "../../api/types.js";
import { asRefused } from "../../api/use.js";
import { Empty, ErrorBox, Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Bars, barsHeight } from "../../plots/bars.js";
import { Plot } from "../../plots/plot.js";
import { address } from "../../shell/router.js";
import { quantity } from "../../text/format.js";
import { counted, t } from "../../text/text.js";

/** As many channels as are asked. */
const Most = 30;

interface Promise_ {
  readonly channel: string;
  readonly published: PublicationShown;
}

/** What each channel may promise of it, and what it has. */
export function Promises({ sku }: { sku: string }) {
  const channels = usePages(
    "GET /v1/channels",
    { query: { limit: Most } },
    { topics: ["channel", "position"], concerns: hint => hint.topic === "channel" || hint.id.startsWith(`${sku}@`) },
  );
  const [promises, setPromises] = useState<readonly Promise_[] | null>(null);
  const [error, setError] = useState<Refused | null>(null);
  const page = channels.data;
  useEffect(() => {
    if (page === null) {
      return;
    }

    const aborting = new AbortController();
    Promise.all(
      page.items.map(channel =>
        call("GET /v1/channels/{id}/publications", { path: { id: channel.id }, query: { sku, limit: 1 } }, { signal: aborting.signal }).then(({ data }) =>
          data.items.map(published => ({ channel: channel.id, published })),
        ),
      ),
    ).then(
      read => {
        setError(null);
        setPromises(read.flat().sort((one, two) => two.published.quantity - one.published.quantity));
      },
      failure => aborting.signal.aborted || setError(asRefused(failure)),
    );
    return () => aborting.abort();
  }, [page, sku]);

  return (
    <section>
      {error && <ErrorBox error={error} onAgain={channels.readAgain} />}
      <Shown of={{ ...channels, data: page === null ? null : promises }}>
        {read => (read.length === 0 ? <Empty>{t("sku.promises.none")}</Empty> : <Picture sku={sku} promises={read} />)}
      </Shown>
    </section>
  );
}

function Picture({ sku, promises }: { sku: string; promises: readonly Promise_[] }) {
  const has = (of: PublicationShown) => of.believed?.quantity ?? null;
  const differing = promises.filter(({ published }) => published.state !== "not-told" && published.quantity !== has(published)).length;
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
            { key: "may", title: t("channel.may"), cell: row => quantity(row.published.quantity), isNumber: true },
            { key: "has", title: t("channel.has"), cell: row => quantity(has(row.published)), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Bars
          width={width}
          rows={promises.map(({ channel, published }) => ({
            key: channel,
            label: channel,
            value: published.quantity,
            mark: has(published),
            note:
              published.quantity === has(published)
                ? ""
                : has(published) === null
                  ? t("channel.has-nothing")
                  : t("channel.has-number", { quantity: quantity(has(published)) }),
            href: address("/console/promise/{sku}", { sku }, { channel }),
          }))}
        />
      )}
    </Plot>
  );
}
