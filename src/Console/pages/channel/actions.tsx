import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import type { ChannelAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { TextField } from "../../parts/fields.js";
import { sayDone } from "../../parts/undo.js";
import { quantity } from "../../text/format.js";
import { counted, t } from "../../text/text.js";

type Open = "pause" | "resume" | "republish" | null;

/** What an operator does with all of a channel. */
export function Actions({ channel, onDone }: { channel: ChannelAnswer; onDone: () => void }) {
  const [open, setOpen] = useState<Open>(null);
  const path = { id: channel.id };
  const isPaused = channel.status?.paused ?? false;
  const close = () => setOpen(null);
  const pause = () => call("POST /v1/channels/{id}/pause", { path });
  const resume = () => call("POST /v1/channels/{id}/resume", { path });
  const waiting = { count: quantity(channel.status?.dirty ?? 0) };

  return (
    <>
      <button type="button" onClick={() => setOpen(isPaused ? "resume" : "pause")}>
        {t(isPaused ? "channel.resume" : "channel.pause")}
      </button>
      <button type="button" onClick={() => setOpen("republish")}>
        {t("channel.republish")}
      </button>
      <Action
        title={t("channel.pause.title", path)}
        verb={t("channel.pause")}
        typed={channel.id}
        isOpen={open === "pause"}
        onClose={close}
        act={pause}
        onDone={() => {
          sayDone(t("channel.paused.done", path), () => resume().then(onDone));
          onDone();
        }}
      >
        <p>{t("channel.pause.effect")}</p>
      </Action>
      <Action
        title={t("channel.resume.title", path)}
        verb={t("channel.resume")}
        isOpen={open === "resume"}
        onClose={close}
        act={resume}
        onDone={() => {
          sayDone(t("channel.resumed.done", path), () => pause().then(onDone));
          onDone();
        }}
      >
        <p>{t("channel.resume.effect", waiting)}</p>
      </Action>
      <Republish channel={channel} isOpen={open === "republish"} onClose={close} onDone={onDone} />
    </>
  );
}

/** Publishes the numbers of some SKUs, or of all, again. */
function Republish({ channel, isOpen, onClose, onDone }: { channel: ChannelAnswer; isOpen: boolean; onClose: () => void; onDone: () => void }) {
  const [prefix, setPrefix] = useState("");
  return (
    <Action
      title={t("channel.republish.title", { id: channel.id })}
      verb={t("channel.republish")}
      typed={channel.id}
      isOpen={isOpen}
      onClose={onClose}
      act={() => call("POST /v1/channels/{id}/republish", { path: { id: channel.id }, body: prefix === "" ? {} : { skuPrefix: prefix } })}
      onDone={answered => {
        sayDone(counted("channel.republished", answered.data.republished));
        onDone();
      }}
    >
      <p>{t("channel.republish.effect")}</p>
      <TextField label={t("channel.republish.prefix")} value={prefix} onChange={setPrefix} after={0} />
      <p class="hint">{prefix === "" ? t("channel.republish.all") : t("channel.republish.some", { prefix })}</p>
    </Action>
  );
}
