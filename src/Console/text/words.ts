// One line for each area.
export * from "./words/alerts.js";
export * from "./words/audit.js";
export * from "./words/channels.js";
export * from "./words/drifts.js";
export * from "./words/parts.js";
export * from "./words/policy.js";
export * from "./words/position.js";
export * from "./words/promise.js";
export * from "./words/quarantine.js";
export * from "./words/record.js";
export * from "./words/reservations.js";
export * from "./words/rules.js";
export * from "./words/shell.js";
export * from "./words/stock.js";
export * from "./words/system.js";
export * from "./words/today.js";
export * from "./words/trying.js";
