import { useState } from "preact/hooks";
import type { ReservationLifeAnswer, ReservationLifeStep } from "../../api/types.js";
import { PageLink } from "../../parts/page-link.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Cursor } from "../../plots/cursor.js";
import { LifeHeight, LifeLine, type Shapes } from "../../plots/life-line.js";
import { Plot } from "../../plots/plot.js";
import { address } from "../../shell/router.js";
import { duration, signed, time } from "../../text/format.js";
import { counted, named, positionName, t } from "../../text/text.js";

/** The life of a reservation as a line with its steps, and each step with what it changed. */
export function Life({ answer }: { answer: ReservationLifeAnswer }) {
  const [at, setAt] = useState(answer.items.length - 1);
  const first = answer.items[0];
  if (first === undefined) {
    return <p class="empty">{t("empty.nothing")}</p>;
  }

  const times = answer.items.map(step => Date.parse(step.at));
  const ends = answer.expiresAt === null ? null : Date.parse(answer.expiresAt);
  const isLiving = answer.state === "held" || answer.state === "confirmed";
  const from = times[0]!;
  const to = Math.max(times.at(-1)! + 1_000, ends ?? 0, isLiving ? Date.parse(answer.asOf) : 0);
  const chosen = Math.min(at, answer.items.length - 1);
  const text = said(answer.items[chosen]!);

  return (
    <Plot
      name={t("reservations.life")}
      sentence={counted("reservations.life.sentence", answer.items.length, {
        state: named("reservations.state", answer.state),
        lasted: duration(Math.max(times.at(-1)! - from, 0)),
      })}
      height={LifeHeight}
      table={<Steps steps={answer.items} />}
      below={
        <>
          <Cursor name={t("reservations.step")} count={answer.items.length} at={chosen} text={text} onMove={setAt} />
          <p class="hint">{text}</p>
        </>
      }
    >
      {width => (
        <LifeLine
          steps={answer.items.map((step, index) => ({
            key: String(step.sequence),
            at: times[index]!,
            kind: step.type,
            shape: ShapeOf[step.type] ?? "diamond",
            label: named("reservations.step", step.type),
            title: said(step),
          }))}
          livesUntil={isLiving ? Date.parse(answer.asOf) : times.at(-1)!}
          to={to}
          ends={ends === null ? null : { at: ends, label: t("reservations.ends") }}
          width={width}
          chosen={chosen}
          onChoose={setAt}
        />
      )}
    </Plot>
  );
}

const ShapeOf: Readonly<Record<string, keyof typeof Shapes>> = {
  held: "square",
  changed: "diamond",
  confirmed: "circle",
  fulfilled: "arrow",
  sold: "down",
  released: "cross",
  expired: "hourglass",
  supplied: "up",
};

function said(step: ReservationLifeStep): string {
  const lines = step.lines.map(line => `${positionName(line)} ${line.shipped ? t("reservations.shipped", { units: line.shipped }) : signed(line.change)}`);
  return [named("reservations.step", step.type), time(step.at), step.by, lines.slice(0, 4).join(", ")].filter(part => part).join(" · ");
}

/** The steps as a table. */
export function Steps({ steps }: { steps: readonly ReservationLifeStep[] }) {
  return (
    <Table
      name={t("reservations.life")}
      rows={steps}
      keyOf={step => String(step.sequence)}
      empty={<p class="empty">{t("empty.nothing")}</p>}
      columns={[
        { key: "type", title: t("reservations.step"), cell: step => named("reservations.step", step.type) },
        { key: "at", title: t("reservations.at"), cell: step => <Time at={step.at} /> },
        { key: "by", title: t("reservations.by"), cell: step => [step.by, step.role && `(${step.role})`].filter(part => part).join(" ") },
        {
          key: "lines",
          title: t("reservations.changed"),
          cell: step => (
            <>
              {step.lines.map((line, index) => (
                <div key={index}>
                  <PageLink href={address("/console/stock/{sku}/{location}", { sku: line.sku, location: line.location })}>{positionName(line)}</PageLink>{" "}
                  {line.shipped ? t("reservations.shipped", { units: line.shipped }) : signed(line.change)} {line.document && <code>{line.document}</code>}
                </div>
              ))}
            </>
          ),
        },
        { key: "step", title: t("reservations.step-id"), cell: step => step.step && <code>{step.step}</code> },
        { key: "correlation", title: t("error.correlation"), cell: step => step.correlationId && <code>{step.correlationId}</code> },
      ]}
    />
  );
}
