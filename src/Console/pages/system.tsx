import { useEffect } from "preact/hooks";
import type { FollowerShown, LaneShown, OperationsAnswer } from "../api/types.js";
import { useApi } from "../api/use.js";
import { InstantField } from "../parts/fields.js";
import { Shown } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Title } from "../parts/title.js";
import { BarList, barListHeight } from "../plots/bar-list.js";
import { Plot } from "../plots/plot.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import { duration, quantity } from "../text/format.js";
import { counted, named, t } from "../text/text.js";
import { Database } from "./system/database.js";
import { Hosts, Kept, Versions } from "./system/hosts.js";
import { OverTime } from "./system/over-time.js";

const Hour = 3_600_000,
  Ranges = [6, 24, 168, 336],
  /** Milliseconds between two readings while the page is seen: no hint says that a lane is busy. */
  Interval = 10_000;

/** How the hosts and the database are: whether anything waits, is behind, or grows. */
export default function System(_: PageProps) {
  const [query, setQuery] = useQuery();
  const [from, to] = [query.get("from"), query.get("to")];
  const now = useApi("GET /v1/operations", {});
  useEffect(() => {
    const timer = setInterval(() => document.hidden || now.readAgain(), Interval);
    return () => clearInterval(timer);
  }, [now.readAgain]);

  // An address without a time gets one, so that a copy of it shows the same.
  useEffect(() => {
    if (from === null || to === null) {
      setQuery(range(Ranges[0]!), "replace");
    }
  }, [from, to]);

  return (
    <>
      <Title text={t("nav.system")} />
      <Shown of={now}>{answer => <Now answer={answer} />}</Shown>
      <h2>{t("system.over-time")}</h2>
      <div class="filters">
        <fieldset class="choice">
          <legend>{t("position.range")}</legend>
          {Ranges.map(hours => (
            <button key={hours} type="button" onClick={() => setQuery(range(hours))}>
              {hours <= 24 ? counted("system.hours", hours) : counted("position.days", hours / 24)}
            </button>
          ))}
        </fieldset>
        <InstantField label={t("filter.from")} value={from} onChange={value => setQuery({ from: value })} />
        <InstantField label={t("filter.to")} value={to} onChange={value => setQuery({ to: value })} />
      </div>
      {from !== null && to !== null && (
        <div class="halves">
          <OverTime figure="lanes.waiting" from={from} to={to} text={quantity} />
          <OverTime figure="lanes.commit" from={from} to={to} text={seconds} />
          <OverTime figure="holds.open" from={from} to={to} text={quantity} />
          <OverTime figure="quarantine.open" from={from} to={to} text={quantity} />
        </div>
      )}
      {now.data && (
        <>
          <Database answer={now.data} />
          <Hosts answer={now.data} />
          <div class="halves">
            <Kept answer={now.data} />
            <Versions answer={now.data} />
          </div>
        </>
      )}
    </>
  );
}

function range(hours: number): { from: string; to: string } {
  const to = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
  return { from: new Date(to.getTime() - hours * Hour).toISOString(), to: to.toISOString() };
}

function seconds(value: number): string {
  return value === 0 ? quantity(0) : duration(value * 1_000);
}

function Now({ answer }: { answer: OperationsAnswer }) {
  const stalled = answer.lanes.filter(lane => lane.stalled);
  const behind = answer.followers.filter(follower => follower.behindSeconds > 0);
  return (
    <>
      <p class={stalled.length > 0 ? "answer differs" : "answer"} role="status">
        {stalled.length > 0
          ? counted("system.stalled", stalled.length)
          : behind.length > 0
            ? counted("system.behind", behind.length)
            : t("system.well", { sequence: quantity(answer.asOfSequence) })}
      </p>
      <div class="halves">
        <Lanes lanes={answer.lanes} host={answer.host} />
        <Followers followers={answer.followers} newest={answer.asOfSequence} />
      </div>
    </>
  );
}

/** What waits in each lane to be written. */
function Lanes({ lanes, host }: { lanes: readonly LaneShown[]; host: string }) {
  const waiting = lanes.reduce((all, lane) => all + lane.waiting, 0);
  const longest = Math.max(0, ...lanes.map(lane => lane.commitSeconds ?? 0));
  return (
    <Plot
      name={t("system.lanes")}
      sentence={t("system.lanes.sentence", { host, waiting: counted("system.wait", waiting), longest: seconds(longest) })}
      height={barListHeight(lanes.length)}
      table={
        <Table
          name={t("system.lanes")}
          rows={lanes}
          keyOf={lane => String(lane.lane)}
          empty={null}
          columns={[
            { key: "lane", title: t("system.lane"), cell: lane => lane.lane, isNumber: true },
            { key: "waiting", title: t("system.waiting"), cell: lane => quantity(lane.waiting), isNumber: true },
            { key: "commit", title: t("system.commit"), cell: lane => (lane.commitSeconds === null ? "–" : seconds(lane.commitSeconds)), isNumber: true },
            { key: "commits", title: t("system.commits"), cell: lane => quantity(lane.commits), isNumber: true },
            { key: "stalled", title: t("filter.state"), cell: lane => t(lane.stalled ? "system.lane.stalled" : "system.lane.runs") },
          ]}
        />
      }
    >
      {width => (
        <BarList
          width={width}
          bars={lanes.map(lane => ({
            key: String(lane.lane),
            label: t("system.lane.name", { lane: lane.lane }),
            value: lane.waiting,
            isChosen: lane.stalled,
            note: lane.stalled ? t("system.lane.stalled") : lane.commitSeconds === null ? "" : t("system.lane.commit", { time: seconds(lane.commitSeconds) }),
          }))}
        />
      )}
    </Plot>
  );
}

/** How far behind the newest event each is that works through all of them. */
function Followers({ followers, newest }: { followers: readonly FollowerShown[]; newest: number }) {
  const last = followers.toSorted((one, other) => other.behindSeconds - one.behindSeconds)[0];
  return (
    <Plot
      name={t("system.followers")}
      sentence={
        last === undefined || last.behindSeconds === 0
          ? t("system.followers.none")
          : t("system.followers.sentence", { name: nameOf(last), time: seconds(last.behindSeconds), events: quantity(Math.max(0, newest - last.sequence)) })
      }
      height={barListHeight(followers.length)}
      table={
        <Table
          name={t("system.followers")}
          rows={followers}
          keyOf={follower => follower.name}
          empty={null}
          columns={[
            { key: "name", title: t("system.follower"), cell: nameOf },
            { key: "behind", title: t("system.lag"), cell: follower => seconds(follower.behindSeconds), isNumber: true },
            { key: "sequence", title: t("system.sequence"), cell: follower => quantity(follower.sequence), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <BarList
          width={width}
          bars={followers.map(follower => ({
            key: follower.name,
            label: nameOf(follower),
            value: follower.behindSeconds,
            text: follower.behindSeconds === 0 ? t("system.current") : seconds(follower.behindSeconds),
          }))}
        />
      )}
    </Plot>
  );
}

function nameOf(follower: FollowerShown): string {
  return named("system.follower", follower.name);
}
