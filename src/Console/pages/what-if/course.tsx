import type { SeriesAnswer } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { QuantityAxis, TimeAxis } from "../../plots/axes.js";
import { Plot } from "../../plots/plot.js";
import { linear, niceTicks } from "../../plots/scale.js";
import { Excess, StepKinds, StepLines, type Step } from "../../plots/steps.js";
import { quantity } from "../../text/format.js";
import { t } from "../../text/text.js";

const Height = 220,
  Left = 52,
  Top = 8,
  Bottom = 20;

/** One SKU on one channel: what was promised, what would have been, what was sold, and how much of that would have been lost. */
export function Course({ series, from, to }: { series: SeriesAnswer; from: number; to: number }) {
  const steps = (value: (point: SeriesAnswer["points"][number]) => number): Step[] =>
    series.points.map(point => ({ at: Date.parse(point.at), quantity: value(point) }));
  const sold = steps(point => point.sold);
  const kept = steps(point => point.sold - point.lost);
  const lines = [
    { key: "promised", label: t("what-if.promised"), steps: steps(point => point.promised) },
    { key: "would", label: t("what-if.would-be"), steps: steps(point => point.wouldBePromised) },
    { key: "sold", label: t("what-if.sold"), steps: sold },
  ];
  const last = series.points.at(-1)!;
  const values = lines.flatMap(line => line.steps.map(step => step.quantity));
  const ticks = niceTicks(Math.min(0, ...values), Math.max(1, ...values), 4);
  return (
    <Plot
      name={t("what-if.course", { sku: series.sku, channel: series.channel })}
      sentence={t("what-if.course.sentence", { sold: quantity(last.sold), lost: quantity(last.lost) })}
      height={Height}
      legend={
        <>
          {lines.map((line, index) => (
            <li key={line.key} class={`key step ${StepKinds[index]}`}>
              {line.label}
            </li>
          ))}
          <li class="key lost">{t("what-if.lost")}</li>
        </>
      }
      table={
        <Table
          name={t("what-if.course", { sku: series.sku, channel: series.channel })}
          rows={series.points}
          keyOf={point => point.at}
          empty={null}
          columns={[
            { key: "at", title: t("position.at"), cell: point => <Time at={point.at} /> },
            { key: "promised", title: t("what-if.promised"), cell: point => quantity(point.promised), isNumber: true },
            { key: "would", title: t("what-if.would-be"), cell: point => quantity(point.wouldBePromised), isNumber: true },
            { key: "sold", title: t("what-if.sold"), cell: point => quantity(point.sold), isNumber: true },
            { key: "lost", title: t("what-if.lost"), cell: point => quantity(point.lost), isNumber: true },
          ]}
        />
      }
    >
      {width => {
        const x = linear([from, to], [Left, width - 8]);
        const y = linear([ticks[0]!, ticks.at(-1)!], [Height - Bottom, Top]);
        return (
          <>
            <QuantityAxis ticks={ticks} scale={y} left={Left} right={width - 8} />
            <Excess of={sold} above={kept} from={from} to={to} x={x} y={y} />
            <StepLines lines={lines} from={from} to={to} x={x} y={y} />
            <TimeAxis from={from} to={to} scale={x} y={Height - Bottom} width={width} />
          </>
        );
      }}
    </Plot>
  );
}
