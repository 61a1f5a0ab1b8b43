import { settings } from "../shell/settings.js";
import type { Texts } from "./texts.js";
import * as areas from "./words.js";

type Areas = typeof areas;
type KeyOf<T> = T extends unknown ? keyof T : never;

export type TextKey = KeyOf<Areas[keyof Areas]> & string;
export type CountedKey = TextKey extends infer Key ? (Key extends `${infer Name}.other` ? Name : never) : never;

export const Languages = { en: "English", de: "Deutsch" } as const;
type Language = keyof typeof Languages;

const texts: Texts = Object.assign({}, ...Object.values(areas)) as Texts;
const plurals = new Map<string, Intl.PluralRules>();

/** The locale of numbers and times. */
export function locale(): string {
  const { language } = settings();
  return language === "en" || language === "long" ? (navigator.languages.find(name => name.startsWith("en")) ?? "en-GB") : language;
}

function word(key: string): string | null {
  const text = texts[key];
  const { language } = settings();
  return text === undefined ? null : language === "long" ? longer(text.en) : (text[language as Language] ?? text.en);
}

/** A word 40 % longer: in this language a test looks for what is cut off. */
function longer(text: string): string {
  return `${text} ${"ė".repeat(Math.ceil(text.length * 0.4))}`;
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(/\{([\w-]+)\}/g, (whole, name: string, at: number) => {
    const value = isolated(String(values[name] ?? whole));
    // An abbreviation that ends a sentence, as a German "Std.", has its full stop already.
    return value.endsWith(".") && text[at + whole.length] === "." ? value.slice(0, -1) : value;
  });
}

/** Marks and letters that turn the direction of what follows them. */
const Turning = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** A text that somebody else has chosen: the direction that its marks give it ends with it. */
export function isolated(text: string): string {
  return Turning.test(text) ? `\u2068${text}\u2069` : text;
}

/** The name of what there is of a SKU at a place. */
export function positionName({ sku, location }: { readonly sku: string; readonly location: string }): string {
  return `${isolated(sku)} @ ${isolated(location)}`;
}

/** A text in the chosen language. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return fill(word(key) ?? key, values);
}

/** The word for something that the API names, such as a type; a name that is newer than these words is shown as it is. */
export function named(area: string, name: string): string {
  return word(`${area}.${name}`) ?? name;
}

/** A text that goes with a count. */
export function counted(key: CountedKey, count: number, values: Record<string, string | number> = {}): string {
  let rules = plurals.get(locale());
  if (rules === undefined) {
    rules = new Intl.PluralRules(locale());
    plurals.set(locale(), rules);
  }

  const form = rules.select(count) === "one" ? "one" : "other";
  return t(`${key}.${form}` as TextKey, { count: new Intl.NumberFormat(locale()).format(count), ...values });
}

/** Texts as one enumeration. */
export function listed(texts: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(texts);
}
