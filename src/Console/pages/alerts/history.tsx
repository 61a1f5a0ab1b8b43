import { useId, useState } from "preact/hooks";
import { useApi } from "../../api/use.js";
import type { AlertHistoryAnswer } from "../../api/types.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Cursor } from "../../plots/cursor.js";
import { Plot } from "../../plots/plot.js";
import { Stacked, type Part } from "../../plots/stacked.js";
import { useQuery } from "../../shell/router.js";
import { time } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";

const Height = 170;

/** Low is at the bottom, so that what is worst stands out at the top. */
const Parts = (): Part[] => [
  { key: "low", label: named("alerts.severity", "low"), className: "alert-low" },
  { key: "medium", label: named("alerts.severity", "medium"), className: "alert-medium", hatch: "dots" },
  { key: "high", label: named("alerts.severity", "high"), className: "alert-high", hatch: "hatch" },
  { key: "critical", label: named("alerts.severity", "critical"), className: "alert-critical", hatch: "dense" },
];

/** Milliseconds of the steps by which a range is counted. */
function stepOf(range: number): { readonly name: string; readonly length: number } {
  const hour = 3_600_000;
  return range <= 50 * hour ? { name: "PT1H", length: hour } : range <= 340 * hour ? { name: "PT6H", length: 6 * hour } : { name: "PT24H", length: 24 * hour };
}

/** How many alerts were open over time, by severity. */
export function History({ from, to }: { from: string; to: string }) {
  const [query] = useQuery();
  const step = stepOf(Date.parse(to) - Date.parse(from));
  const answer = useApi("GET /v1/alerts/history", { query: { from, to, step: step.name } });
  return (
    <Shown of={answer}>{data => <Picture answer={data} length={step.length} kind={query.get("kind")} isRaised={query.get("count") === "raised"} />}</Shown>
  );
}

function Picture({ answer, length, kind, isRaised }: { answer: AlertHistoryAnswer; length: number; kind: string | null; isRaised: boolean }) {
  const id = useId();
  const [, setQuery] = useQuery();
  const [from, to] = [Date.parse(answer.from), Date.parse(answer.to)];
  const parts = Parts();
  const items = kind === null ? answer.items : answer.items.filter(item => item.kind === kind);
  const bySteps = Map.groupBy(items, item => Math.floor((Date.parse(item.at) - from) / length));
  const stacks = [...Array(Math.max(Math.ceil((to - from) / length), 1)).keys()].map(step => {
    const members = bySteps.get(step) ?? [];
    const values = parts.map(part => members.filter(item => item.severity === part.key).reduce((sum, item) => sum + (isRaised ? item.raised : item.open), 0));
    const total = values.reduce((sum, value) => sum + value, 0);
    const begin = from + step * length;
    const said = parts.map((part, index) => `${part.label} ${values[index]}`).filter((_, index) => values[index]! > 0);
    return {
      from: begin,
      to: Math.min(begin + length, to),
      values,
      total,
      title: `${time(begin)}: ${counted("alerts.count", total)}${said.length > 0 ? ` (${said.toReversed().join(", ")})` : ""}`,
    };
  });
  const [at, setAt] = useState(stacks.length - 1);
  const chosen = Math.min(at, stacks.length - 1);
  const most = stacks.reduce((worst, stack) => (stack.total > worst.total ? stack : worst), stacks[0]!);

  return (
    <Plot
      name={t(isRaised ? "alerts.picture.raised" : "alerts.picture")}
      sentence={most.total === 0 ? t("alerts.sentence.none") : t("alerts.sentence", { most: most.total, time: time(most.from), now: stacks.at(-1)!.total })}
      height={Height}
      legend={parts.toReversed().map(part => (
        <li key={part.key} class={`key ${part.className}`}>
          {part.label}
        </li>
      ))}
      table={
        <Table
          name={t("alerts.picture")}
          rows={items}
          keyOf={item => `${item.at} ${item.kind} ${item.severity}`}
          empty={<p class="empty">{t("alerts.sentence.none")}</p>}
          columns={[
            { key: "at", title: t("alerts.from"), cell: item => <Time at={item.at} /> },
            { key: "kind", title: t("alerts.kind"), cell: item => named("alerts.kind", item.kind) },
            { key: "severity", title: t("alerts.severity"), cell: item => named("alerts.severity", item.severity) },
            { key: "raised", title: t("alerts.raised"), cell: item => String(item.raised), isNumber: true },
            { key: "open", title: t("alerts.open"), cell: item => String(item.open), isNumber: true },
          ]}
        />
      }
      below={
        <>
          <Cursor name={t("alerts.cursor")} count={stacks.length} at={chosen} text={stacks[chosen]!.title} onMove={setAt} />
          <p class="hint">{stacks[chosen]!.title}</p>
          <fieldset class="choice">
            <legend>{t("alerts.counted")}</legend>
            <button type="button" aria-pressed={!isRaised} onClick={() => setQuery({ count: null }, "replace")}>
              {t("alerts.open")}
            </button>
            <button type="button" aria-pressed={isRaised} onClick={() => setQuery({ count: "raised" }, "replace")}>
              {t("alerts.raised")}
            </button>
          </fieldset>
        </>
      }
    >
      {width => <Stacked id={id} parts={parts} stacks={stacks} from={from} to={to} width={width} height={Height} chosen={chosen} onChoose={setAt} />}
    </Plot>
  );
}
