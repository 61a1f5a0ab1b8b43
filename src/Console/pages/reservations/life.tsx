import { useState } from "preact/hooks";
import type { ReservationLifeAnswer, ReservationLifeStep } from "../../api/types.js";
import { PageLink } from "../../parts/page-link.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { TimeAxis } from "../../plots/axes.js";
import { BandsLeft, timeScale } from "../../plots/bands.js";
import { Cursor } from "../../plots/cursor.js";
import { Plot } from "../../plots/plot.js";
import { address } from "../../shell/router.js";
import { duration, signed, time } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";

const Height = 120,
  Line = 62;

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
  const padded = (to - from) * 0.03;
  const chosen = Math.min(at, answer.items.length - 1);
  const text = said(answer.items[chosen]!);

  return (
    <Plot
      name={t("reservations.life")}
      sentence={counted("reservations.life.sentence", answer.items.length, {
        state: named("reservations.state", answer.state),
        lasted: duration(Math.max(times.at(-1)! - from, 0)),
      })}
      height={Height}
      table={<Steps steps={answer.items} />}
      below={
        <>
          <Cursor name={t("reservations.step")} count={answer.items.length} at={chosen} text={text} onMove={setAt} />
          <p class="hint">{text}</p>
        </>
      }
    >
      {width => {
        const x = timeScale(from - padded, to + padded, width);
        return (
          <g class="life">
            <line x1={BandsLeft} x2={width - 8} y1={Line} y2={Line} class="rail" />
            <line x1={x(from)} x2={x(isLiving ? Date.parse(answer.asOf) : times.at(-1)!)} y1={Line} y2={Line} class="living" />
            {ends !== null && (
              <g class="ends">
                <line x1={x(ends)} x2={x(ends)} y1={Line - 26} y2={Line + 14} />
                <text x={Math.min(x(ends), width - 60)} y={Line - 32} text-anchor="middle" class="tick">
                  {t("reservations.ends")}
                </text>
              </g>
            )}
            {answer.items.map((step, index) => (
              <g key={step.sequence} class={index === chosen ? `life-step ${step.type} chosen` : `life-step ${step.type}`} onClick={() => setAt(index)}>
                <title>{said(step)}</title>
                <path d={Outlines[step.type] ?? Outlines["changed"]!} transform={`translate(${x(times[index]!)} ${Line})`} />
                {isLabelled(times.map(x), index) && (
                  <text x={clamp(x(times[index]!), width)} y={index % 2 === 0 ? Line - 14 : Line + 24} text-anchor="middle">
                    {named("reservations.step", step.type)}
                  </text>
                )}
              </g>
            ))}
            <TimeAxis from={from - padded} to={to + padded} scale={x} y={Height - 20} width={width} />
          </g>
        );
      }}
    </Plot>
  );
}

/** What a step is, by shape. */
const Outlines: Readonly<Record<string, string>> = {
  held: "M-6 -6H6V6H-6Z",
  changed: "M0 -7L7 0L0 7L-7 0Z",
  confirmed: "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0 -6 0Z",
  fulfilled: "M-8 -3H3V-7L9 0L3 7V3H-8Z",
  sold: "M0 7L7 -6H-7Z",
  released: "M-6 -6L0 -2L6 -6L2 0L6 6L0 2L-6 6L-2 0Z",
  expired: "M-6 -6H6L-6 6H6Z",
  supplied: "M0 -7L7 6H-7Z",
};

/** Labels alternate above and below; one that would lie on the one before on its side is left to the cursor. */
function isLabelled(places: readonly number[], index: number): boolean {
  return index < 2 || places[index]! - places[index - 2]! > 80;
}

function clamp(x: number, width: number): number {
  return Math.min(Math.max(x, BandsLeft + 20), width - 45);
}

function said(step: ReservationLifeStep): string {
  const lines = step.lines.map(
    line => `${line.sku} @ ${line.location} ${line.shipped ? t("reservations.shipped", { units: line.shipped }) : signed(line.change)}`,
  );
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
                  <PageLink href={address("/console/stock/{sku}/{location}", { sku: line.sku, location: line.location })}>
                    {line.sku} @ {line.location}
                  </PageLink>{" "}
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
