import { useApi } from "../../api/use.js";
import type { PublicationHistoryAnswer, QuantityStep } from "../../api/types.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { QuantityAxis, TimeAxis } from "../../plots/axes.js";
import { Plot } from "../../plots/plot.js";
import { linear, niceTicks } from "../../plots/scale.js";
import { Excess, StepKinds, StepLines, type StepLine } from "../../plots/steps.js";
import { useQuery } from "../../shell/router.js";
import { quantity, time } from "../../text/format.js";
import { counted, t } from "../../text/text.js";

const Height = 220,
  Left = 52,
  Bottom = 22,
  Hour = 3_600_000,
  Ranges = [1, 6, 24, 168];

/** What might be promised of a SKU, what was sent and what the channel acknowledged, over time. */
export function History({ id, sku }: { id: string; sku: string }) {
  const [query, setQuery] = useQuery();
  const [from, to] = [query.get("from"), query.get("to")];
  const history = useApi(
    "GET /v1/channels/{id}/publications/{sku}/history",
    { path: { id, sku }, query: { from, to } },
    to === null ? { topics: ["channel"], concerns: hint => hint.id.includes(sku) || hint.id === id } : {},
  );
  const choose = (hours: number) => {
    const now = Date.now();
    setQuery({ from: new Date(now - hours * Hour).toISOString(), to: new Date(now).toISOString() });
  };
  return (
    <section>
      <div class="filters">
        <fieldset class="choice">
          <legend>{t("position.range")}</legend>
          {Ranges.map(hours => (
            <button key={hours} type="button" onClick={() => choose(hours)}>
              {hours < 48 ? counted("channel.hours", hours) : counted("position.days", hours / 24)}
            </button>
          ))}
        </fieldset>
      </div>
      <Shown of={history}>{answer => <Picture answer={answer} />}</Shown>
    </section>
  );
}

function Picture({ answer }: { answer: PublicationHistoryAnswer }) {
  const [from, to] = [Date.parse(answer.from), Date.parse(answer.to)];
  const steps = (of: readonly QuantityStep[]) => of.map(step => ({ at: Date.parse(step.at), quantity: step.quantity }));
  const lines: StepLine[] = [
    { key: "promised", label: t("channel.may"), steps: steps(answer.promised) },
    { key: "sent", label: t("channel.sent"), steps: steps(answer.sent) },
    { key: "acknowledged", label: t("channel.acknowledged"), steps: steps(answer.acknowledged) },
  ];
  const values = [0, 1, ...lines.flatMap(line => line.steps.map(step => step.quantity))];
  const ticks = niceTicks(Math.min(...values), Math.max(...values), 4);
  const last = (line: StepLine) => quantity(line.steps.at(-1)?.quantity) || "–";
  const sentence = [
    t("channel.history.sentence", { promised: last(lines[0]!), sent: last(lines[1]!), acknowledged: last(lines[2]!), time: time(answer.to) }),
    answer.isCut ? t("channel.history.cut") : answer.keptFrom ? t("channel.history.kept", { time: time(answer.keptFrom) }) : "",
  ].join(" ");

  return (
    <Plot
      name={t("channel.history", { sku: answer.sku })}
      sentence={sentence}
      height={Height}
      legend={lines.map((line, index) => (
        <li key={line.key} class={`key step ${StepKinds[index]}`}>
          {line.label}
        </li>
      ))}
      table={<StepTable name={t("channel.history", { sku: answer.sku })} lines={lines} />}
    >
      {width => {
        const x = linear([from, to], [Left, width - 8]);
        const y = linear([ticks[0]!, ticks.at(-1)!], [Height - Bottom, 8]);
        return (
          <>
            <QuantityAxis ticks={ticks} scale={y} left={Left} right={width - 8} />
            <Excess of={lines[2]!.steps} above={lines[0]!.steps} from={from} to={to} x={x} y={y} />
            <StepLines lines={lines} from={from} to={to} x={x} y={y} />
            <TimeAxis from={from} to={to} scale={x} y={Height - Bottom} width={width} />
          </>
        );
      }}
    </Plot>
  );
}

function StepTable({ name, lines }: { name: string; lines: readonly StepLine[] }) {
  const rows = lines.flatMap(line => line.steps.map(step => ({ ...step, line }))).sort((one, two) => two.at - one.at);
  return (
    <Table
      name={name}
      rows={rows}
      keyOf={row => `${row.line.key} ${row.at} ${row.quantity}`}
      empty={null}
      columns={[
        { key: "at", title: t("oversell.at"), cell: row => <Time at={new Date(row.at).toISOString()} /> },
        { key: "what", title: t("position.type"), cell: row => row.line.label },
        { key: "quantity", title: t("promise.units"), cell: row => quantity(row.quantity), isNumber: true },
      ]}
    />
  );
}
