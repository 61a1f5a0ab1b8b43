import { useEffect, useRef } from "preact/hooks";
import { t } from "../../text/text.js";
import type { Draft, Field } from "./movement.js";

interface Props {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** When a SKU was typed to its end. */
  readonly onSku?: (sku: string) => void;
  /** Fields that are marked as missing or wrong. */
  readonly wrong: readonly Field[];
  /** Changes when the next line begins: the SKU is then ready for the scanner. */
  readonly round?: number;
}

/** The fields of one kind of line. A scanner types like a keyboard and ends with Enter, which leads on to the quantity. */
export function LineFields({ draft, onChange, onSku, wrong, round = 0 }: Props) {
  const sku = useRef<HTMLInputElement>(null);
  const quantity = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (round > 0) {
      sku.current?.focus();
    }
  }, [round]);

  const field = (name: Field) => ({
    "value": draft[name],
    "maxLength": 128,
    "autocomplete": "off",
    "spellcheck": false,
    "aria-invalid": wrong.includes(name),
    "onInput": (event: { currentTarget: HTMLInputElement }) => onChange({ ...draft, [name]: event.currentTarget.value }),
  });

  return (
    <div class="line-fields">
      <label>
        <span>{t("filter.sku")}</span>
        <input
          {...field("sku")}
          ref={sku}
          autocapitalize="characters"
          enterkeyhint="next"
          onChange={event => onSku?.(event.currentTarget.value.trim())}
          onKeyDown={event => {
            if (event.key === "Enter") {
              event.preventDefault();
              quantity.current?.focus();
              quantity.current?.select();
            }
          }}
        />
      </label>
      <label>
        <span>{t(`record.quantity.${draft.kind}`)}</span>
        <input {...field("quantity")} ref={quantity} inputMode={draft.kind === "adjusted" ? "text" : "decimal"} enterkeyhint="done" />
      </label>
      {draft.kind === "adjusted" && (
        <label>
          <span>{t("sheet.reason")}</span>
          <input {...field("reason")} maxLength={1_000} spellcheck />
        </label>
      )}
      {draft.kind === "moved" && (
        <label>
          <span>{t("record.to")}</span>
          <input {...field("to")} />
        </label>
      )}
      {(draft.kind === "moved" || draft.kind === "received") && (
        <label>
          <span>{t(draft.kind === "moved" ? "record.document.moved" : "record.document")}</span>
          <input {...field("document")} />
        </label>
      )}
      {wrong.length > 0 && (
        <p class="error" role="alert">
          {wrong.map(name => t(`record.wrong.${name}`)).join(" ")}
        </p>
      )}
    </div>
  );
}
