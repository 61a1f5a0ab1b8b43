import type { Texts } from "../texts.js";

export const stock = {
  "stock.counted": { en: "Counted", de: "Gezählt" },
  "sku.network": { en: "Stock of the network over time", de: "Bestand des Netzes im Zeitverlauf" },
  "sku.network.sentence.one": {
    en: "At {count} place there were {first} and are {last} at the end, {free} of them free.",
    de: "An {count} Ort waren es {first} und sind es am Ende {last}, davon {free} frei.",
  },
  "sku.network.sentence.other": {
    en: "At {count} places together there were {first} and are {last} at the end, {free} of them free.",
    de: "An {count} Orten zusammen waren es {first} und sind es am Ende {last}, davon {free} frei.",
  },
  "sku.places": { en: "Where it is", de: "Wo es ist" },
  "sku.places.count.one": { en: "{count} place", de: "{count} Ort" },
  "sku.places.count.other": { en: "{count} places", de: "{count} Orte" },
  "sku.nowhere": { en: "Nothing was ever recorded of this SKU.", de: "Von dieser SKU wurde nie etwas erfasst." },
  "sku.promises": { en: "What each channel may promise and has", de: "Was jeder Kanal zusagen darf und was er hat" },
  "sku.promises.none": { en: "Nothing of it is to be published to a channel.", de: "Nichts davon ist an einen Kanal zu veröffentlichen." },
  "sku.promises.same": { en: "Every channel has what may be promised.", de: "Jeder Kanal hat, was zugesagt werden darf." },
  "sku.promises.differ.one": {
    en: "{count} channel has another number than may be promised.",
    de: "{count} Kanal hat eine andere Menge, als zugesagt werden darf.",
  },
  "sku.promises.differ.other": {
    en: "{count} channels have another number than may be promised.",
    de: "{count} Kanäle haben eine andere Menge, als zugesagt werden darf.",
  },
} as const satisfies Texts;
