import { Title } from "../parts/title.js";
import { NotFor, Unknown } from "../parts/states.js";
import type { PageProps } from "../shell/pages.js";
import { may, useMe } from "../shell/session.js";
import { t } from "../text/text.js";
import { Actions } from "./audit/actions.js";
import { AsOf } from "./audit/as-of.js";
import { Ledger } from "./audit/ledger.js";
import { Verify } from "./audit/verify.js";

const Views = {
  "as-of": { show: AsOf, asks: "GET /v1/audit/as-of" },
  "ledger": { show: Ledger, asks: "GET /v1/audit/ledger" },
  "verify": { show: Verify, asks: "GET /v1/audit/verify" },
  "actions": { show: Actions, asks: "GET /v1/audit/actions" },
} as const;
type View = keyof typeof Views;

/** What auditors ask: stock at an instant, the ledger between two, whether history is whole, and who did what. */
export default function Audit({ parts }: PageProps) {
  const me = useMe();
  const all = Object.keys(Views) as View[];
  const names = all.filter(name => may(me, Views[name].asks));
  const view = parts["view"] === undefined ? names[0] : all.find(name => name === parts["view"]);
  if (view === undefined) {
    return <Unknown />;
  }

  const { show: Show, asks } = Views[view];
  return (
    <>
      <Title text={t(`audit.${view}`)} />
      <ul class="tabs">
        {names.map(name => (
          <li key={name}>
            <a href={`/console/audit/${name}`} aria-current={name === view ? "page" : undefined}>
              {t(`audit.${name}`)}
            </a>
          </li>
        ))}
      </ul>
      {may(me, asks) ? <Show /> : <NotFor operation={asks} />}
    </>
  );
}
