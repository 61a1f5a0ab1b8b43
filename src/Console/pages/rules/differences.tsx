import { t } from "../../text/text.js";
import { differing, fieldName, fieldText, type Draft } from "./draft.js";

/** What a rule was and what it is to be, field by field; only those that differ. */
export function Differences({ before, after }: { before: Draft; after: Draft }) {
  const fields = differing(before, after);
  return fields.length === 0 ? (
    <p class="hint">{t("rule.same")}</p>
  ) : (
    <table class="differences">
      <thead>
        <tr>
          <th scope="col">{t("rule.field")}</th>
          <th scope="col">{t("rule.before")}</th>
          <th scope="col">{t("rule.after")}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(field => (
          <tr key={field}>
            <th scope="row">{fieldName(field)}</th>
            <td data-title={t("rule.before")}>
              <del>{fieldText(before, field) || "–"}</del>
            </td>
            <td data-title={t("rule.after")}>
              <ins>{fieldText(after, field) || "–"}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
