import type { ComponentChildren } from "preact";
import type { FoundDrift } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { useKey } from "../../shell/keys.js";
import { usePlace, withQuery } from "../../shell/router.js";
import { quantity, signed } from "../../text/format.js";
import { named, positionName, t } from "../../text/text.js";
import { nameOf } from "./drift.js";

const StateClasses: Readonly<Record<string, string>> = { open: "warn", approved: "good", policy: "good" };

/** Drifts, the latest count first; one is chosen by its link, several are selected by their boxes. */
export function Inbox({
  rows,
  selected,
  onToggle,
  empty,
}: {
  rows: readonly FoundDrift[];
  selected: ReadonlyMap<string, FoundDrift>;
  onToggle: (drift: FoundDrift) => void;
  empty: ComponentChildren;
}) {
  const place = usePlace();
  const chosen = place.query.get("drift") ?? (rows[0] ? nameOf(rows[0]) : null);
  useKey("x", () => {
    const drift = rows.find(each => nameOf(each) === chosen);
    if (drift) {
      onToggle(drift);
    }
  });
  return (
    <Table
      name={t("drift.inbox")}
      rows={rows}
      keyOf={nameOf}
      open={drift => withQuery(place, { drift: nameOf(drift) })}
      isChosen={drift => nameOf(drift) === chosen}
      empty={empty}
      columns={[
        {
          key: "position",
          title: t("drift.position"),
          cell: drift => positionName(drift),
        },
        {
          key: "select",
          title: t("drift.select"),
          cell: drift => (
            <input
              type="checkbox"
              aria-label={t("drift.select.one", { position: positionName(drift), n: drift.n })}
              checked={selected.has(nameOf(drift))}
              onChange={() => onToggle(drift)}
            />
          ),
        },
        {
          key: "difference",
          title: t("drift.difference"),
          cell: drift => (
            <>
              {signed(drift.difference)}
              <br />
              <small>
                {quantity(drift.ours)} / {quantity(drift.theirs)}
              </small>
            </>
          ),
          isNumber: true,
        },
        {
          key: "cause",
          title: t("drift.cause"),
          cell: drift => (
            <>
              <span class="whole">{named("cause", drift.attribution[0]?.cause ?? "unexplained")}</span>
              <br />
              <small>
                {fieldName(drift.field)} · {named("severity", drift.severity)}
              </small>
            </>
          ),
        },
        {
          key: "state",
          title: t("filter.state"),
          cell: drift => <span class={`tag ${StateClasses[drift.state] ?? ""}`}>{named("drift.state", drift.state)}</span>,
        },
        {
          key: "taken",
          title: t("drift.taken"),
          cell: drift => (
            <>
              {drift.system}
              <br />
              <small>
                <Time at={drift.takenAt} />
              </small>
            </>
          ),
        },
      ]}
    />
  );
}

/** What was compared: on-hand, reserved, or the units of a status. */
export function fieldName(field: string): string {
  const status = field.startsWith("unsellable.") ? field.slice("unsellable.".length) : null;
  return status === null ? named("drift.field", field) : t("drift.unsellable", { status });
}
