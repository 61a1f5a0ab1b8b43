import { useId, useMemo } from "preact/hooks";
import type { DriftAnswer, ReconciliationAnswer } from "../../api/types.js";
import { useApi } from "../../api/use.js";
import { Shown } from "../../parts/states.js";
import { Bands, type Band } from "../../plots/bands.js";
import { Plot } from "../../plots/plot.js";
import { quantity, time } from "../../text/format.js";
import { t } from "../../text/text.js";
import { RowNames } from "../position/levels.js";
import { PointTable } from "../position/panel.js";
import { levelsOf } from "../position/picture.js";
import { around } from "./drift.js";

const Points = 200,
  Height = 150;

/** The position two days before and after the count, with the count as a mark. */
export function Around({ drift, run }: { drift: DriftAnswer; run: ReconciliationAnswer }) {
  const id = useId();
  const taken = Date.parse(run.takenAt);
  const range = useMemo(() => around(run.takenAt), [run.takenAt]);
  const series = useApi(
    "GET /v1/positions/{sku}/{location}/series",
    drift.unknown === null
      ? { path: { sku: drift.sku, location: drift.location }, query: { from: range.from, to: range.to, points: Points, knowledge: "now" } }
      : null,
  );
  const bands: Band[] = (["reserved", "unsellable", "safety", "fenced", "free"] as const).map(kind => ({ key: kind, kind, label: t(RowNames[kind]) }));
  return drift.unknown !== null ? null : (
    <Shown of={series}>
      {answer => {
        const [from, end] = [Date.parse(answer.from), Date.parse(answer.to)];
        return (
          <Plot
            name={t("drift.around")}
            sentence={t("drift.around.sentence", { system: run.system, theirs: quantity(drift.theirs), time: time(run.takenAt) })}
            height={Height}
            legend={
              <>
                {bands.map(band => (
                  <li key={band.key} class={`key ${band.kind}`}>
                    {band.label}
                  </li>
                ))}
                <li class="key count">{t("drift.their-count")}</li>
              </>
            }
            table={<PointTable points={answer.points} other={null} />}
          >
            {width => (
              <Bands
                id={id}
                bands={bands}
                levels={levelsOf(answer.points, from)}
                other={null}
                from={from}
                to={end}
                width={width}
                height={Height}
                at={drift.field === "onHand" ? null : taken}
                marks={drift.field === "onHand" ? [{ at: taken, value: drift.theirs, label: t("drift.their-count") }] : []}
              />
            )}
          </Plot>
        );
      }}
    </Shown>
  );
}
