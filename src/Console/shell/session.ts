import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { RolesOf, type Role } from "../api/roles.js";
import type { MeAnswer } from "../api/types.js";

export const Me = createContext<MeAnswer | null>(null);

export function useMe(): MeAnswer {
  const me = useContext(Me);
  if (me === null) {
    throw new Error("Nobody is signed in.");
  }

  return me;
}

/** Whether somebody has one of the roles. */
export function has(me: MeAnswer, roles: readonly Role[]): boolean {
  return roles.some(role => me.roles.includes(role));
}

/** Whether somebody may use an operation. */
export function may(me: MeAnswer, operation: keyof typeof RolesOf): boolean {
  return has(me, RolesOf[operation]);
}

/** The locations that a caller may name; nothing for somebody who sees all, or all with a beginning. */
export function ownLocations(me: MeAnswer): readonly string[] {
  return me.locations.filter(location => !location.endsWith("*"));
}
