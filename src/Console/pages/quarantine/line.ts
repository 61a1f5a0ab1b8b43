import { isolated } from "../../text/text.js";

/** A line of movements as JSON has it. */
export type LineFields = Readonly<Record<string, unknown>>;

/** What a type of movement has beside its id. */
const Common = ["sku", "location", "quantity", "unit", "occurredAt", "document"] as const;
export const FieldsOf: Readonly<Record<string, readonly string[]>> = {
  "receipt": ["status"],
  "sale": ["reservation", "channel"],
  "return": ["status"],
  "adjustment": ["reason"],
  "count": ["part"],
  "status": ["from", "to", "orSellable"],
  "expected": ["expectedOn", "kind", "confidence"],
  "transfer": ["to", "expectedOn"],
  "transfer-cancelled": ["to"],
  "correction": ["corrects", "declaration"],
};

export const Choices: Readonly<Record<string, readonly string[]>> = {
  kind: ["purchase-order", "transfer"],
  declaration: ["did-not-occur", "incorrect"],
};
export const Flags: readonly string[] = ["part", "orSellable"];
const Numbers: readonly string[] = ["quantity", "confidence"];

/** The fields of a form for a type, and those of the line that have no place in it. */
export function fieldsOf(line: LineFields): { readonly shown: readonly string[]; readonly strange: readonly string[] } {
  const type = typeof line["type"] === "string" ? line["type"] : "";
  const shown = [...Common, ...(FieldsOf[type] ?? [])];
  const known = new Set(["id", "type", ...shown]);
  return { shown, strange: Object.keys(line).filter(name => !known.has(name)) };
}

/** A line as text says it; null where the text is no JSON object. */
export function parse(text: string): LineFields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as LineFields) : null;
  } catch {
    return null;
  }
}

/** A line with a field as it was typed; an empty one is left out. */
export function withField(line: LineFields, name: string, text: string | boolean): LineFields {
  const value = typeof text === "string" && Numbers.includes(name) && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  const { [name]: _, ...others } = line;
  return value === "" || value === false ? others : name in line ? { ...line, [name]: value } : { ...line, [name]: value };
}

export function textOf(line: unknown): string {
  return typeof line === "string" ? line : JSON.stringify(line, null, 2);
}

/** The value of a field as a form shows it. */
export function shownValue(value: unknown): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

export interface Changed {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What differs between the line as it was sent and as it is now. */
export function changes(before: LineFields, after: LineFields): Changed[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map(name => ({ name, before: shownValue(before[name]), after: shownValue(after[name]) }))
    .filter(change => change.before !== change.after);
}

/** A line in a few words: what of which SKU, where. */
export function summary(line: unknown): string {
  if (typeof line !== "object" || line === null) {
    return shownValue(line);
  }

  const field = (name: string) => isolated(shownValue((line as LineFields)[name]));
  const place = field("location") === "" ? "" : `@ ${field("location")}`;
  const said = [field("type"), field("quantity"), field("sku"), place, field("order")].filter(part => part !== "").join(" ");
  return said === "" ? JSON.stringify(line) : said;
}
