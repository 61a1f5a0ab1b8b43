import type { Operation } from "./client.js";

export type Role = "store" | "channel" | "planner" | "finance" | "ops";

const Readers = ["planner", "finance", "ops"] as const;
const Sellers = ["channel", ...Readers] as const;

/** Who may use an operation that is not for everybody. The API decides; pages neither ask for nor show what it would refuse. */
export const RolesOf = {
  "GET /v1/alerts/history": Readers,
  "POST /v1/alerts/{id}/acknowledge": ["ops"],
  "GET /v1/audit/actions": ["finance", "ops"],
  "GET /v1/audit/as-of": ["finance", "ops"],
  "GET /v1/audit/ledger": Readers,
  "GET /v1/audit/verify": ["finance", "ops"],
  "GET /v1/channels": Sellers,
  "PUT /v1/channels/{id}": ["ops"],
  "GET /v1/channels/{id}/oversells/{order}": Readers,
  "GET /v1/channels/{id}/publications": Sellers,
  "GET /v1/operations/series": Readers,
  "GET /v1/publications": Sellers,
  "GET /v1/quarantine/summary": ["ops"],
  "POST /v1/quarantine/{id}/replay": ["ops"],
  "POST /v1/reconciliations/drifts/settle": ["ops"],
  "POST /v1/reservations/{id}/confirm": ["channel", "ops"],
  "POST /v1/rules/preview": ["planner", "ops"],
  "POST /v1/rules/simulate": ["planner"],
  "PUT /v1/rules/{id}": ["planner"],
  "POST /v1/rules/{id}/approve": ["planner"],
} as const satisfies Partial<Record<Operation, readonly Role[]>>;
