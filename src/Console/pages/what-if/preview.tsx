import { useEffect, useState } from "preact/hooks";
import { call, type Refused } from "../../api/client.js";
import type { PreviewAnswer, RuleContestAnswer, RuleRivalAnswer, SkuPreview } from "../../api/types.js";
import { asRefused } from "../../api/use.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Plot } from "../../plots/plot.js";
import { linear } from "../../plots/scale.js";
import { address } from "../../shell/router.js";
import { quantity, signed, sum } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";
import { bodyOf, type Draft } from "../rules/draft.js";

/** Milliseconds without typing before it is asked. */
const After = 400,
  Most = 10,
  Row = 28;

/** What a rule would change now: totals of channels, and the SKUs most affected, now and with it. */
export function Preview({ draft, id }: { draft: Draft; id: string }) {
  const [state, setState] = useState<{ key: string; data: PreviewAnswer | null; error: Refused | null }>({ key: "", data: null, error: null });
  const [round, setRound] = useState(0);
  const key = JSON.stringify([draft, id]);

  useEffect(() => {
    const aborting = new AbortController();
    const timer = setTimeout(() => {
      const rule = { ...bodyOf(draft), ...(id === "" ? {} : { id }) };
      call("POST /v1/rules/preview", { body: { rules: [rule], limit: Most } }, { signal: aborting.signal }).then(
        ({ data }) => setState({ key, data, error: null }),
        failure => {
          if (!aborting.signal.aborted) {
            setState(before => ({ key, data: before.data, error: asRefused(failure) }));
          }
        },
      );
    }, After);
    return () => {
      clearTimeout(timer);
      aborting.abort();
    };
  }, [key, round]);

  // What is refused is a rule that makes no sense yet: the numbers of another one are not its.
  const isWrong = state.error !== null && state.error.status === 400;
  return (
    <Shown
      of={{
        data: isWrong ? null : state.data,
        error: state.error,
        etag: null,
        isStale: state.key !== key,
        readAgain: () => setRound(before => before + 1),
      }}
    >
      {answer => <Affected answer={answer} />}
    </Shown>
  );
}

function Affected({ answer }: { answer: PreviewAnswer }) {
  const total = sum(answer.channels.map(channel => channel.with - channel.now));
  return (
    <>
      <ul class="plain">
        {answer.channels.map(channel => (
          <li key={channel.channel}>
            {t("what-if.channel", {
              channel: channel.channel,
              now: quantity(channel.now),
              with: quantity(channel.with),
              changed: counted("what-if.skus", channel.skusChanged),
              soldOut: quantity(channel.skusSoldOut),
            })}
          </li>
        ))}
      </ul>
      {answer.skus.length === 0 ? (
        <p class="empty">{t("what-if.nothing", { count: quantity(answer.skusCompared) })}</p>
      ) : (
        <>
          <Plot
            name={t("what-if.affected")}
            sentence={t("what-if.affected.sentence", {
              changed: quantity(answer.skusChanged),
              compared: quantity(answer.skusCompared),
              total: signed(total),
            })}
            height={answer.skus.length * Row + 8}
            legend={
              <>
                <li class="key mark-now">{t("what-if.now")}</li>
                <li class="key mark-with">{t("what-if.with")}</li>
              </>
            }
            table={<SkuTable skus={answer.skus} />}
          >
            {width => <Pairs skus={answer.skus} width={width} />}
          </Plot>
          <Winners skus={answer.skus} />
        </>
      )}
    </>
  );
}

/** From what is promised now to what would be: a ring and a diamond, joined. */
function Pairs({ skus, width }: { skus: readonly SkuPreview[]; width: number }) {
  const left = Math.min(140, width * 0.3);
  const right = 110;
  const x = linear([0, Math.max(1, ...skus.flatMap(sku => [sku.now, sku.with]))], [left + 6, width - right]);
  const most = Math.floor(left / 8);
  return (
    <>
      {skus.map((sku, index) => {
        const y = index * Row + 16;
        return (
          <a key={sku.sku} href={address("/console/stock/{sku}", { sku: sku.sku })} class="pair">
            <title>{[sku.sku, ...sku.channels.map(channel => `${channel.channel} ${quantity(channel.now)} → ${quantity(channel.with)}`)].join(" · ")}</title>
            <text x={left - 8} y={y + 4} text-anchor="end" class="label">
              {sku.sku.length > most ? `${sku.sku.slice(0, most - 1)}…` : sku.sku}
            </text>
            <line x1={x(0)} x2={width - right} y1={y} y2={y} class="rail" />
            <line x1={x(sku.now)} x2={x(sku.with)} y1={y} y2={y} class={sku.with < sku.now ? "pair-loss" : "pair-gain"} />
            <circle cx={x(sku.now)} cy={y} r={5} class="mark-now" />
            <path d="M0 -7L7 0L0 7L-7 0Z" transform={`translate(${x(sku.with)} ${y})`} class="mark-with" />
            <text x={width - right + 12} y={y + 4}>
              {quantity(sku.now)} → {quantity(sku.with)}
            </text>
          </a>
        );
      })}
    </>
  );
}

function SkuTable({ skus }: { skus: readonly SkuPreview[] }) {
  return (
    <Table
      name={t("what-if.affected")}
      rows={skus}
      keyOf={sku => sku.sku}
      empty={null}
      columns={[
        { key: "sku", title: t("filter.sku"), cell: sku => <a href={address("/console/stock/{sku}", { sku: sku.sku })}>{sku.sku}</a> },
        { key: "now", title: t("what-if.now"), cell: sku => quantity(sku.now), isNumber: true },
        { key: "with", title: t("what-if.with"), cell: sku => quantity(sku.with), isNumber: true },
        { key: "change", title: t("what-if.change"), cell: sku => signed(sum([sku.with, -sku.now])), isNumber: true },
        {
          key: "channels",
          title: t("filter.channel"),
          cell: sku => sku.channels.map(channel => `${channel.channel} ${quantity(channel.now)} → ${quantity(channel.with)}`).join(", "),
        },
      ]}
    />
  );
}

/** Of the SKU most affected: where the rule would count, in place of which, and to which it loses, and why. */
function Winners({ skus }: { skus: readonly SkuPreview[] }) {
  const contests = skus.flatMap(sku => sku.rules.map(contest => ({ sku: sku.sku, contest })));
  return contests.length === 0 ? null : (
    <details>
      <summary>{t("what-if.wins")}</summary>
      <Table<{ sku: string; contest: RuleContestAnswer }>
        name={t("what-if.wins")}
        rows={contests}
        keyOf={row => `${row.sku} ${row.contest.rule}`}
        empty={null}
        columns={[
          { key: "sku", title: t("filter.sku"), cell: row => row.sku },
          { key: "wins", title: t("what-if.wins-in"), cell: row => `${quantity(row.contest.wins)} / ${quantity(row.contest.cases)}` },
          { key: "instead", title: t("what-if.instead"), cell: row => <Rivals of={row.contest.insteadOf} /> },
          { key: "loses", title: t("what-if.loses-to"), cell: row => <Rivals of={row.contest.losesTo} /> },
        ]}
      />
    </details>
  );
}

function Rivals({ of }: { of: readonly RuleRivalAnswer[] }) {
  return (
    <>
      {of.map(rival => (
        <div key={rival.rule + rival.because}>
          <a href={address("/console/rules/{id}", { id: rival.rule })}>{rival.rule}</a> ({named("because", rival.because)}, {quantity(rival.cases)})
        </div>
      ))}
    </>
  );
}
