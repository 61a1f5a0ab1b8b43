import { useId } from "preact/hooks";
import { useApi } from "../../api/use.js";
import type { EventBetween, OversellItem, QuantityStep } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { QuantityAxis } from "../../plots/axes.js";
import { Hatches, Plot } from "../../plots/plot.js";
import { Outlines } from "../../plots/rails.js";
import { linear, niceTicks, spread, type Scale } from "../../plots/scale.js";
import { Excess, StepKinds, StepLines, type Step, type StepLine } from "../../plots/steps.js";
import { clock, duration, quantity, signed, time } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { shapeOf } from "../position/events.js";
import { had, instant, lanes, shouldHave, span, type Lane } from "./story.js";

const NumbersHeight = 150,
  LaneHeight = 26,
  Gap = 26,
  MostPlaces = 8,
  /** Pixels of a bold letter, at most. */
  Letter = 7.5,
  /** Of the room that each gap between two instants has at least. */
  Least = 0.07;

/** What the channel had and should have had, and how long each hop took, over one time. */
export function Picture({ channel, item, placedAt }: { channel: string; item: OversellItem; placedAt: string }) {
  const id = useId();
  const steps = lanes(item.hops);
  const [from, to] = span(steps);
  // Where the feed is kept from then, the lines are exact; the report alone has two numbers of each.
  const history = useApi("GET /v1/channels/{id}/publications/{sku}/history", {
    path: { id: channel, sku: item.sku },
    query: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
  }).data;
  const lines: StepLine[] = [
    { key: "had", label: t("oversell.had"), steps: exact(history?.acknowledged) ?? had(item) },
    { key: "should", label: t("oversell.should"), steps: exact(history?.promised) ?? shouldHave(item) },
  ];
  const places = placesOf(item.events);
  const lanesTop = NumbersHeight + Gap;
  const placesTop = lanesTop + steps.length * LaneHeight + Gap;
  const height = placesTop + places.length * LaneHeight + (places.length > 0 ? 8 : -Gap);
  const slowest = steps.find(lane => lane.isSlowest);

  return (
    <Plot
      name={t("oversell.picture")}
      sentence={
        slowest ? t("oversell.sentence", { hop: named("hop", slowest.name), duration: duration(slowest.seconds! * 1_000) }) : t("oversell.sentence.none")
      }
      height={height}
      legend={
        <>
          {lines.map((line, index) => (
            <li key={line.key} class={`key step ${StepKinds[index]}`}>
              {line.label}
            </li>
          ))}
          <li class="key slowest">{t("oversell.slowest")}</li>
        </>
      }
      table={<HopTable lanes={steps} />}
    >
      {width => {
        const left = Math.min(118, width * 0.28);
        const known = steps.flatMap(lane => (lane.at === null ? [] : [lane.at]));
        const x = spread([from, ...known, to], [left, width - 10], Least);
        const ordered = x(Date.parse(placedAt));
        return (
          <>
            <Hatches id={id} />
            <Numbers item={item} lines={lines} from={from} to={to} x={x} left={left} width={width} />
            <g transform={`translate(0 ${lanesTop})`}>
              {steps.map((lane, index) => (
                <HopLane key={lane.name} lane={lane} y={index * LaneHeight} x={x} left={left} width={width} hatch={`url(#${id}-hatch)`} />
              ))}
            </g>
            <g transform={`translate(0 ${placesTop})`}>
              {places.map(([place, events], index) => (
                <PlaceLane key={place} place={place} events={events} y={index * LaneHeight} x={x} left={left} width={width} from={from} to={to} />
              ))}
            </g>
            <g class="mark ordered">
              <line x1={ordered} x2={ordered} y1={16} y2={height} />
              <text x={ordered} y={12} text-anchor={ordered > width * 0.6 ? "end" : "middle"}>
                {named("hop", "ordered")} {clock(placedAt)}
              </text>
            </g>
          </>
        );
      }}
    </Plot>
  );
}

function exact(steps: readonly QuantityStep[] | undefined): Step[] | null {
  return steps === undefined || steps.length === 0 ? null : steps.map(step => ({ at: Date.parse(step.at), quantity: step.quantity }));
}

function Numbers({
  item,
  lines,
  from,
  to,
  x,
  left,
  width,
}: {
  item: OversellItem;
  lines: readonly StepLine[];
  from: number;
  to: number;
  x: Scale;
  left: number;
  width: number;
}) {
  const values = [0, item.requested, ...lines.flatMap(line => line.steps.map(step => step.quantity))];
  const ticks = niceTicks(Math.min(...values), Math.max(...values), 4);
  const y = linear([ticks[0]!, ticks.at(-1)!], [NumbersHeight, 26]);
  return (
    <>
      <QuantityAxis ticks={ticks} scale={y} left={left} right={width - 10} />
      <Excess of={lines[0]!.steps} above={lines[1]!.steps} from={from} to={to} x={x} y={y} />
      <StepLines lines={lines} from={from} to={to} x={x} y={y} />
      <g class="requested">
        <line x1={left} x2={width - 10} y1={y(item.requested)} y2={y(item.requested)} />
        <text x={left + 4} y={y(item.requested) + 14}>
          {t("oversell.requested", { quantity: quantity(item.requested) })}
        </text>
      </g>
    </>
  );
}

