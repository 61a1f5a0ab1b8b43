import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../../api/client.js";
import { readLines } from "../../api/lines.js";
import { usePages } from "../../api/pages.js";
import type { Operations, SimulationAnswer } from "../../api/types.js";
import { asRefused } from "../../api/use.js";
import { InstantField } from "../../parts/fields.js";
import { ErrorBox } from "../../parts/states.js";
import { useQuery } from "../../shell/router.js";
import { percent, quantity } from "../../text/format.js";
import { t } from "../../text/text.js";
import { bodyOf, isComplete, type Draft } from "../rules/draft.js";
import { Course } from "./course.js";
import { ChannelBars, TopSkus } from "./result.js";

const Day = 86_400_000,
  SeriesAtMost = 5;

interface Progress {
  readonly progress: number;
  readonly eventsReplayed: number;
}

type Body = Operations["POST /v1/rules/simulate"]["body"];

/** Replays the real history of a time with the rule, and shows what it would have meant. */
export function History({ draft, id }: { draft: Draft; id: string }) {
  const [query, setQuery] = useQuery();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [result, setResult] = useState<{ key: string; answer: SimulationAnswer } | null>(null);
  const [error, setError] = useState<Refused | null>(null);
  const running = useRef<AbortController | null>(null);
  const channels = usePages("GET /v1/channels", { query: { limit: 100 } });
  const [from, to, sku] = [query.get("from"), query.get("to"), query.get("sku")];
  useEffect(() => {
    if (from === null || to === null) {
      const now = Math.floor(Date.now() / 60_000) * 60_000;
      setQuery({ from: new Date(now - 7 * Day).toISOString(), to: new Date(now).toISOString() }, "replace");
    }
  }, [from, to]);
  useEffect(() => () => running.current?.abort(), []);

  const body: Body | null =
    from === null || to === null
      ? null
      : {
          rules: [{ ...bodyOf(draft), ...(id === "" ? {} : { id }) }],
          from,
          to,
          ...(sku === null ? {} : { series: channels.rows.slice(0, SeriesAtMost).map(channel => ({ channel: channel.id, sku })) }),
        };
  const key = JSON.stringify([draft, id, from, to]);

  const run = async (wanted: Body | null) => {
    running.current?.abort();
    const aborting = new AbortController();
    running.current = aborting;
    setError(null);
    setProgress({ progress: 0, eventsReplayed: 0 });
    try {
      let isDone = false;
      await readLines("POST", "/v1/rules/simulate", wanted, aborting.signal, line => {
        if ("channels" in line) {
          isDone = true;
          setResult({ key, answer: line as unknown as SimulationAnswer });
        } else {
          setProgress(line as unknown as Progress);
        }
      });
      if (!isDone) {
        throw new Refused(0, "interrupted", t("what-if.interrupted"), "", [], "", null, {});
      }
    } catch (failure) {
      if (!aborting.signal.aborted) {
        setError(asRefused(failure));
      }
    } finally {
      if (running.current === aborting) {
        setProgress(null);
      }
    }
  };

  // A chosen SKU is replayed with its course.
  const answer = result?.answer ?? null;
  const hasCourse = sku !== null && answer?.series.some(series => series.sku === sku);
  useEffect(() => {
    if (sku !== null && answer !== null && !hasCourse && progress === null && channels.data !== null) {
      void run(body);
    }
  }, [sku, channels.data]);

  return (
    <>
      <div class="filters">
        <InstantField label={t("filter.from")} value={from} none="" onChange={value => setQuery({ from: value })} />
        <InstantField label={t("filter.to")} value={to} none="" onChange={value => setQuery({ to: value })} />
        {progress === null ? (
          <button type="button" class="primary" disabled={body === null || !isComplete(draft)} onClick={() => run(body)}>
            {t("what-if.try")}
          </button>
        ) : (
          <button type="button" onClick={() => running.current?.abort()}>
            {t("what-if.stop")}
          </button>
        )}
        {progress !== null && (
          <label>
            <span>{t("what-if.progress", { share: percent(progress.progress), events: quantity(progress.eventsReplayed) })}</span>
            <progress max={1} value={progress.progress} />
          </label>
        )}
      </div>
      {error && <ErrorBox error={error} onAgain={() => run(body)} />}
      {answer === null && progress === null && error === null && <p class="empty">{t("what-if.history.how")}</p>}
      {answer && (
        <div class={result?.key === key ? undefined : "stale"}>
          {result?.key !== key && <p class="hint">{t("what-if.outdated")}</p>}
          <p>{t("what-if.replayed", { events: quantity(answer.eventsReplayed) })}</p>
          <ChannelBars channels={answer.channels} />
          <TopSkus skus={answer.skus} chosen={sku} onChoose={chosen => setQuery({ sku: chosen })} />
          {sku !== null &&
            answer.series
              .filter(series => series.sku === sku && series.points.length > 0)
              .map(series => <Course key={series.channel} series={series} from={Date.parse(answer.from)} to={Date.parse(answer.to)} />)}
        </div>
      )}
    </>
  );
}
