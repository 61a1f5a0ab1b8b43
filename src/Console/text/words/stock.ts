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
  "stock.search": { en: "SKU begins with", de: "SKU beginnt mit" },
  "stock.group": { en: "Group of locations", de: "Gruppe von Orten" },
  "stock.state.below-zero": { en: "below zero", de: "unter null" },
  "stock.state.below-safety": { en: "below safety stock", de: "unter Sicherheitsbestand" },
  "stock.state.never-counted": { en: "never counted", de: "nie gezählt" },
  "stock.state.held-beyond-on-hand": { en: "held beyond on hand", de: "mehr reserviert als da" },
  "stock.count.below-zero.one": { en: "{count} below zero", de: "{count} unter null" },
  "stock.count.below-zero.other": { en: "{count} below zero", de: "{count} unter null" },
  "stock.count.below-safety.one": { en: "{count} below safety stock", de: "{count} unter Sicherheitsbestand" },
  "stock.count.below-safety.other": { en: "{count} below safety stock", de: "{count} unter Sicherheitsbestand" },
  "stock.count.never-counted.one": { en: "{count} never counted", de: "{count} nie gezählt" },
  "stock.count.never-counted.other": { en: "{count} never counted", de: "{count} nie gezählt" },
  "stock.count.held-beyond-on-hand.one": { en: "{count} held beyond on hand", de: "{count} mehr reserviert als da" },
  "stock.count.held-beyond-on-hand.other": { en: "{count} held beyond on hand", de: "{count} mehr reserviert als da" },
  "stock.totals": { en: "What each place has", de: "Was jeder Ort hat" },
  "stock.totals.sentence.one": { en: "{count} place has {onHand} on hand, {free} of them free.", de: "{count} Ort hat {onHand} Bestand, davon {free} frei." },
  "stock.totals.sentence.other": {
    en: "{count} places have {onHand} on hand, {free} of them free.",
    de: "{count} Orte haben {onHand} Bestand, davon {free} frei.",
  },
  "stock.positions": { en: "Positions", de: "Positionen" },
  "stock.none": {
    en: "Nothing was recorded yet. Systems send movements with POST /v1/movements; stores record them on the page Record.",
    de: "Es wurde noch nichts erfasst. Systeme senden Bewegungen mit POST /v1/movements; Filialen erfassen sie auf der Seite Erfassen.",
  },
} as const satisfies Texts;
