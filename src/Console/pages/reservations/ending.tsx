import { useId, useState } from "preact/hooks";
import { usePages } from "../../api/pages.js";
import type { ReservationShown } from "../../api/types.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Cursor } from "../../plots/cursor.js";
import { Plot } from "../../plots/plot.js";
import { Stacked, type Part } from "../../plots/stacked.js";
import { address, go } from "../../shell/router.js";
import { clock, quantity, sum } from "../../text/format.js";
import { counted, t } from "../../text/text.js";
import { unitsOf } from "./units.js";

const Minute = 60_000,
  Within = 60 * Minute,
  Step = 5 * Minute,
  Height = 140;

export interface ReservationFilter {
  readonly channel: string | null;
  readonly sku: string | null;
  readonly location: string | null;
}

/** Holds that end in the next hour, by five minutes. */
export function Ending({ filter }: { filter: ReservationFilter }) {
  const [now] = useState(() => Math.floor(Date.now() / Minute) * Minute);
  const end = now + Within;
  const list = usePages(
    "GET /v1/reservations",
    { query: { ...filter, state: "held", endsBefore: new Date(end).toISOString(), limit: 1000 } },
    { topics: ["reservation"] },
  );
  return <Shown of={list}>{() => <Picture filter={filter} holds={list.rows} isCut={list.next !== null} now={now} end={end} />}</Shown>;
}

function Picture({
  filter,
  holds,
  isCut,
  now,
  end,
}: {
  filter: ReservationFilter;
  holds: readonly ReservationShown[];
  isCut: boolean;
  now: number;
  end: number;
}) {
  const id = useId();
  const [at, setAt] = useState(0);
  const parts: Part[] = [{ key: "holds", label: t("reservations.holds"), className: "band reserved", hatch: "hatch" }];
  const stacks = [...Array(Within / Step).keys()].map(index => {
    const from = now + index * Step;
    const members = holds.filter(hold => Math.floor((Date.parse(hold.expiresAt ?? "") - now) / Step) === index);
    const units = sum(members.map(unitsOf));
    return {
      from,
      to: from + Step,
      values: [members.length],
      title: `${clock(from).slice(0, 5)}–${clock(from + Step).slice(0, 5)}: ${counted("reservations.holds", members.length, { units: quantity(units) })}`,
    };
  });
  const choose = (index: number) => {
    setAt(index);
    go(address("/console/reservations", {}, { ...filter, state: "held", endsBefore: new Date(stacks[index]!.to).toISOString() }));
  };
  const soon = stacks.slice(0, 3).reduce((all, stack) => all + stack.values[0]!, 0);

  return (
    <Plot
      name={t("reservations.ending")}
      sentence={`${counted("reservations.ending.sentence", holds.length, { soon })}${isCut ? ` ${t("reservations.ending.cut")}` : ""}`}
      height={Height}
      table={
        <Table
          name={t("reservations.ending")}
          rows={stacks}
          keyOf={stack => String(stack.from)}
          empty={null}
          columns={[
            { key: "from", title: t("filter.from"), cell: stack => <Time at={new Date(stack.from).toISOString()} /> },
            { key: "holds", title: t("reservations.holds"), cell: stack => String(stack.values[0]), isNumber: true },
          ]}
        />
      }
      below={
        <div class="scrub">
          <Cursor name={t("reservations.ending")} count={stacks.length} at={at} text={stacks[at]!.title} onMove={setAt} />
          <button type="button" onClick={() => choose(at)}>
            {t("reservations.ending.show", { time: clock(stacks[at]!.to).slice(0, 5) })}
          </button>
        </div>
      }
    >
      {width => <Stacked id={id} parts={parts} stacks={stacks} from={now} to={end} width={width} height={Height} chosen={at} onChoose={choose} />}
    </Plot>
  );
}