/** One hop: a bar from the hop that it follows, and how long that took. */
function HopLane({ lane, y, x, left, width, hatch }: { lane: Lane; y: number; x: Scale; left: number; width: number; hatch: string }) {
  const middle = y + LaneHeight / 2;
  const [begin, end] = [lane.after ?? lane.at, lane.at].map(at => (at === null ? null : x(at)));
  const words = lane.at === null ? t("oversell.unknown") : lane.seconds === null ? clock(lane.at) : `+${duration(lane.seconds * 1_000)}`;
  const [afterEnd, beforeBegin] = [width - (end ?? left) - 12, (begin ?? left) - left];
  const marked = lane.isSlowest && (words.length + t("oversell.slowest").length + 3) * Letter < Math.max(afterEnd, beforeBegin);
  const text = marked ? `${words} · ${t("oversell.slowest")}` : words;
  const isRight = text.length * Letter < afterEnd;
  return (
    <g class={lane.isSlowest ? "hop slowest" : "hop"}>
      <title>
        {named("hop", lane.name)} {lane.at === null ? "" : time(lane.at)}
      </title>
      <line x1={left} x2={width - 10} y1={middle} y2={middle} class="rail" />
      <text x={left - 8} y={middle + 4} text-anchor="end" class="label">
        {named("hop", lane.name)}
      </text>
      {begin != null && end != null && (
        <>
          <rect x={begin} width={Math.max(end - begin, 1)} y={middle - 6} height={12} class="took" />
          {lane.isSlowest && <rect x={begin} width={Math.max(end - begin, 1)} y={middle - 6} height={12} fill={hatch} />}
          <circle cx={end} cy={middle} r={4.5} />
        </>
      )}
      <text x={isRight ? (end ?? left) + 8 : (begin ?? left) - 6} y={middle + 4} text-anchor={isRight ? "start" : "end"} class="value">
        {text}
      </text>
    </g>
  );
}

/** Events of one place where they happened, joined to where they were recorded; what caused the lower number is bold. */
function PlaceLane({
  place,
  events,
  y,
  x,
  left,
  width,
  from,
  to,
}: {
  place: string;
  events: readonly EventBetween[];
  y: number;
  x: Scale;
  left: number;
  width: number;
  from: number;
  to: number;
}) {
  const middle = y + LaneHeight / 2;
  return (
    <g>
      <line x1={left} x2={width - 10} y1={middle} y2={middle} class="rail" />
      <text x={left - 8} y={middle + 4} text-anchor="end" class={events.some(event => event.caused) ? "label caused" : "label"}>
        {place}
      </text>
      {events
        .filter(event => instant(event.recordedAt)! >= from && instant(event.occurredAt)! <= to)
        .map(event => {
          const [occurred, recorded] = [x(Date.parse(event.occurredAt)), x(Date.parse(event.recordedAt))];
          return (
            <g key={event.event} class={`event ${shapeOf(event.type)}${event.caused ? " chosen" : ""}`}>
              <title>{[named("event", event.type), signed(event.change), event.id, time(event.occurredAt)].join(" · ")}</title>
              {recorded > occurred + 1 && <line class="late" x1={occurred} x2={recorded} y1={middle} y2={middle} />}
              <path d={Outlines[shapeOf(event.type)]} transform={`translate(${recorded} ${middle})${event.caused ? " scale(1.35)" : ""}`} />
            </g>
          );
        })}
    </g>
  );
}

/** The places with what caused it first, then those of the newest events. */
function placesOf(events: readonly EventBetween[]): [string, EventBetween[]][] {
  const latest = (of: readonly EventBetween[]) => Math.max(...of.map(event => Date.parse(event.recordedAt) + (event.caused ? 1e15 : 0)));
  return [...Map.groupBy(events, event => event.location)].sort(([, one], [, two]) => latest(two) - latest(one)).slice(0, MostPlaces);
}

function HopTable({ lanes }: { lanes: readonly Lane[] }) {
  return (
    <Table
      name={t("oversell.picture")}
      rows={lanes}
      keyOf={lane => lane.name}
      empty={null}
      className={lane => (lane.isSlowest ? "slowest" : undefined)}
      columns={[
        { key: "name", title: t("oversell.hop"), cell: lane => named("hop", lane.name) },
        { key: "at", title: t("oversell.at"), cell: lane => (lane.at === null ? t("oversell.unknown") : <Time at={new Date(lane.at).toISOString()} />) },
        {
          key: "seconds",
          title: t("oversell.took"),
          cell: lane => (lane.seconds === null ? "" : `${duration(lane.seconds * 1_000)}${lane.isSlowest ? ` (${t("oversell.slowest")})` : ""}`),
          isNumber: true,
        },
      ]}
    />
  );
}
