import type { ChannelAnswer } from "../../api/types.js";

/** The states of a channel, the worst first. */
export const States = ["circuit-open", "failing", "behind", "refusing", "paused", "publishing", "current", "not-published"] as const;
export type State = (typeof States)[number];

/** Seconds within which a change should be with a channel that says nothing else. */
const StandardPromise = 60;

/** Seconds within which a change should be with the channel. */
export function promiseSeconds(channel: ChannelAnswer): number {
  if (channel.overview != null) {
    return channel.overview.promiseSeconds;
  }

  const given = Number(channel.settings["promiseSeconds"]);
  return given > 0 ? given : StandardPromise;
}

/** What a channel is in, in one word. */
export function stateOf(channel: ChannelAnswer): State {
  const status = channel.status;
  if (channel.adapter === "none") {
    return "not-published";
  }

  if (status == null) {
    return "current";
  }

  if (status.paused) {
    return "paused";
  }

  if (status.circuit !== "closed" || status.error !== null) {
    return status.circuit !== "closed" ? "circuit-open" : "failing";
  }

  const behind = Math.max(status.lagSeconds, status.expectedSeconds ?? 0) > promiseSeconds(channel);
  return behind ? "behind" : status.deadLetters > 0 ? "refusing" : status.dirty > 0 ? "publishing" : "current";
}

/** The class of a state's mark. */
export function toneOf(state: State): "bad" | "warn" | "good" | "" {
  return state === "circuit-open" || state === "failing"
    ? "bad"
    : state === "behind" || state === "refusing" || state === "paused"
      ? "warn"
      : state === "not-published"
        ? ""
        : "good";
}

/** The worst first; of the same state the one with the longest lag. */
export function worstFirst(one: ChannelAnswer, two: ChannelAnswer): number {
  return (
    States.indexOf(stateOf(one)) - States.indexOf(stateOf(two)) ||
    (two.status?.deadLetters ?? 0) - (one.status?.deadLetters ?? 0) ||
    (two.status?.lagSeconds ?? 0) - (one.status?.lagSeconds ?? 0) ||
    one.id.localeCompare(two.id)
  );
}
