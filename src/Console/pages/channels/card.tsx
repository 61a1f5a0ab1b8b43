import type { ComponentChildren } from "preact";
import type { ChannelAnswer, ChannelOverview } from "../../api/types.js";
import { address } from "../../shell/router.js";
import { duration, quantity } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";
import { promiseSeconds, stateOf, toneOf } from "./state.js";

/** A channel at a glance: its state in words, how far behind it is, what it may still be called, and what waits for somebody. */
export function Card({ channel, children }: { channel: ChannelAnswer; children?: ComponentChildren }) {
  const state = stateOf(channel);
  const open = (show: string) => address("/console/channels/{id}", { id: channel.id }, { show });
  return (
    <article class={`card ${toneOf(state)}`} aria-labelledby={`channel-${channel.id}`}>
      <h2 id={`channel-${channel.id}`}>
        <a href={address("/console/channels/{id}", { id: channel.id })}>{channel.id}</a>{" "}
        <span class={`tag ${toneOf(state)}`}>{named("channel.state", state)}</span>
      </h2>
      <p class="hint">{explanation(channel)}</p>
      {children}
      <Figures channel={channel} open={open} />
    </article>
  );
}

/** Why it is in its state, in a sentence. */
export function explanation(channel: ChannelAnswer): string {
  const status = channel.status;
  switch (stateOf(channel)) {
    case "paused":
      return status?.pausedBy ? t("channel.paused-by", { by: status.pausedBy }) : t("channel.paused");
    case "circuit-open":
    case "failing":
      return status?.error ?? t("channel.circuit");
    case "behind":
      return t("channel.behind", { lag: duration((status?.lagSeconds ?? 0) * 1_000), promise: duration(promiseSeconds(channel) * 1_000) });
    case "refusing":
      return counted("channel.refusing", status?.deadLetters ?? 0);
    case "not-published":
      return t("channel.not-published");
    default:
      return t("channel.adapter", { adapter: channel.adapter });
  }
}

export function Figures({ channel, open }: { channel: ChannelAnswer; open: (show: string) => string }) {
  const status = channel.status;
  if (status == null) {
    return null;
  }

  const burst = Math.max(channel.rateLimit ?? 1, 1, status.budget ?? 0);
  return (
    <dl class="figures">
      <Figure name={t("channel.lag")} isWrong={status.lagSeconds > promiseSeconds(channel)}>
        {status.lagSeconds === 0 ? t("channel.lag.none") : duration(status.lagSeconds * 1_000)}
      </Figure>
      <Figure name={t("channel.waiting")}>
        <a href={open("numbers")}>{quantity(status.dirty)}</a>
      </Figure>
      <Figure name={t("channel.dead-letters")} isWrong={status.deadLetters > 0}>
        <a href={open("dead-letters")}>{quantity(status.deadLetters)}</a>
      </Figure>
      <Figure name={t("channel.budget")}>
        {status.budget === null ? (
          t("channel.unlimited")
        ) : (
          <>
            <meter min={0} max={burst} value={status.budget} aria-label={t("channel.budget")} /> {quantity(Math.floor(status.budget))}{" "}
            <small>{t("channel.calls", { rate: quantity(channel.rateLimit) })}</small>
          </>
        )}
      </Figure>
      {channel.overview && <Overview of={channel.overview} open={open} />}
    </dl>
  );
}

/** What only the list of all channels says. */
function Overview({ of, open }: { of: ChannelOverview; open: (show: string) => string }) {
  return (
    <>
      <Figure name={t("channel.published")}>{quantity(of.publishedPerMinute)}</Figure>
      <Figure name={t("channel.drifts")} isWrong={of.drifts > 0}>
        <a href={open("drifts")}>{quantity(of.drifts)}</a>
      </Figure>
      <Figure name={t("channel.oversells")} isWrong={of.openOversells > 0}>
        <a href={open("oversells")}>{quantity(of.openOversells)}</a>
      </Figure>
    </>
  );
}

export function Figure({ name, isWrong = false, children }: { name: string; isWrong?: boolean; children: ComponentChildren }) {
  return (
    <div class={isWrong ? "differs" : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
