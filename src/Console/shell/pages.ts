import type { ComponentType } from "preact";
import type { TextKey } from "../text/text.js";
import type { Role } from "../api/roles.js";
import type { MeAnswer } from "../api/types.js";
import { match, type Route } from "./router.js";
import { has } from "./session.js";

export interface PageProps {
  /** The parts of the address. */
  readonly parts: Record<string, string>;
}

export interface Page {
  readonly title: TextKey;
  /** Who may open it; the API decides what they see on it. */
  readonly roles: readonly Role[];
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** Its place in the navigation; pages that others lead to have none. */
  readonly isMain?: boolean;
  /** The key after `g` that opens it. */
  readonly key?: string;
}

const Everybody: readonly Role[] = ["store", "channel", "planner", "finance", "ops"];
const Readers: readonly Role[] = ["planner", "finance", "ops"];
const Sellers: readonly Role[] = ["channel", ...Readers];
const Inside: readonly Role[] = ["store", ...Readers];

/** Every page with its address; those of the navigation in its order. */
export const Pages: readonly Route<Page>[] = [
  { pattern: "/console", page: { title: "nav.today", roles: Everybody, isMain: true, key: "h", load: () => import("../pages/today.js") } },
  { pattern: "/console/stock", page: { title: "nav.stock", roles: Inside, isMain: true, key: "s", load: () => import("../pages/stock.js") } },
  { pattern: "/console/stock/{sku}", page: { title: "nav.stock", roles: Inside, load: () => import("../pages/sku.js") } },
  { pattern: "/console/stock/{sku}/{location}", page: { title: "nav.stock", roles: Inside, load: () => import("../pages/position.js") } },
  { pattern: "/console/promise", page: { title: "nav.promise", roles: Everybody, isMain: true, key: "p", load: () => import("../pages/promise.js") } },
  { pattern: "/console/promise/{sku}", page: { title: "nav.promise", roles: Everybody, load: () => import("../pages/promise.js") } },
  { pattern: "/console/rules", page: { title: "nav.rules", roles: Readers, isMain: true, key: "r", load: () => import("../pages/rules.js") } },
  { pattern: "/console/rules/{id}", page: { title: "nav.rules", roles: Readers, load: () => import("../pages/rule.js") } },
  { pattern: "/console/what-if", page: { title: "nav.what-if", roles: Readers, isMain: true, key: "w", load: () => import("../pages/what-if.js") } },
  { pattern: "/console/channels", page: { title: "nav.channels", roles: Sellers, isMain: true, key: "c", load: () => import("../pages/channels.js") } },
  { pattern: "/console/channels/{id}", page: { title: "nav.channels", roles: Sellers, load: () => import("../pages/channel.js") } },
  { pattern: "/console/channels/{id}/orders/{order}", page: { title: "channel.order", roles: Sellers, load: () => import("../pages/order.js") } },
  { pattern: "/console/channels/{id}/oversells/{order}", page: { title: "oversell", roles: Readers, load: () => import("../pages/oversell.js") } },
  {
    pattern: "/console/reservations",
    page: { title: "nav.reservations", roles: Everybody, isMain: true, key: "v", load: () => import("../pages/reservations.js") },
  },
  { pattern: "/console/reservations/{id}", page: { title: "nav.reservations", roles: Everybody, load: () => import("../pages/reservations.js") } },
  {
    pattern: "/console/reconciliation",
    page: { title: "nav.reconciliation", roles: Readers, isMain: true, key: "d", load: () => import("../pages/reconciliation.js") },
  },
  { pattern: "/console/reconciliation/accuracy", page: { title: "nav.reconciliation", roles: Readers, load: () => import("../pages/accuracy.js") } },
  { pattern: "/console/reconciliation/policy", page: { title: "nav.reconciliation", roles: Readers, load: () => import("../pages/policy.js") } },
  { pattern: "/console/reconciliation/{run}", page: { title: "nav.reconciliation", roles: Readers, load: () => import("../pages/reconciliation.js") } },
  {
    pattern: "/console/quarantine",
    page: { title: "nav.quarantine", roles: ["store", "ops"], isMain: true, key: "q", load: () => import("../pages/quarantine.js") },
  },
  { pattern: "/console/quarantine/{id}", page: { title: "nav.quarantine", roles: ["store", "ops"], load: () => import("../pages/quarantine.js") } },
  { pattern: "/console/alerts", page: { title: "nav.alerts", roles: Everybody, isMain: true, key: "l", load: () => import("../pages/alerts.js") } },
  { pattern: "/console/record", page: { title: "nav.record", roles: ["store", "ops"], isMain: true, key: "m", load: () => import("../pages/record.js") } },
  { pattern: "/console/audit", page: { title: "nav.audit", roles: Readers, isMain: true, key: "a", load: () => import("../pages/audit.js") } },
  { pattern: "/console/audit/{view}", page: { title: "nav.audit", roles: Readers, load: () => import("../pages/audit.js") } },
  { pattern: "/console/system", page: { title: "nav.system", roles: ["ops"], isMain: true, key: "y", load: () => import("../pages/system.js") } },
];

/** The page at a path, with the parts of its address; null where there is none. */
export function pageAt(path: string): { readonly page: Page; readonly parts: Record<string, string> } | null {
  for (const { pattern, page } of Pages) {
    const parts = match(pattern, path);
    if (parts !== null) {
      return { page, parts };
    }
  }

  return null;
}

/** Whether somebody may open the page at an address. */
export function mayOpen(me: MeAnswer, address: string): boolean {
  const found = pageAt(address.split("?")[0]!);
  return found !== null && has(me, found.page.roles);
}
