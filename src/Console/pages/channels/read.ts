import type { ChannelAnswer } from "../../api/types.js";
import { usePages } from "../../api/pages.js";
import type { Loaded } from "../../api/use.js";

/** As many as are looked at on one page. */
const Most = 100;

/** The caller's channels with how publishing to each goes. */
export function useChannels(): Loaded<readonly ChannelAnswer[]> {
  const list = usePages("GET /v1/channels", { query: { detail: "status", limit: Most } }, { topics: ["channel"] });
  return { ...list, data: list.data?.items ?? null };
}
