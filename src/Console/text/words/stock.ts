import type { Texts } from "../texts.js";

export const stock = {
  "stock.counted": { en: "Counted", de: "Gezählt" },
} as const satisfies Texts;
