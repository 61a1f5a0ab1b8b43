import { BandsLeft, timeScale } from "./bands.js";

export type Shape = "receipt" | "sale" | "count" | "correction" | "absorbed" | "transfer" | "hold" | "other";

export interface RailEvent {
  readonly key: string;
  readonly occurred: number;
  readonly recorded: number;
  readonly shape: Shape;
  readonly title: string;
}

interface Props {
  readonly events: readonly RailEvent[];
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly labels: readonly [occurred: string, recorded: string];
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
}

export const RailsHeight = 76;
const Upper = 20,
  Lower = 56,
  MostDrawn = 200;

/** How far apart the two times of a fact are before a line joins them, as a share of what is shown. */
const Late = 1 / 250;

/** Each kind of event has a shape, around 0, of some 12 pixels. */
export const Outlines: Record<Shape, string> = {
  receipt: "M0 -6L6 5H-6Z",
  sale: "M0 6L6 -5H-6Z",
  count: "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0",
  correction: "M0 -6L6 0L0 6L-6 0Z",
  absorbed: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0M-2 0A2 2 0 1 1 2 0A2 2 0 1 1 -2 0",
  transfer: "M-7 -2H3V-6L8 0L3 6V2H-7Z",
  hold: "M-5 -5H5V5H-5Z",
  other: "M-6 -1H6V1H-6Z",
};

/** Events at the time at which they happened and at the time at which they were recorded; a slanted line joins the two of a late one. */
export function Rails({ events, from, to, width, labels, chosen, onChoose }: Props) {
  const x = timeScale(from, to, width);
  const within = events.filter(event => (event.occurred >= from && event.occurred <= to) || (event.recorded >= from && event.recorded <= to));
  return (
    <g class="rails">
      {[Upper, Lower].map((y, index) => (
        <g key={y}>
          <line x1={BandsLeft} x2={width - 8} y1={y} y2={y} class="rail" />
          <text x={BandsLeft} y={y - 10} class="tick">
            {labels[index]}
          </text>
        </g>
      ))}
      {within.length > MostDrawn ? (
        <Density events={within} from={from} to={to} width={width} />
      ) : (
        within.map(event => {
          const isLate = Math.abs(event.recorded - event.occurred) > (to - from) * Late;
          const shown = (time: number) => time >= from && time <= to;
          return (
            <g key={event.key} class={`event ${event.shape}${event.key === chosen ? " chosen" : ""}`} onClick={() => onChoose(event.key)}>
              <title>{event.title}</title>
              {isLate && <line class="late" x1={Math.max(x(event.occurred), BandsLeft)} x2={Math.min(x(event.recorded), width - 8)} y1={Upper} y2={Lower} />}
              {shown(event.occurred) && <path d={Outlines[event.shape]} transform={`translate(${x(event.occurred)} ${Upper})`} />}
              {shown(event.recorded) && <path d={Outlines[event.shape]} transform={`translate(${x(event.recorded)} ${Lower})`} />}
            </g>
          );
        })
      )}
    </g>
  );
}

/** Too many to tell apart: how many there are at each place. */
function Density({ events, from, to, width }: { events: readonly RailEvent[]; from: number; to: number; width: number }) {
  const cells = Math.max(10, Math.floor((width - BandsLeft) / 8));
  const x = timeScale(from, to, width);
  return (
    <>
      {(
        [
          ["occurred", Upper],
          ["recorded", Lower],
        ] as const
      ).map(([time, y]) => {
        const counts = new Array<number>(cells).fill(0);
        for (const event of events) {
          const cell = Math.floor(((event[time] - from) / (to - from)) * cells);
          if (cell >= 0 && cell < cells) {
            counts[cell]! += 1;
          }
        }

        const most = Math.max(...counts);
        return counts.map(
          (count, cell) =>
            count > 0 && (
              <rect
                key={`${time}${cell}`}
                class="density"
                x={x(from + (cell / cells) * (to - from))}
                width={7}
                y={y - 2 - (count / most) * 14}
                height={4 + (count / most) * 14}
              >
                <title>{count}</title>
              </rect>
            ),
        );
      })}
    </>
  );
}
