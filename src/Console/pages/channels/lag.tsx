import { useApi } from "../../api/use.js";
import type { ChannelAnswer, FigureAnswer, FigurePoint } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Plot } from "../../plots/plot.js";
import { Spark } from "../../plots/spark.js";
import { may, useMe } from "../../shell/session.js";
import { duration } from "../../text/format.js";
import { t } from "../../text/text.js";
import { promiseSeconds } from "./state.js";

const Height = 44;

/** As many channels as are read at once. */
const Most = 100;

/** How far behind channels were in the last six hours: one, or all. */
export function useLag(channel: string | null): FigureAnswer | null {
  const isRead = may(useMe(), "GET /v1/operations/series");
  const labels = channel === null ? null : `channel=${channel}`;
  return useApi("GET /v1/operations/series", isRead ? { query: { name: "channel.lag", labels, limit: Most } } : null).data;
}

/** How far behind a channel was, with its promise as a line; nothing where it was not sampled yet. */
export function Lag({ channel, of }: { channel: ChannelAnswer; of: FigureAnswer | null }) {
  const points: readonly FigurePoint[] = of?.items.find(series => series.labels["channel"] === channel.id)?.points ?? [];
  if (of === null || points.length < 2) {
    return null;
  }

  const promise = promiseSeconds(channel);
  const [from, to] = [Date.parse(of.from), Date.parse(of.to)];
  const highest = Math.max(...points.map(point => point.highest));
  return (
    <Plot
      name={t("channel.lag.picture")}
      sentence={t("channel.lag.sentence", { highest: duration(highest * 1_000), promise: duration(promise * 1_000) })}
      height={Height}
      table={
        <Table
          name={t("channel.lag.picture")}
          rows={points}
          keyOf={point => point.at}
          empty={null}
          columns={[
            { key: "at", title: t("oversell.at"), cell: point => <Time at={point.at} /> },
            { key: "lag", title: t("channel.lag"), cell: point => duration(point.highest * 1_000), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Spark
          points={points.map(point => ({ at: Date.parse(point.at), value: point.highest }))}
          from={from}
          to={to}
          limit={promise}
          width={width}
          height={Height}
        />
      )}
    </Plot>
  );
}
