import { namedFields } from "../../parts/named-fields.js";
import { named, t } from "../../text/text.js";
import { Choices, fieldsOf, FieldsOf, Flags, shownValue, withField, type LineFields } from "./line.js";

interface Props {
  readonly line: LineFields;
  readonly onChange: (line: LineFields) => void;
  /** Why it was rejected; the fields that it names are marked. */
  readonly detail: string;
  /** Whether the id may be typed: there is none, or it is taken. */
  readonly mayNameId: boolean;
  readonly isReadOnly: boolean;
}

/** A rejected line as a form, with the fields of its type. */
export function LineForm({ line, onChange, detail, mayNameId, isReadOnly }: Props) {
  const wrong = namedFields(detail);
  const { shown, strange } = fieldsOf(line);
  const type = shownValue(line["type"]);
  const change = (name: string, value: string | boolean) => onChange(withField(line, name, value));
  return (
    <div class="line-form">
      <label>
        <span>{named("quarantine.field", "id")}</span>
        <input
          value={shownValue(line["id"])}
          readOnly={isReadOnly || !mayNameId}
          aria-describedby="quarantine-id"
          onInput={event => change("id", event.currentTarget.value)}
        />
        <small id="quarantine-id">{t(mayNameId ? "quarantine.id.free" : "quarantine.id.locked")}</small>
      </label>
      <label>
        <span>{named("quarantine.field", "type")}</span>
        <select value={type} disabled={isReadOnly} aria-invalid={wrong.has("type")} onChange={event => change("type", event.currentTarget.value)}>
          {!(type in FieldsOf) && <option value={type}>{type}</option>}
          {Object.keys(FieldsOf).map(each => (
            <option key={each} value={each}>
              {named("quarantine.type", each)}
            </option>
          ))}
        </select>
        {wrong.has("type") && <small class="differs">{t("quarantine.wrong")}</small>}
      </label>
      {shown.map(name => (
        <OneField key={name} name={name} value={line[name]} isWrong={wrong.has(name)} isReadOnly={isReadOnly} onChange={value => change(name, value)} />
      ))}
      {strange.length > 0 && (
        <fieldset>
          <legend>{t("quarantine.strange")}</legend>
          {strange.map(name => (
            <p key={name} class={wrong.has(name) ? "differs" : undefined}>
              <code>{name}</code> {shownValue(line[name])}{" "}
              {!isReadOnly && (
                <button type="button" onClick={() => change(name, "")}>
                  {t("quarantine.leave-out", { name })}
                </button>
              )}
            </p>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function OneField({
  name,
  value,
  isWrong,
  isReadOnly,
  onChange,
}: {
  name: string;
  value: unknown;
  isWrong: boolean;
  isReadOnly: boolean;
  onChange: (value: string | boolean) => void;
}) {
  if (Flags.includes(name)) {
    return (
      <label class="check">
        <input type="checkbox" checked={value === true} disabled={isReadOnly} onChange={event => onChange(event.currentTarget.checked)} />
        <span>{named("quarantine.field", name)}</span>
      </label>
    );
  }

  const choices = Choices[name];
  return (
    <label>
      <span>{named("quarantine.field", name)}</span>
      {choices === undefined ? (
        <input
          value={shownValue(value)}
          readOnly={isReadOnly}
          maxLength={1_000}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={isWrong}
          inputMode={name === "quantity" || name === "confidence" ? "decimal" : "text"}
          placeholder={name === "occurredAt" ? "2026-11-30T10:00:00Z" : name === "expectedOn" ? "2026-12-04" : undefined}
          onInput={event => onChange(event.currentTarget.value)}
        />
      ) : (
        <select value={shownValue(value)} disabled={isReadOnly} aria-invalid={isWrong} onChange={event => onChange(event.currentTarget.value)}>
          <option value="" />
          {value !== undefined && !choices.includes(shownValue(value)) && <option value={shownValue(value)}>{shownValue(value)}</option>}
          {choices.map(choice => (
            <option key={choice} value={choice}>
              {named("quarantine.choice", choice)}
            </option>
          ))}
        </select>
      )}
      {isWrong && <small class="differs">{t("quarantine.wrong")}</small>}
    </label>
  );
}
