import { useState } from "preact/hooks";
import { Refused, send } from "../../api/client.js";
import { asRefused } from "../../api/use.js";
import type { BatchResult, LineResult } from "../../api/types.js";
import { download } from "../../parts/download.js";
import { ErrorBox } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { parseCsv, toCsv } from "../../text/csv.js";
import { counted, named, t } from "../../text/text.js";

const MostBytes = 16 * 1024 * 1024,
  MostShown = 500;

/** Columns that say why a line was rejected; a file that is given back has them, and is read without them. */
const Why = ["rejected-code", "rejected-detail"];

interface Outcome {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
  readonly answer: BatchResult;
}

/** A file of movements: an outcome for each line, and the rejected ones back as a file. Ids in the file make each count once, however often it is sent. */
export function FileOfLines({ source }: { source: string }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [error, setError] = useState<Refused | null>(null);
  const [isSending, setSending] = useState(false);
  const [isOver, setOver] = useState(false);
  const [file, setFile] = useState<File | null>(null);

  const take = async (chosen: File) => {
    setFile(chosen);
    setError(null);
    setOutcome(null);
    if (chosen.size > MostBytes) {
      setError(new Refused(413, "body-too-large", t("record.file.too-large"), "", [], "", null, {}));
      return;
    }

    setSending(true);
    try {
      const rows = withoutReasons(parseCsv(await chosen.text()));
      const response = await send("POST", `/v1/movements?${new URLSearchParams({ source, results: "all" })}`, toCsv(rows), { contentType: "text/csv" });
      setOutcome({ name: chosen.name, rows, answer: (await response.json()) as BatchResult });
    } catch (failure) {
      setError(asRefused(failure));
    } finally {
      setSending(false);
    }
  };

  return (
    <section aria-label={t("record.file")}>
      <h2>{t("record.file")}</h2>
      <div
        class={isOver ? "drop over" : "drop"}
        onDragOver={event => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          event.preventDefault();
          setOver(false);
          const dropped = event.dataTransfer?.files[0];
          if (dropped !== undefined) {
            void take(dropped);
          }
        }}
      >
        <label>
          <span>{t("record.file.choose")}</span>
          <input
            type="file"
            accept=".csv,text/csv"
            disabled={isSending || source === ""}
            onChange={event => {
              const chosen = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (chosen !== undefined) {
                void take(chosen);
              }
            }}
          />
        </label>
        <p class="hint">{t("record.file.hint", { source })}</p>
      </div>
      <p role="status">{isSending ? t("sheet.sending") : ""}</p>
      {error && <ErrorBox error={error} {...(file === null || error.status === 413 ? {} : { onAgain: () => void take(file) })} />}
      {outcome && <Outcomes outcome={outcome} />}
    </section>
  );
}

function Outcomes({ outcome: { name, rows, answer } }: { outcome: Outcome }) {
  const rejected = answer.results.filter(result => result.outcome === "rejected");
  const shown = [...rejected, ...answer.results.filter(result => result.outcome !== "rejected")].slice(0, MostShown);
  const giveBack = () => {
    const [header = [], ...lines] = rows;
    download(
      name.replace(/(\.csv)?$/i, "-rejected.csv"),
      "text/csv",
      toCsv([[...header, ...Why], ...rejected.map(result => [...(lines[result.index] ?? []), result.code ?? "", result.detail ?? ""])]),
    );
  };

  return (
    <>
      <p>
        {t("record.file.outcome", { accepted: answer.accepted, absorbed: answer.absorbed, duplicates: answer.duplicates })}{" "}
        <strong class={rejected.length > 0 ? "differs" : undefined}>{counted("record.file.rejected", rejected.length)}</strong>
      </p>
      {rejected.length > 0 && (
        <p>
          <button type="button" class="primary" onClick={giveBack}>
            {t("record.file.give-back")}
          </button>
        </p>
      )}
      <Table
        name={t("record.file.outcomes")}
        rows={shown}
        keyOf={result => String(result.index)}
        empty={<p class="empty">{t("empty.nothing")}</p>}
        columns={[
          { key: "line", title: t("record.file.line"), cell: result => `${result.index + 1}` },
          { key: "id", title: t("record.id"), cell: result => result.id },
          { key: "outcome", title: t("record.file.result"), cell: (result: LineResult) => named("record.state", result.outcome) },
          { key: "why", title: t("record.file.why"), cell: result => (result.code ? `${result.detail ?? ""} (${result.code})` : "") },
        ]}
      />
      {answer.results.length > MostShown && <p class="hint">{t("record.file.first", { count: MostShown })}</p>}
    </>
  );
}

/** A file that was given back, without the columns that say why. */
function withoutReasons(rows: readonly (readonly string[])[]): string[][] {
  const header = rows[0] ?? [];
  const kept = header.map((name, index) => ({ name, index })).filter(({ name }) => !Why.includes(name));
  return rows.map(row => (row.length === header.length ? kept.map(({ index }) => row[index]!) : [...row]));
}
