import { useState } from "preact/hooks";
import { call, type Answered } from "../../api/client.js";
import type { ReservationShown } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { sayDone } from "../../parts/undo.js";
import { may, useMe } from "../../shell/session.js";
import { quantity, sum } from "../../text/format.js";
import { counted, t } from "../../text/text.js";
import { isOpen, keptOf, type Kept } from "./units.js";

type Verb = "confirm" | "fulfil" | "release";

/** What can be done with a reservation. Each has a step id, made when the sheet opens: pressed twice, or sent again, it is done once. */
export function StepButtons({ reservation, onChanged }: { reservation: ReservationShown; onChanged: () => void }) {
  const me = useMe();
  const [verb, setVerb] = useState<Verb | null>(null);
  if (!isOpen(reservation) || !may(me, "POST /v1/reservations/{id}/confirm")) {
    return null;
  }

  const verbs: readonly Verb[] = reservation.state === "held" ? ["confirm", "fulfil", "release"] : ["fulfil", "release"];
  return (
    <>
      <p class="buttons">
        {verbs.map(each => (
          <button key={each} type="button" onClick={() => setVerb(each)}>
            {t(`reservations.verb.${each}`)}
          </button>
        ))}
      </p>
      {verb && <StepSheet key={verb} verb={verb} reservation={reservation} onClose={() => setVerb(null)} onChanged={onChanged} />}
    </>
  );
}

function StepSheet({ verb, reservation, onClose, onChanged }: { verb: Verb; reservation: ReservationShown; onClose: () => void; onChanged: () => void }) {
  const [step] = useState(() => crypto.randomUUID());
  const kept = keptOf(reservation).filter(each => each.open > 0);
  const [ships, setShips] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(kept.map(each => [each.key, String(each.open)])));
  const isKit = kept.some(each => each.kit !== null);
  const isAll = kept.every(each => Number(ships[each.key]) === each.open);
  const chosen = kept.filter(each => Number(ships[each.key]) > 0);
  const isRight = kept.every(each => /^\d+(\.\d{1,4})?$/.test(ships[each.key] ?? "") && Number(ships[each.key]) <= each.open);
  const at = { path: { id: reservation.id }, query: { channel: reservation.channel } };
  const total = sum(kept.map(each => each.open));

  const act = (): Promise<Answered<ReservationShown>> =>
    verb === "confirm"
      ? call("POST /v1/reservations/{id}/confirm", { ...at, body: { step } })
      : verb === "release"
        ? call("POST /v1/reservations/{id}/release", { ...at, body: { step } })
        : call("POST /v1/reservations/{id}/fulfil", {
            ...at,
            body: isAll ? { step } : { step, lines: chosen.map(each => ({ sku: each.sku, quantity: Number(ships[each.key]), location: each.units.location })) },
          });

  return (
    <Action
      verb={t(`reservations.verb.${verb}`)}
      title={t(`reservations.title.${verb}`, { id: reservation.id })}
      isOpen
      onClose={onClose}
      isComplete={verb !== "fulfil" || (isRight && chosen.length > 0)}
      act={act}
      onDone={() => {
        sayDone(t(`reservations.done.${verb}`, { id: reservation.id }));
        onChanged();
      }}
    >
      <p>{counted(`reservations.effect.${verb}`, kept.length, { units: quantity(total) })}</p>
      {verb === "release" && <p class="error">{t("reservations.no-undo")}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("filter.sku")}</th>
            <th scope="col">{t("filter.location")}</th>
            <th scope="col" class="number">
              {t("reservations.kept")}
            </th>
            {verb === "fulfil" && (
              <th scope="col" class="number">
                {t("reservations.ship")}
              </th>
            )}
            <th scope="col" class="number">
              {t("reservations.after")}
            </th>
          </tr>
        </thead>
        <tbody>
          {kept.map(each => (
            <tr key={each.key}>
              <th scope="row">{each.sku}</th>
              <td data-title={t("filter.location")}>{each.units.location}</td>
              <td class="number" data-title={t("reservations.kept")}>
                {quantity(each.open)}
              </td>
              {verb === "fulfil" && (
                <td class="number" data-title={t("reservations.ship")}>
                  {isKit ? (
                    quantity(each.open)
                  ) : (
                    <Ship each={each} value={ships[each.key] ?? ""} onChange={value => setShips({ ...ships, [each.key]: value })} />
                  )}
                </td>
              )}
              <td class="number" data-title={t("reservations.after")}>
                {quantity(verb === "confirm" ? each.open : verb === "release" ? 0 : sum([each.open, -Number(ships[each.key]) || 0]))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">
        {t("reservations.step-id")} <code>{step}</code>
      </p>
    </Action>
  );
}

function Ship({ each, value, onChange }: { each: Kept; value: string; onChange: (value: string) => void }) {
  const name = t("reservations.ships", { sku: each.sku, location: each.units.location });
  return (
    <input
      class="short"
      inputMode="decimal"
      aria-label={name}
      aria-invalid={!(Number(value) >= 0 && Number(value) <= each.open)}
      value={value}
      onInput={event => onChange(event.currentTarget.value.trim().replace(",", "."))}
    />
  );
}
