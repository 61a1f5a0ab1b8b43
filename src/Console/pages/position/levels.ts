import type { SeriesPoint } from "../../api/types.js";
import { sum } from "../../text/format.js";

/** As what was known then, or as what is known now. */
export type Kind = "then" | "now";

/** What is shown of a position, in this order. */
export const Rows = ["onHand", "reserved", "unsellable", "safety", "fenced", "free", "inTransit"] as const;
export type Row = (typeof Rows)[number];
export const RowNames = {
  onHand: "quantity.on-hand",
  reserved: "quantity.reserved",
  unsellable: "quantity.unsellable",
  safety: "quantity.safety",
  fenced: "quantity.ring-fenced",
  free: "quantity.free",
  inTransit: "quantity.in-transit",
} as const;

export function level(point: SeriesPoint, row: Row): number {
  switch (row) {
    case "unsellable":
      return sum(Object.values(point.unsellable));
    case "fenced":
      return sum(Object.values(point.allocations ?? {}));
    case "safety":
      return point.safetyStock;
    default:
      return point[row];
  }
}
