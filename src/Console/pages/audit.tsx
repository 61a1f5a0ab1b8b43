import { Title } from "../parts/title.js";
import { Unknown } from "../parts/states.js";
import type { PageProps } from "../shell/pages.js";
import { has, useMe } from "../shell/session.js";
import { t } from "../text/text.js";
import { Actions } from "./audit/actions.js";
import { AsOf } from "./audit/as-of.js";
import { Ledger } from "./audit/ledger.js";
import { Verify } from "./audit/verify.js";

const Views = { "as-of": AsOf, "ledger": Ledger, "verify": Verify, "actions": Actions } as const;
type View = keyof typeof Views;

/** What auditors ask: stock at an instant, the ledger between two, whether history is whole, and who did what. */
export default function Audit({ parts }: PageProps) {
  const me = useMe();
  const view = parts["view"] ?? "as-of";
  const names = (Object.keys(Views) as View[]).filter(name => name === "ledger" || has(me, ["finance", "ops"]));
  if (!names.includes(view as View)) {
    return <Unknown />;
  }

  const Show = Views[view as View];
  return (
    <>
      <Title text={t(`audit.${view as View}`)} />
      <ul class="tabs">
        {names.map(name => (
          <li key={name}>
            <a href={`/console/audit/${name}`} aria-current={name === view ? "page" : undefined}>
              {t(`audit.${name}`)}
            </a>
          </li>
        ))}
      </ul>
      <Show />
    </>
  );
}
