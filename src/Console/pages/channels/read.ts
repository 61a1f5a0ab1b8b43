import { useEffect, useState } from "preact/hooks";
import { call } from "../../api/client.js";
import type { ChannelAnswer } from "../../api/types.js";
import { usePages } from "../../api/pages.js";
import type { Loaded } from "../../api/use.js";

/** As many as are looked at on one page. */
const Most = 50;

/** The caller's channels with how publishing to each goes. */
export function useChannels(): Loaded<readonly ChannelAnswer[]> {
  const list = usePages("GET /v1/channels", { query: { limit: Most } }, { topics: ["channel"] });
  const [detailed, setDetailed] = useState<readonly ChannelAnswer[] | null>(null);
  const page = list.data;
  useEffect(() => {
    if (page === null) {
      return;
    }

    const aborting = new AbortController();
    const each = (channel: ChannelAnswer) =>
      call("GET /v1/channels/{id}", { path: { id: channel.id } }, { signal: aborting.signal }).then(
        answered => answered.data,
        () => channel, // it is shown without its state
      );
    void Promise.all(page.items.map(each)).then(read => aborting.signal.aborted || setDetailed(read));
    return () => aborting.abort();
  }, [page]);

  return { ...list, data: list.data === null ? null : detailed };
}
