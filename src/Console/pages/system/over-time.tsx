import type { FigureAnswer } from "../../api/types.js";
import { useApi } from "../../api/use.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Lines, LineStyles } from "../../plots/lines.js";
import { Plot } from "../../plots/plot.js";
import { time } from "../../text/format.js";
import { t } from "../../text/text.js";

type Figure = "lanes.waiting" | "lanes.commit" | "holds.open" | "quarantine.open";

const Height = 170;

/** One figure as it was sampled, a line for each host where hosts have their own. */
export function OverTime({ figure, from, to, text }: { figure: Figure; from: string; to: string; text: (value: number) => string }) {
  const answer = useApi("GET /v1/operations/series", { query: { name: figure, from, to } });
  return <Shown of={answer}>{data => <Picture figure={figure} answer={data} text={text} />}</Shown>;
}

function Picture({ figure, answer, text }: { figure: Figure; answer: FigureAnswer; text: (value: number) => string }) {
  const series = answer.items.slice(0, LineStyles).map(one => ({ host: one.labels["host"] ?? "", points: one.points }));
  const samples = series.flatMap(one => one.points.map(point => ({ ...point, host: one.host })));
  const most = samples.reduce<(typeof samples)[number] | null>((worst, sample) => (worst === null || sample.highest > worst.highest ? sample : worst), null);
  const last = series.map(one => one.points.at(-1)?.value ?? 0);
  const name = t(`system.figure.${figure}`);
  return (
    <Plot
      name={name}
      sentence={
        most === null ? t("system.figure.none") : t("system.figure.sentence", { most: text(most.highest), time: time(most.at), last: text(Math.max(...last)) })
      }
      height={Height}
      legend={
        series.length > 1 &&
        series.map((one, index) => (
          <li key={one.host} class={`key series-key-${index}`}>
            {one.host}
          </li>
        ))
      }
      table={
        <Table
          name={name}
          rows={samples}
          keyOf={sample => `${sample.host} ${sample.at}`}
          empty={<p class="empty">{t("system.figure.none")}</p>}
          columns={[
            { key: "at", title: t("oversell.at"), cell: sample => <Time at={sample.at} /> },
            ...(series.length > 1 ? [{ key: "host", title: t("system.host"), cell: (sample: (typeof samples)[number]) => sample.host }] : []),
            { key: "value", title: t("system.figure.mean"), cell: sample => text(sample.value), isNumber: true },
            { key: "highest", title: t("system.figure.highest"), cell: sample => text(sample.highest), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Lines
          lines={series.map(one => ({
            key: one.host,
            label: one.host || name,
            points: one.points.map(point => ({ at: Date.parse(point.at), value: point.highest })),
          }))}
          from={Date.parse(answer.from)}
          to={Date.parse(answer.to)}
          width={width}
          height={Height}
          least={0}
          most={figure === "lanes.commit" ? 0.01 : 4}
          text={text}
        />
      )}
    </Plot>
  );
}
