import { useRef, useState } from "preact/hooks";
import type { Refused } from "../../api/client.js";
import { readLines } from "../../api/lines.js";
import { usePages } from "../../api/pages.js";
import { asRefused } from "../../api/use.js";
import type { CheckpointAnswer, Verification } from "../../api/types.js";
import { Empty, ErrorBox, Shown } from "../../parts/states.js";
import { More, Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Plot } from "../../plots/plot.js";
import { linear } from "../../plots/scale.js";
import { address } from "../../shell/router.js";
import { quantity, time } from "../../text/format.js";
import { positionName, t } from "../../text/text.js";

interface Progress {
  readonly done: number;
  readonly of: number;
}

/** Whether the recorded history is whole: verified now, and the signed checkpoints so far. */
export function Verify() {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [result, setResult] = useState<Verification | null>(null);
  const [error, setError] = useState<Refused | null>(null);
  const running = useRef<AbortController | null>(null);

  const verify = async () => {
    running.current = new AbortController();
    setResult(null);
    setError(null);
    setProgress({ done: 0, of: 0 });
    try {
      await readLines("GET", "/v1/audit/verify", undefined, running.current.signal, line => {
        if ("ok" in line) {
          setResult(line as unknown as Verification);
        } else {
          setProgress(line as unknown as Progress);
        }
      });
    } catch (failure) {
      if (!running.current.signal.aborted) {
        setError(asRefused(failure));
      }
    } finally {
      setProgress(null);
    }
  };

  return (
    <>
      <p class="buttons">
        <button type="button" class="primary" disabled={progress !== null} onClick={verify}>
          {t("audit.verify.start")}
        </button>
        {progress !== null && (
          <button type="button" onClick={() => running.current?.abort()}>
            {t("sheet.cancel")}
          </button>
        )}
      </p>
      <div role="status">
        {progress !== null && (
          <label>
            <span>{t("audit.verify.running")}</span>
            <progress value={progress.done} max={Math.max(progress.of, 1)} />
          </label>
        )}
        {result && <Outcome result={result} />}
      </div>
      {error && <ErrorBox error={error} onAgain={verify} />}
      <Checkpoints />
    </>
  );
}

function Outcome({ result }: { result: Verification }) {
  const first = result.firstDifference;
  return (
    <div class={result.ok ? "good" : "error"}>
      <strong>{t(result.ok ? "audit.verify.whole" : "audit.verify.differs")}</strong>
      <p>
        {t("audit.verify.checked", {
          events: quantity(result.eventsChecked),
          positions: quantity(result.positionsChecked),
          checkpoints: quantity(result.checkpointsChecked),
        })}
      </p>
      {first && (
        <p>
          {first.sku !== null && first.location !== null ? (
            <a href={address("/console/stock/{sku}/{location}", { sku: first.sku, location: first.location })}>
              {positionName({ sku: first.sku, location: first.location })}
            </a>
          ) : (
            first.stream
          )}{" "}
          {first.detail}
        </p>
      )}
    </div>
  );
}

const Height = 54;

/** Signed checkpoints of the chain as a ribbon; each can be saved and verified elsewhere. */
function Checkpoints() {
  const list = usePages("GET /v1/audit/checkpoints", { query: { limit: 100 } });
  return (
    <section>
      <h2>{t("audit.checkpoints")}</h2>
      <Shown of={list}>
        {() =>
          list.rows.length === 0 ? (
            <Empty>{t("audit.checkpoints.none")}</Empty>
          ) : (
            <>
              <Plot name={t("audit.checkpoints")} sentence={ribbonSentence(list.rows)} height={Height} table={<CheckpointTable rows={list.rows} />}>
                {width => <Ribbon rows={list.rows} width={width} />}
              </Plot>
              <CheckpointTable rows={list.rows} />
              <More of={list} />
            </>
          )
        }
      </Shown>
    </section>
  );
}

function newestFirst(rows: readonly CheckpointAnswer[]): CheckpointAnswer[] {
  return rows.toSorted((one, two) => two.number - one.number);
}

function ribbonSentence(rows: readonly CheckpointAnswer[]): string {
  const newest = newestFirst(rows)[0]!;
  return t("audit.checkpoints.sentence", { number: newest.number, time: time(newest.at), events: quantity(newest.events) });
}

function Ribbon({ rows, width }: { rows: readonly CheckpointAnswer[]; width: number }) {
  const times = rows.map(row => Date.parse(row.at));
  const x = linear([Math.min(...times), Math.max(...times)], [12, width - 12]);
  return (
    <>
      <line x1={0} x2={width} y1={24} y2={24} class="rail" />
      {rows.map(row => (
        <g key={row.number}>
          <rect x={x(Date.parse(row.at)) - 4} y={14} width={8} height={20} class="sum" />
          <title>{`${row.number}: ${time(row.at)}`}</title>
        </g>
      ))}
    </>
  );
}

function CheckpointTable({ rows }: { rows: readonly CheckpointAnswer[] }) {
  return (
    <Table
      name={t("audit.checkpoints")}
      rows={newestFirst(rows)}
      keyOf={row => String(row.number)}
      empty={null}
      columns={[
        { key: "number", title: t("audit.checkpoint"), cell: row => row.number, isNumber: true },
        { key: "at", title: t("audit.at"), cell: row => <Time at={row.at} /> },
        { key: "events", title: t("position.events"), cell: row => quantity(row.events), isNumber: true },
        { key: "root", title: t("audit.root"), cell: row => <code>{row.root}</code> },
        { key: "key", title: t("sign-in.key"), cell: row => <code>{row.key}</code> },
      ]}
    />
  );
}
