import type { ComponentChildren } from "preact";
import { ChannelField } from "../../parts/channel-field.js";
import { Choice, InstantField, NumberField } from "../../parts/fields.js";
import { named, t } from "../../text/text.js";
import { emptyDraft, fieldName, fieldsOf, Kinds, levelsOf, type Draft, type Field, type Kind } from "./draft.js";
import { sentence } from "./sentence.js";

interface Props {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Whether the kind may be chosen: of a rule that exists it stays. */
  readonly hasKind: boolean;
}

/** A rule by its kind: only the fields that the kind has, and the sentence that they make. */
export function RuleForm({ draft, onChange, hasKind }: Props) {
  // An amount is one of units or of percent: choosing one empties the other.
  const set = (field: Field, value: string | null) =>
    onChange({ ...draft, [field]: value ?? "", ...(field === "mode" ? { [value === "percent" ? "quantity" : "percent"]: "" } : {}) });
  return (
    <div class="rule-form">
      {hasKind && (
        <Choice
          label={t("rule.kind")}
          value={draft.kind}
          choices={Kinds.map(kind => [kind, named("rule.kind", kind)] as const)}
          onChange={kind => onChange(ofKind(draft, kind as Kind))}
        />
      )}
      {fieldsOf(draft).map(field => (
        <OneField key={field} field={field} draft={draft} set={set} />
      ))}
      <p class="sentence" role="status">
        {sentence(draft)}
      </p>
    </div>
  );
}

/** Another kind of rule about the same things. */
function ofKind(draft: Draft, kind: Kind): Draft {
  const { channel, sku, location, locationGroup, effectiveFrom, effectiveTo } = draft;
  const kept = Object.fromEntries(Object.entries({ channel, sku, location, locationGroup, effectiveFrom, effectiveTo }).filter(([, value]) => value));
  return { ...emptyDraft(kind), ...kept, kind };
}

function OneField({ field, draft, set }: { field: Field; draft: Draft; set: (field: Field, value: string | null) => void }): ComponentChildren {
  const value = draft[field] ?? "";
  const label = fieldName(field);
  switch (field) {
    case "channel":
      return <ChannelField value={value} onChange={text => set(field, text)} />;
    case "sku":
      return <Line label={label} value={value} hint={t("rule.left-out")} onInput={text => set(field, text)} />;
    case "location":
    case "locationGroup": {
      const other = field === "location" ? draft.locationGroup : draft.location;
      return other && value === "" ? null : <Line label={label} value={value} hint={t("rule.left-out")} onInput={text => set(field, text)} />;
    }
    case "level":
      return <Words field={field} value={value || "location"} words={["location", "network"]} set={set} />;
    case "mode":
      return <Words field={field} value={value || "fixed"} words={["fixed", "percent"]} set={set} />;
    case "supplyKind":
      return (
        <Choice
          label={label}
          value={value}
          none={t("rule.all")}
          choices={["purchase-order", "transfer"].map(word => [word, named("supply", word)] as const)}
          onChange={text => set(field, text)}
        />
      );
    case "allowed":
      return (
        <Choice
          label={label}
          value={value}
          choices={[
            ["true", t("rule.yes")],
            ["false", t("rule.no")],
          ]}
          onChange={text => set(field, text)}
        />
      );
    case "borrow":
      return (
        <label class="check">
          <input type="checkbox" checked={value === "true"} onChange={event => set(field, String(event.currentTarget.checked))} />
          <span>{label}</span>
        </label>
      );
    case "releaseAt":
      return <InstantField label={label} value={value || null} none="" onChange={at => set(field, at)} />;
    case "effectiveFrom":
      return <InstantField label={label} value={value || null} onChange={at => set(field, at)} />;
    case "effectiveTo":
      return <InstantField label={label} value={value || null} none={t("rule.for-ever")} onChange={at => set(field, at)} />;
    case "levels":
      return <Levels draft={draft} set={set} />;
    case "priority":
      return <NumberField label={label} value={value || null} min={-1_000_000} step="1" onChange={text => set(field, text)} />;
    case "horizonDays":
      return <NumberField label={label} value={value || null} step="1" onChange={text => set(field, text)} />;
    default:
      return <NumberField label={label} value={value || null} onChange={text => set(field, text)} />;
  }
}

/** A field of which every key counts: what is typed is sent as it stands. */
export function Line({
  label,
  value,
  onInput,
  hint,
  isRequired = false,
}: {
  label: string;
  value: string;
  onInput: (text: string) => void;
  hint?: string;
  isRequired?: boolean;
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        maxLength={128}
        required={isRequired}
        autocomplete="off"
        spellcheck={false}
        placeholder={hint}
        onInput={event => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

function Words({ field, value, words, set }: { field: Field; value: string; words: readonly string[]; set: (field: Field, value: string) => void }) {
  return (
    <Choice
      label={fieldName(field)}
      value={value}
      choices={words.map(word => [word, named(`rule.${field}`, word)] as const)}
      onChange={text => set(field, text)}
    />
  );
}

/** Names of levels with their upper bounds; the last one has none. */
function Levels({ draft, set }: { draft: Draft; set: (field: Field, value: string) => void }) {
  const levels = levelsOf(draft);
  const change = (at: number, level: { name: string; upTo: number | null } | null) =>
    set("levels", JSON.stringify(level === null ? levels.toSpliced(at, 1) : levels.toSpliced(at, 1, level)));
  return (
    <fieldset class="levels">
      <legend>{fieldName("levels")}</legend>
      {levels.map((level, index) => (
        <div key={index} class="level">
          <Line label={t("rule.level.name")} value={level.name} isRequired onInput={name => change(index, { name, upTo: level.upTo ?? null })} />
          <NumberField
            label={t("rule.level.up-to")}
            value={level.upTo == null ? null : String(level.upTo)}
            min={-1_000_000_000}
            onChange={text => change(index, { name: level.name, upTo: text === null ? null : Number(text) })}
          />
          <button type="button" onClick={() => change(index, null)} aria-label={t("rule.level.remove", { name: level.name })}>
            ×
          </button>
        </div>
      ))}
      <button type="button" onClick={() => set("levels", JSON.stringify([...levels, { name: "", upTo: null }]))}>
        {t("rule.level.add")}
      </button>
    </fieldset>
  );
}
