import { useId, useMemo } from "preact/hooks";
import type { PositionEvent, PositionSeriesAnswer, SeriesPoint } from "../../api/types.js";
import { Bands, type Band, type Level } from "../../plots/bands.js";
import { Cursor } from "../../plots/cursor.js";
import { Plot } from "../../plots/plot.js";
import { Rails, RailsHeight } from "../../plots/rails.js";
import { useKey } from "../../shell/keys.js";
import { useQuery } from "../../shell/router.js";
import { quantity, time } from "../../text/format.js";
import { t } from "../../text/text.js";
import { occurred, onRails, recorded } from "./events.js";
import { level, RowNames, type Kind } from "./levels.js";
import { Panel, PointTable } from "./panel.js";

const BandsHeight = 230;

/** On-hand and what it is promised for over time, with the events by both of their times. */
export function Picture({
  answer,
  other,
  knowledge,
  events,
}: {
  answer: PositionSeriesAnswer;
  other: PositionSeriesAnswer | null;
  knowledge: Kind;
  events: readonly PositionEvent[];
}) {
  const id = useId();
  const [query, setQuery] = useQuery();
  const [from, to] = [Date.parse(answer.from), Date.parse(answer.to)];
  const points = answer.points;
  const otherPoints = other?.points.length === points.length ? other.points : null;
  const asked = query.get("at");
  const wanted = asked === null ? to : Date.parse(asked);
  const chosen = Math.max(
    0,
    points.findIndex(point => Date.parse(point.at) >= wanted) === -1 ? points.length - 1 : points.findIndex(point => Date.parse(point.at) >= wanted),
  );
  const point = points[chosen];
  const levels = useMemo(() => levelsOf(points, from), [points]);
  const otherTotals = useMemo(() => otherPoints?.map(each => each.onHand) ?? null, [otherPoints]);

  const times = useMemo(
    () => [...new Set(events.map(knowledge === "now" ? occurred : recorded))].filter(at => at >= from && at <= to).sort((one, two) => one - two),
    [events, knowledge, from, to],
  );
  const step = (by: 1 | -1) => {
    const next = by === 1 ? times.find(at => at > wanted) : times.findLast(at => at < wanted);
    if (next !== undefined) {
      setQuery({ at: new Date(next).toISOString() }, "replace");
    }
  };
  useKey("]", () => step(1));
  useKey("[", () => step(-1));
  if (point === undefined) {
    return null;
  }

  const bands: Band[] = (["reserved", "unsellable", "safety", "fenced", "free"] as const).map(kind => ({ key: kind, kind, label: t(RowNames[kind]) }));
  const differing = otherTotals?.filter((total, index) => total !== points[index]!.onHand).length ?? 0;
  const last = points.at(-1)!;
  const sentence =
    t("position.sentence", { first: quantity(points[0]!.onHand), last: quantity(last.onHand), from: time(answer.from), to: time(answer.to) }) +
    (differing > 0 ? ` ${t("position.sentence.differs")}` : "");
  const at = asked === null ? Date.parse(point.at) : wanted;

  return (
    <div class="beside">
      <Plot
        name={t("position.picture")}
        sentence={sentence}
        height={BandsHeight + RailsHeight}
        legend={
          <>
            {bands.map(band => (
              <li key={band.key} class={`key ${band.kind}`}>
                {band.label}
              </li>
            ))}
            <li class="key dashed">{t(knowledge === "now" ? "position.as-then" : "position.as-now")}</li>
          </>
        }
        table={<PointTable points={points} other={otherPoints} />}
        below={
          <div class="scrub">
            <button type="button" onClick={() => step(-1)} aria-keyshortcuts="[">
              {t("position.event.previous")}
            </button>
            <Cursor
              name={t("position.at")}
              count={points.length}
              at={chosen}
              text={`${time(point.at)}: ${quantity(point.onHand)}`}
              onMove={index => setQuery({ at: points[index]?.at ?? null }, "replace")}
            />
            <button type="button" onClick={() => step(1)} aria-keyshortcuts="]">
              {t("position.event.next")}
            </button>
          </div>
        }
      >
        {width => (
          <>
            <Bands id={id} bands={bands} levels={levels} other={otherTotals} from={from} to={to} width={width} height={BandsHeight} at={at} />
            <g transform={`translate(0 ${BandsHeight})`}>
              <Rails
                events={events.map(onRails)}
                from={from}
                to={to}
                width={width}
                labels={[t("position.occurred"), t("position.recorded")]}
                chosen={query.get("event")}
                onChoose={key => setQuery({ event: key, at: eventTime(events, key, knowledge) }, "replace")}
              />
            </g>
          </>
        )}
      </Plot>
      <Panel point={point} other={otherPoints?.[chosen] ?? null} knowledge={knowledge} at={at} events={events} />
    </div>
  );
}

function eventTime(events: readonly PositionEvent[], key: string, knowledge: Kind): string | null {
  const event = events.find(candidate => String(candidate.sequence) === key);
  return event === undefined ? null : knowledge === "now" ? (event.occurredAt ?? event.recordedAt) : event.recordedAt;
}

export function levelsOf(points: readonly SeriesPoint[], from: number): Level[] {
  return points.map((point, index) => ({
    from: index === 0 ? from : Date.parse(points[index - 1]!.at),
    total: point.onHand,
    least: point.least,
    most: point.most,
    parts: [point.reserved, level(point, "unsellable"), point.safetyStock, level(point, "fenced"), point.free],
  }));
}
