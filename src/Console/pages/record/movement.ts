import type { PositionAnswer } from "../../api/types.js";
import type { Operations } from "../../api/types.js";
import { sum } from "../../text/format.js";

export type Movement = Omit<Operations["POST /v1/movements"]["body"]["movements"][number], "id">;

/** What a person in a store has to say. */
export const Kinds = ["count", "damaged", "received", "adjusted", "moved"] as const;
export type Kind = (typeof Kinds)[number];

/** What was typed. */
export interface Draft {
  readonly kind: Kind;
  readonly sku: string;
  readonly location: string;
  readonly quantity: string;
  readonly reason: string;
  readonly to: string;
  readonly document: string;
}

/** Quantities have up to four decimals. */
const Form = /^[+-]?\d{1,12}(\.\d{1,4})?$/;

/** The quantity that was typed, with a comma or a point; null where it is none that this kind takes. */
export function quantityOf({ kind, quantity }: Draft): number | null {
  const text = quantity.trim().replace(",", ".").replace("−", "-");
  const value = Form.test(text) ? Number(text) : NaN;
  const fits = kind === "count" ? value >= 0 : kind === "adjusted" ? value !== 0 : value > 0;
  return Number.isNaN(value) || !fits ? null : value;
}

export type Field = "sku" | "location" | "quantity" | "reason" | "to" | "document";

/** The fields that are still missing or wrong. */
export function wrongFields(draft: Draft): Field[] {
  const wrong: Field[] = [];
  if (draft.location.trim() === "") {
    wrong.push("location");
  }

  if (draft.sku.trim() === "") {
    wrong.push("sku");
  }

  if (quantityOf(draft) === null) {
    wrong.push("quantity");
  }

  if (draft.kind === "adjusted" && draft.reason.trim() === "") {
    wrong.push("reason");
  }

  if (draft.kind === "moved") {
    if (draft.to.trim() === "" || draft.to.trim() === draft.location.trim()) {
      wrong.push("to");
    }

    if (draft.document.trim() === "") {
      wrong.push("document");
    }
  }

  return wrong;
}

/** The movement that a complete draft means. */
export function movementOf(draft: Draft, occurredAt: string): Movement {
  const common = { sku: draft.sku.trim(), location: draft.location.trim(), quantity: quantityOf(draft) ?? 0, occurredAt };
  const document = draft.document.trim() === "" ? {} : { document: draft.document.trim() };
  switch (draft.kind) {
    case "count":
      return { type: "count", ...common };
    case "damaged":
      return { type: "status", from: "sellable", to: "damaged", ...common };
    case "received":
      return { type: "receipt", ...common, ...document };
    case "adjusted":
      return { type: "adjustment", ...common, reason: draft.reason.trim() };
    case "moved":
      return { type: "transfer", to: draft.to.trim(), ...common, ...document };
  }
}

/** What a movement was made of, to be typed anew. */
export function draftOf(movement: Movement): Draft {
  const kinds: Record<string, Kind> = { count: "count", status: "damaged", receipt: "received", adjustment: "adjusted", transfer: "moved" };
  return {
    kind: kinds[movement.type] ?? "count",
    sku: movement.sku,
    location: movement.location,
    quantity: movement.quantity == null ? "" : String(movement.quantity),
    reason: movement.reason ?? "",
    to: movement.type === "transfer" ? (movement.to ?? "") : "",
    document: movement.document ?? "",
  };
}

/** The numbers of a position that a line changes. */
export interface Numbers {
  readonly onHand: number;
  readonly unsellable: number;
  readonly free: number;
}

/** A position of which nothing was recorded yet has none of anything. */
export const Nothing: Numbers = { onHand: 0, unsellable: 0, free: 0 };

export function numbersOf(position: PositionAnswer): Numbers {
  return { onHand: position.onHand, unsellable: sum(Object.values(position.unsellable)), free: position.available };
}

/** What a movement that happens now makes of a position. */
export function after(numbers: Numbers, movement: Movement): Numbers {
  const units = movement.quantity ?? 0;
  if (movement.type === "status") {
    return { ...numbers, unsellable: sum([numbers.unsellable, units]), free: sum([numbers.free, -units]) };
  }

  const change = movement.type === "count" ? sum([units, -numbers.onHand]) : movement.type === "transfer" ? -units : movement.type === "correction" ? 0 : units;
  return { ...numbers, onHand: sum([numbers.onHand, change]), free: sum([numbers.free, change]) };
}

/** A number to write on the box of what is moved: the place that receives it records it by this. */
export function newDocument(): string {
  const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; // none that look like another
  return `T-${[...crypto.getRandomValues(new Uint8Array(6))].map(byte => letters[byte % letters.length]).join("")}`;
}
