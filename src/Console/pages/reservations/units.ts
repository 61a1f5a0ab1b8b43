import type { AllocationShown, ReservationShown } from "../../api/types.js";
import { sum } from "../../text/format.js";

/** Units of one SKU that are kept, or were shipped, at one place. */
export interface Kept {
  readonly key: string;
  readonly sku: string;
  /** Of which kit it is a part; null for what was ordered itself. */
  readonly kit: string | null;
  readonly units: AllocationShown;
  readonly open: number;
}

/** What is kept of each line, by place. */
export function keptOf(reservation: ReservationShown): Kept[] {
  return reservation.lines.flatMap((line, index) => [
    ...line.allocations.map((units, at) => kept(`${index}.${at}`, line.sku, null, units)),
    ...(line.components ?? []).flatMap((component, part) =>
      component.allocations.map((units, at) => kept(`${index}.${part}.${at}`, component.sku, line.sku, units)),
    ),
  ]);
}

function kept(key: string, sku: string, kit: string | null, units: AllocationShown): Kept {
  return { key, sku, kit, units, open: sum([units.quantity, -units.fulfilled]) };
}

export function unitsOf(reservation: ReservationShown): number {
  return sum(reservation.lines.map(line => line.quantity));
}

export function placesOf(reservation: ReservationShown): string[] {
  return [...new Set(keptOf(reservation).map(each => each.units.location))];
}

/** Whether it still keeps units. */
export function isOpen(reservation: ReservationShown): boolean {
  return reservation.state === "held" || reservation.state === "confirmed";
}
