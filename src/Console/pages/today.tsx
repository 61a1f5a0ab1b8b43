import type { ComponentType } from "preact";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import type { Role } from "../api/roles.js";
import { useMe } from "../shell/session.js";
import { t } from "../text/text.js";
import { ChannelToday } from "./today/channel.js";
import { FinanceToday } from "./today/finance.js";
import { OpsToday } from "./today/ops.js";
import { PlannerToday } from "./today/planner.js";
import { StoreToday } from "./today/store.js";

/** In the order in which somebody with several roles sees them. */
const Roles = ["ops", "planner", "finance", "store", "channel"] as const satisfies readonly Role[];
const Shown: Readonly<Record<Role, ComponentType>> = { ops: OpsToday, planner: PlannerToday, finance: FinanceToday, store: StoreToday, channel: ChannelToday };

/** What a person with a role sees first. */
export default function Today(_: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const own = Roles.filter(role => me.roles.includes(role));
  const role = own.find(each => each === query.get("role")) ?? own[0];
  const Show = role === undefined ? null : Shown[role];
  return (
    <>
      <Title text={t("nav.today")}>
        {own.length > 1 &&
          own.map(each => (
            <button key={each} type="button" aria-pressed={each === role} onClick={() => setQuery({ role: each })}>
              {t(`today.role.${each}`)}
            </button>
          ))}
      </Title>
      {Show && <Show key={role} />}
    </>
  );
}
