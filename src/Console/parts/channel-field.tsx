import { usePages } from "../api/pages.js";
import { may, useMe } from "../shell/session.js";
import { t } from "../text/text.js";
import { Choice, TextField } from "./fields.js";

/** One of the channels that the caller may see. */
export function ChannelField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const me = useMe();
  const list = usePages("GET /v1/channels", may(me, "GET /v1/channels") ? { query: { limit: 1000 } } : null);
  const choices = list.rows.map(channel => [channel.id, channel.id] as const);
  return list.data === null || (value !== "" && !choices.some(([id]) => id === value)) ? (
    <TextField label={t("filter.channel")} value={value} onChange={onChange} />
  ) : (
    <Choice label={t("filter.channel")} value={value} choices={choices} none="" onChange={onChange} />
  );
}
