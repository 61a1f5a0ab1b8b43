import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { MeAnswer } from "../api/types.js";

export type Role = "store" | "channel" | "planner" | "finance" | "ops";

export const Me = createContext<MeAnswer | null>(null);

export function useMe(): MeAnswer {
  const me = useContext(Me);
  if (me === null) {
    throw new Error("Nobody is signed in.");
  }

  return me;
}

/** Whether somebody has one of the roles. The API decides; this only leaves out what it would refuse. */
export function has(me: MeAnswer, roles: readonly Role[]): boolean {
  return roles.some(role => me.roles.includes(role));
}
