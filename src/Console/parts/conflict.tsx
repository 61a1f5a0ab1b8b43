import { useEffect, useState } from "preact/hooks";
import type { Refused } from "../api/client.js";
import { asRefused } from "../api/use.js";
import { t } from "../text/text.js";
import { ErrorBox, Waiting } from "./states.js";
import { Time } from "./time.js";

/** The fields of something, each as text; one that is left out is empty. */
export type Values = Readonly<Record<string, string | undefined>>;

/** What somebody else has made of it meanwhile. */
export interface Theirs<V extends Values> {
  readonly values: V;
  readonly etag: string | null;
  readonly by?: string | null;
  readonly at?: string | null;
  readonly why?: string | null;
}

interface Props<V extends Values, F extends keyof V & string> {
  readonly fields: readonly F[];
  readonly nameOf: (field: F) => string;
  readonly textOf: (values: V, field: F) => string;
  readonly opened: V;
  readonly yours: V;
  /** Reads what it is now, with its ETag. */
  readonly read: () => Promise<Theirs<V>>;
  /** What is to be sent after each choice, with the ETag that was read. */
  readonly onTake: (values: V, etag: string | null) => void;
}

type Side = "opened" | "theirs" | "yours";
const Sides: readonly Side[] = ["opened", "theirs", "yours"];

/**
 * Somebody else has changed it (412): when it was opened, theirs now, and yours. Each field is taken from one of them; at first yours where you have changed
 * it, and theirs everywhere else. Sending again then replaces the version that is shown here, and no later one.
 */
export function Conflict<V extends Values, F extends keyof V & string>({ fields, nameOf, textOf, opened, yours, read, onTake }: Props<V, F>) {
  const [[before, mine]] = useState([opened, yours] as const); // what is taken goes into the form, and these stay as they were
  const [theirs, setTheirs] = useState<Theirs<V> | null>(null);
  const [error, setError] = useState<Refused | null>(null);
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});

  const take = (now: Theirs<V>, chosen: Readonly<Record<string, Side>>) => {
    setSides(chosen);
    const values = { opened: before, theirs: now.values, yours: mine };
    const taken: Partial<Record<F, V[F]>> = {};
    for (const field of fields) {
      taken[field] = values[chosen[field]!][field];
    }

    onTake({ ...mine, ...taken }, now.etag);
  };
  const ask = () => {
    setError(null);
    read().then(
      now => {
        setTheirs(now);
        take(now, Object.fromEntries(fields.map(field => [field, isSame(before, mine, field) ? "theirs" : "yours"])));
      },
      failure => setError(asRefused(failure)),
    );
  };
  useEffect(ask, []);

  if (theirs === null) {
    return error ? <ErrorBox error={error} onAgain={ask} /> : <Waiting />;
  }

  const values: Readonly<Record<Side, V>> = { opened: before, theirs: theirs.values, yours: mine };
  const shown = fields.filter(field => !isSame(before, mine, field) || !isSame(before, theirs.values, field));
  return (
    <section class="conflict" role="alert">
      <strong>{t("sheet.conflict")}</strong>
      <p class="hint">
        {[theirs.by, theirs.why].filter(part => part).join(": ")} <Time at={theirs.at} />
      </p>
      <table>
        <thead>
          <tr>
            <td />
            {Sides.map(side => (
              <th key={side} scope="col">
                {t(`sheet.conflict.${side}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(field => (
            <tr key={field} class={isSame(theirs.values, mine, field) ? undefined : "decide"}>
              <th scope="row">{nameOf(field)}</th>
              {Sides.map(side => (
                <td key={side} data-title={t(`sheet.conflict.${side}`)}>
                  <label class="check">
                    <input
                      type="radio"
                      name={`conflict-${field}`}
                      aria-label={`${nameOf(field)}: ${t(`sheet.conflict.${side}`)}`}
                      checked={sides[field] === side}
                      onChange={() => take(theirs, { ...sides, [field]: side })}
                    />
                    {textOf(values[side], field) || "–"}
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function isSame<V extends Values>(one: V, other: V, field: keyof V & string): boolean {
  return (one[field] ?? "") === (other[field] ?? "");
}
