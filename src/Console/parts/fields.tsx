import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { fromField, toField, zone } from "../text/format.js";
import { t } from "../text/text.js";

/** The text of a field while it is typed: what is read again meanwhile draws the page anew, and must not take it away. */
function useTyped(value: string): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  // At once: what is typed between drawing and a later effect would be gone.
  useLayoutEffect(() => setText(value), [value]);
  return [text, setText];
}

/** What was typed counts after so many milliseconds without typing. */
function useSettled(text: string, value: string, after: number, onChange: (text: string) => void): void {
  // What it is changed to goes into the form as it is by then: another field of it may have changed meanwhile.
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };
  useEffect(() => {
    if (text === value) {
      return;
    }

    const timer = setTimeout(() => text !== latest.current.value && latest.current.onChange(text), after);
    return () => clearTimeout(timer);
  }, [text]);
}

/** Milliseconds. */
const Pause = 400;

interface TextProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  /** Milliseconds without typing before it counts; on leaving the field and Enter it counts at once. */
  readonly after?: number;
  readonly isRequired?: boolean;
}

/** A filter that is typed. */
export function TextField({ label, value, onChange, after = Pause, isRequired = false }: TextProps) {
  const [text, setText] = useTyped(value ?? "");
  useSettled(text.trim(), value ?? "", after, onChange);

  return (
    <label>
      <span>{label}</span>
      <input
        value={text}
        maxLength={128}
        required={isRequired}
        autocomplete="off"
        spellcheck={false}
        onInput={event => setText(event.currentTarget.value)}
        onChange={event => onChange(event.currentTarget.value.trim())}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
  /** The text of no choice; without it one has to be made. */
  readonly none?: string;
}

export function Choice({ label, value, choices, onChange, none }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value ?? ""} onChange={event => onChange(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/**
 * An instant, typed in the shown zone; empty is null, which means now where `none` says nothing else. It counts a moment after it was typed, on leaving the
 * field and on Enter: the browser reports each digit as a change, and a year of one digit is a time that nobody means.
 */
export function InstantField({
  label,
  value,
  onChange,
  none = t("filter.now"),
}: {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
  none?: string;
}) {
  const before = toField(value);
  const [text, setText] = useTyped(before);
  const change = (typed: string) => typed !== before && onChange(fromField(typed));
  useSettled(/^[1-9]\d{3}-/.test(text) ? text : before, before, Pause, change);
  return (
    <label>
      <span>
        {label} <small>({zone()})</small>
      </span>
      <input
        type="datetime-local"
        step={1}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
        onBlur={event => change(event.currentTarget.value)}
        onKeyDown={event => event.key === "Enter" && change(event.currentTarget.value)}
      />
      {value === null && none !== "" && <small class="hint">{none}</small>}
    </label>
  );
}

/** A decimal number, which counts a moment after it was typed, on leaving the field and on Enter; null while the field is empty. */
export function NumberField({
  label,
  value,
  onChange,
  min = 0,
  step = "any",
}: {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
  min?: number;
  step?: string;
}) {
  const [text, setText] = useTyped(value ?? "");
  const change = (typed: string) => onChange(typed === "" ? null : typed);
  useSettled(text, value ?? "", Pause, change);
  return (
    <label>
      <span>{label}</span>
      <input
        type="number"
        inputMode="decimal"
        min={min}
        step={step}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
        onChange={event => change(event.currentTarget.value)}
      />
    </label>
  );
}
