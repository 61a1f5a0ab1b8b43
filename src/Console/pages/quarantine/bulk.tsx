import { useState } from "preact/hooks";
import { call, type Answered } from "../../api/client.js";
import type { CloseManyAnswer, QuarantineOutcome } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Table } from "../../parts/table.js";
import { sayDone } from "../../parts/undo.js";
import { address } from "../../shell/router.js";
import { counted, named, t } from "../../text/text.js";

export interface Filter {
  readonly source: string | null;
  readonly code: string | null;
  readonly q: string | null;
  readonly document: string | null;
}

/** Calls of 500 lines each; more are left for the next time. */
const MostCalls = 20,
  MostShown = 200,
  ManyFrom = 100;

/** What is done with every open line that the filter names, each as if it were alone. */
export function Bulk({ filter, lines, onChanged }: { filter: Filter; lines: number | null; onChanged: () => void }) {
  const [sheet, setSheet] = useState<"replay" | "dismiss" | null>(null);
  const [outcomes, setOutcomes] = useState<readonly QuarantineOutcome[] | null>(null);
  const name = filter.code ?? filter.source ?? filter.q ?? filter.document ?? "";
  if (name === "") {
    return <p class="hint">{t("quarantine.bulk.narrow")}</p>;
  }

  const all = (one: (after: string | null) => Promise<Answered<CloseManyAnswer>>) => async (): Promise<Answered<CloseManyAnswer>> => {
    const results: QuarantineOutcome[] = [];
    let after: string | null = null;
    for (let calls = 1; ; calls++) {
      const answered: Answered<CloseManyAnswer> = await one(after);
      results.push(...answered.data.results);
      after = answered.data.next;
      if (after === null || calls === MostCalls) {
        return { ...answered, data: { ...answered.data, results, settled: results.filter(isSettled).length } };
      }
    }
  };
  const done = ({ data }: Answered<CloseManyAnswer>) => {
    setOutcomes(data.results);
    sayDone(counted("quarantine.bulk.done", data.settled));
    onChanged();
  };
  const effect = lines === null ? t("quarantine.bulk.some") : counted("quarantine.bulk.count", lines);
  const typed = lines === null || lines > ManyFrom ? { typed: name } : {};

  return (
    <>
      <p class="buttons">
        <button type="button" onClick={() => setSheet("replay")}>
          {t("quarantine.bulk.replay")}
        </button>
        <button type="button" onClick={() => setSheet("dismiss")}>
          {t("quarantine.bulk.dismiss")}
        </button>
      </p>
      {outcomes && <Outcomes outcomes={outcomes} />}
      <Action
        verb={t("quarantine.replay")}
        title={t("quarantine.bulk.replay")}
        isOpen={sheet === "replay"}
        onClose={() => setSheet(null)}
        {...typed}
        act={() => all(after => call("POST /v1/quarantine/replay", { body: { ...filter, after } }))()}
        onDone={done}
      >
        <p>{effect}</p>
        <p>{t("quarantine.bulk.replay.effect")}</p>
      </Action>
      <Action
        verb={t("quarantine.dismiss")}
        title={t("quarantine.bulk.dismiss")}
        isOpen={sheet === "dismiss"}
        onClose={() => setSheet(null)}
        wantsReason
        {...typed}
        act={reason => all(after => call("POST /v1/quarantine/dismiss", { body: { ...filter, reason, after } }))()}
        onDone={done}
      >
        <p>{effect}</p>
        <p>{t("quarantine.dismiss.effect")}</p>
      </Action>
    </>
  );
}

function isSettled(result: QuarantineOutcome): boolean {
  return result.outcome === "replayed" || result.outcome === "dismissed";
}

function Outcomes({ outcomes }: { outcomes: readonly QuarantineOutcome[] }) {
  const sorted = [...outcomes.filter(result => !isSettled(result)), ...outcomes.filter(isSettled)];
  return (
    <section>
      <h2>{t("quarantine.bulk.outcomes")}</h2>
      <p>
        {[...Map.groupBy(outcomes, result => result.outcome)]
          .map(([outcome, members]) => `${named("quarantine.outcome", outcome)}: ${members.length}`)
          .join(", ")}
      </p>
      <Table
        name={t("quarantine.bulk.outcomes")}
        rows={sorted.slice(0, MostShown)}
        keyOf={result => result.id}
        open={result => address("/console/quarantine/{id}", { id: result.id })}
        empty={<p class="empty">{t("empty.no-match")}</p>}
        columns={[
          { key: "id", title: t("quarantine.entry"), cell: result => result.id.slice(0, 8) },
          { key: "outcome", title: t("quarantine.outcome"), cell: result => named("quarantine.outcome", result.outcome) },
          { key: "why", title: t("quarantine.why"), cell: result => (result.code ? `${result.detail ?? ""} (${result.code})` : "") },
        ]}
      />
    </section>
  );
}
