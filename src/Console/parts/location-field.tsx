import { ownLocations, useMe } from "../shell/session.js";
import { t } from "../text/text.js";
import { Choice, TextField } from "./fields.js";

/** One of the caller's own locations; any for somebody who sees all. */
export function LocationField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const own = ownLocations(useMe());
  return own.length === 0 ? (
    <TextField label={t("filter.location")} value={value} onChange={onChange} />
  ) : (
    <Choice label={t("filter.location")} value={value} choices={own.map(each => [each, each] as const)} onChange={onChange} />
  );
}
