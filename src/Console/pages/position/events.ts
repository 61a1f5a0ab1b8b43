import type { PositionEvent } from "../../api/types.js";
import type { RailEvent, Shape } from "../../plots/rails.js";
import { quantity, time } from "../../text/format.js";
import { named } from "../../text/text.js";

const Shapes: Readonly<Record<string, Shape>> = {
  "receipt": "receipt",
  "return": "receipt",
  "transfer-in": "transfer",
  "transfer-out": "transfer",
  "sale": "sale",
  "fulfilled": "sale",
  "count": "count",
  "correction": "correction",
  "adjustment": "correction",
  "status-change": "correction",
  "reserved": "hold",
  "changed": "hold",
  "confirmed": "hold",
  "released": "hold",
  "expired": "hold",
  "supply-reserved": "hold",
  "supply-released": "hold",
};

export function shapeOf(type: string): Shape {
  return Shapes[type] ?? "other";
}

/** When it happened: what is decided here has only the time at which it was recorded. */
export function occurred(event: PositionEvent): number {
  return Date.parse(event.occurredAt ?? event.recordedAt);
}

export function recorded(event: PositionEvent): number {
  return Date.parse(event.recordedAt);
}

export function onRails(event: PositionEvent): RailEvent {
  return {
    key: String(event.sequence),
    occurred: occurred(event),
    recorded: recorded(event),
    shape: event.absorbed ? "absorbed" : shapeOf(event.type),
    title: [named("event", event.type), quantity(event.quantity), event.source, event.id, time(event.occurredAt ?? event.recordedAt)]
      .filter(part => part)
      .join(" · "),
  };
}

/** What makes the two knowledges of an instant differ: what had happened by then and was recorded after it. */
export function recordedLater(events: readonly PositionEvent[], at: number): PositionEvent[] {
  return events.filter(event => event.occurredAt !== null && occurred(event) <= at && recorded(event) > at);
}
