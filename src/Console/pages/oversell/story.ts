import type { Hop, LastAcknowledged, OversellItem } from "../../api/types.js";
import type { Step } from "../../plots/steps.js";

/** A hop that is known, after the hop that it follows. */
export interface Lane {
  readonly name: string;
  readonly at: number | null;
  /** When the hop before it was; null for the first of a chain. */
  readonly after: number | null;
  readonly seconds: number | null;
  readonly isSlowest: boolean;
}

export function lanes(hops: readonly Hop[]): Lane[] {
  const slowest = Math.max(...hops.map(hop => hop.seconds ?? -1));
  const first = hops.findIndex(hop => hop.seconds === slowest);
  return hops.map((hop, index) => {
    const at = instant(hop.at);
    return {
      name: hop.name,
      at,
      after: at === null || hop.seconds === null ? null : (instant(hops[index - 1]?.at) ?? at - hop.seconds * 1_000),
      seconds: hop.seconds,
      isSlowest: slowest > 0 && index === first,
    };
  });
}

export function instant(text: string | null | undefined): number | null {
  return text ? Date.parse(text) : null;
}

/** What the channel had, as far as it is known: what it acknowledged last, and the number that was too low where that came later. */
export function had(item: OversellItem): Step[] {
  return inSequence(item, number => number.acknowledgedAt);
}

/** What it should have had: each number from when it was worked out. Before the one that was too low there was one that was enough. */
export function shouldHave(item: OversellItem): Step[] {
  const steps = inSequence(item, number => number.desiredAt);
  return item.toldInstead !== null && steps[0]?.quantity === item.toldInstead.quantity ? [{ at: 0, quantity: item.requested }, ...steps] : steps;
}

/** The numbers that the report names, in the order of the channel's sequence. */
function inSequence(item: OversellItem, when: (number: LastAcknowledged) => string | null): Step[] {
  const { told, toldInstead: fell } = item;
  return [told, ...(fell === null ? [] : [{ ...fell, desiredAt: fell.at }])]
    .sort((one, two) => (one.sequence ?? 0) - (two.sequence ?? 0))
    .flatMap(number => {
      const at = when(number);
      return at === null || number.quantity === null ? [] : [{ at: Date.parse(at), quantity: number.quantity }];
    });
}

/** From a little before the first hop until a little after the last. */
export function span(lanes: readonly Lane[]): [from: number, to: number] {
  const known = lanes.flatMap(lane => (lane.at === null ? [] : [lane.at]));
  const [first, last] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(1_000, (last - first) * 0.04);
  return [first - room, last + room];
}
