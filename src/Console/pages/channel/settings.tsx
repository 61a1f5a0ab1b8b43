import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import type { Loaded } from "../../api/use.js";
import type { ChannelAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Choice, NumberField, TextField } from "../../parts/fields.js";
import { Shown } from "../../parts/states.js";
import { sayDone } from "../../parts/undo.js";
import { quantity } from "../../text/format.js";
import { t } from "../../text/text.js";

const Adapters = ["none", "log", "webhook", "rabbitmq", "shopify", "amazon", "walmart", "adobe-commerce"];
const Secret = /secret|token|password|passphrase|credential|key|authorization|signature|cookie|bearer|private/i;
const Count = /^(batchSize|timeoutSeconds|promiseSeconds|readBackMinutes|feedFrom|bulkFrom)$/;

/** The form as typed: settings by name, as text; what is nested is JSON. */
interface Draft {
  readonly adapter: string;
  readonly timeZone: string;
  readonly rateLimit: string | null;
  readonly minimumInterval: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** How the channel is reached. Secrets can be written and never read. */
export function Settings({ channel, mayAct }: { channel: Loaded<ChannelAnswer>; mayAct: boolean }) {
  return <Shown of={channel}>{answer => <Form key={answer.version} answer={answer} etag={channel.etag} mayAct={mayAct} onDone={channel.readAgain} />}</Shown>;
}

function Form({ answer, etag, mayAct, onDone }: { answer: ChannelAnswer; etag: string | null; mayAct: boolean; onDone: () => void }) {
  const before = draftOf(answer);
  const [draft, setDraft] = useState(before);
  // What was read with the version that was opened is sent with its ETag, also after the page has read a newer one.
  const [openedEtag] = useState(etag);
  const [name, setName] = useState("");
  const [isOpen, setOpen] = useState(false);
  const changes = changesOf(before, draft);
  const set = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const setting = (key: string, value: string) => set({ settings: { ...draft.settings, [key]: value } });

  return (
    <form
      class="settings"
      onSubmit={event => {
        event.preventDefault();
        setOpen(changes.length > 0);
      }}
    >
      <fieldset disabled={!mayAct}>
        <legend>{t("channel.settings")}</legend>
        <Choice label={t("channel.adapter-name")} value={draft.adapter} choices={Adapters.map(each => [each, each])} onChange={adapter => set({ adapter })} />
        <TextField label={t("channel.time-zone")} value={draft.timeZone} onChange={timeZone => set({ timeZone })} after={0} />
        <NumberField label={t("channel.rate-limit")} value={draft.rateLimit} onChange={rateLimit => set({ rateLimit })} />
        <TextField label={t("channel.minimum-interval")} value={draft.minimumInterval} onChange={minimumInterval => set({ minimumInterval })} after={0} />
        {Object.entries(draft.settings).map(([key, value]) => (
          <label key={key}>
            <span>{key}</span>
            <input
              {...(Secret.test(key) ? { type: "password" as const, autocomplete: "new-password" as const } : { type: "text" as const })}
              value={value}
              onInput={event => setting(key, event.currentTarget.value)}
            />
          </label>
        ))}
        {mayAct && (
          <div class="filters">
            <TextField label={t("channel.setting-name")} value={name} onChange={setName} after={0} />
            <button
              type="button"
              disabled={name === "" || name in draft.settings}
              onClick={() => {
                setting(name, "");
                setName("");
              }}
            >
              {t("channel.setting-add")}
            </button>
          </div>
        )}
        <p class="hint">{t("channel.secrets")}</p>
      </fieldset>
      <p class="hint">{t("channel.version", { version: answer.version, by: answer.by ?? "?" })}</p>
      {mayAct && (
        <button class="primary" type="submit" disabled={changes.length === 0}>
          {t("channel.save")}
        </button>
      )}
      <Action
        title={t("channel.save.title", { id: answer.id })}
        verb={t("channel.save")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        act={() => call("PUT /v1/channels/{id}", { path: { id: answer.id }, body: bodyOf(answer, draft) }, { ifMatch: openedEtag })}
        onDone={answered => {
          const dropped = answered.data.secretsDropped ?? [];
          sayDone(dropped.length === 0 ? t("channel.saved", { id: answer.id }) : t("channel.saved.dropped", { names: dropped.join(", ") }));
          onDone();
        }}
      >
        <ul>
          {changes.map(change => (
            <li key={change.name}>
              <strong>{change.name}</strong>: {change.before || "–"} → {change.after || "–"}
            </li>
          ))}
        </ul>
      </Action>
    </form>
  );
}

function draftOf(channel: ChannelAnswer): Draft {
  return {
    adapter: channel.adapter,
    timeZone: channel.timeZone,
    rateLimit: channel.rateLimit === null ? null : String(channel.rateLimit),
    minimumInterval: channel.minimumInterval ?? "",
    settings: Object.fromEntries(Object.entries(channel.settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])),
  };
}

function changesOf(before: Draft, after: Draft): { name: string; before: string; after: string }[] {
  const flat = (draft: Draft): Record<string, string> => ({
    [t("channel.adapter-name")]: draft.adapter,
    [t("channel.time-zone")]: draft.timeZone,
    [t("channel.rate-limit")]: draft.rateLimit === null ? "" : quantity(Number(draft.rateLimit)),
    [t("channel.minimum-interval")]: draft.minimumInterval,
    ...Object.fromEntries(Object.entries(draft.settings).map(([name, value]) => [name, Secret.test(name) && value !== "" ? "•••" : value])),
  });
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter(name => (was[name] ?? "") !== (is[name] ?? ""))
    .map(name => ({ name, before: was[name] ?? "", after: is[name] ?? "" }));
}

/** The whole channel as it is to be; an emptied setting is taken away. */
function bodyOf(channel: ChannelAnswer, draft: Draft) {
  return {
    adapter: draft.adapter,
    timeZone: draft.timeZone === "" ? null : draft.timeZone,
    rateLimit: draft.rateLimit === null ? null : Number(draft.rateLimit),
    minimumInterval: draft.minimumInterval === "" ? null : draft.minimumInterval,
    settings: Object.fromEntries(Object.entries(draft.settings).map(([name, text]) => [name, valueOf(channel.settings[name], name, text)])),
  };
}

/** Text as the kind of value that it was before. */
function valueOf(before: unknown, name: string, text: string): unknown {
  if (text === "") {
    return null;
  }

  if (typeof before === "string" || (before === undefined && !Count.test(name))) {
    return text;
  }

  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // the API says what it should be
  }
}
