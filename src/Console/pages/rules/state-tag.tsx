import { named } from "../../text/text.js";

const Classes: Readonly<Record<string, string>> = { "in-force": "good", "ahead": "warn" };

/** Whether a version of a rule is in force, in words and colour. */
export function StateTag({ state }: { state: string }) {
  return <span class={`tag ${Classes[state] ?? ""}`}>{named("rule.state", state)}</span>;
}
