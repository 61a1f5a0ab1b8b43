import { useState } from "preact/hooks";
import { call } from "../../api/client.js";
import type { Loaded } from "../../api/use.js";
import type { ChannelAnswer } from "../../api/types.js";
import { Action } from "../../parts/action.js";
import { Conflict } from "../../parts/conflict.js";
import { Choice, NumberField, TextField } from "../../parts/fields.js";
import { Shown } from "../../parts/states.js";
import { sayDone } from "../../parts/undo.js";
import { t, type TextKey } from "../../text/text.js";

const Adapters = ["none", "log", "webhook", "rabbitmq", "shopify", "amazon", "walmart", "adobe-commerce"];
const Secret = /secret|token|password|passphrase|credential|key|authorization|signature|cookie|bearer|private/i;
const Count = /^(batchSize|timeoutSeconds|promiseSeconds|readBackMinutes|feedFrom|bulkFrom)$/;

const Own = ["adapter", "timeZone", "rateLimit", "minimumInterval"] as const;
const Names: Readonly<Record<string, TextKey>> = {
  adapter: "channel.adapter-name",
  timeZone: "channel.time-zone",
  rateLimit: "channel.rate-limit",
  minimumInterval: "channel.minimum-interval",
};

/** The form as typed, every field as text: the channel's own, and its settings by their names behind `settings/`; what is nested in these is JSON. */
type Draft = Readonly<Record<string, string>>;
const Inside = "settings/";

/** How the channel is reached. Secrets can be written and never read. */
export function Settings({ channel, mayAct }: { channel: Loaded<ChannelAnswer>; mayAct: boolean }) {
  return <Shown of={channel}>{answer => <Form answer={answer} etag={channel.etag} mayAct={mayAct} onDone={channel.readAgain} />}</Shown>;
}

function Form({ answer, etag, mayAct, onDone }: { answer: ChannelAnswer; etag: string | null; mayAct: boolean; onDone: () => void }) {
  // What it is based on: the page may read a newer version while somebody types, and that is no reason to lose what was typed.
  const [base, setBase] = useState({ draft: draftOf(answer), etag, version: answer.version });
  const [draft, setDraft] = useState(base.draft);
  const [name, setName] = useState("");
  const [isOpen, setOpen] = useState(false);
  const changes = changesOf(base.draft, draft);
  if (changes.length === 0 && !isOpen && answer.version > base.version) {
    setBase({ draft: draftOf(answer), etag, version: answer.version });
    setDraft(draftOf(answer));
  }

  const set = (field: string, value: string) => setDraft({ ...draft, [field]: value });
  const settings = Object.keys(draft).filter(field => field.startsWith(Inside));

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
        <Choice
          label={nameOf("adapter")}
          value={draft["adapter"] ?? ""}
          choices={Adapters.map(each => [each, each])}
          onChange={value => set("adapter", value)}
        />
        <TextField label={nameOf("timeZone")} value={draft["timeZone"] ?? ""} onChange={value => set("timeZone", value)} after={0} />
        <NumberField label={nameOf("rateLimit")} value={draft["rateLimit"] || null} onChange={value => set("rateLimit", value ?? "")} />
        <TextField label={nameOf("minimumInterval")} value={draft["minimumInterval"] ?? ""} onChange={value => set("minimumInterval", value)} after={0} />
        {settings.map(field => (
          <label key={field}>
            <span>{nameOf(field)}</span>
            <input
              {...(Secret.test(field) ? { type: "password" as const, autocomplete: "new-password" as const } : { type: "text" as const })}
              value={draft[field]}
              onInput={event => set(field, event.currentTarget.value)}
            />
          </label>
        ))}
        {mayAct && (
          <div class="filters">
            <TextField label={t("channel.setting-name")} value={name} onChange={setName} after={0} />
            <button
              type="button"
              disabled={name === "" || `${Inside}${name}` in draft}
              onClick={() => {
                set(`${Inside}${name}`, "");
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
        <button class="primary" type="submit">
          {t("channel.save")}
        </button>
      )}
      <Action
        title={t("channel.save.title", { id: answer.id })}
        verb={t("channel.save")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        act={() => call("PUT /v1/channels/{id}", { path: { id: answer.id }, body: bodyOf(answer, draft) }, { ifMatch: base.etag })}
        conflict={() => (
          <Conflict
            fields={[...new Set([...Object.keys(base.draft), ...Object.keys(draft)])]}
            nameOf={nameOf}
            textOf={(values, field) => shownOf(field, values[field] ?? "")}
            opened={base.draft}
            yours={draft}
            read={async () => {
              const now = await call("GET /v1/channels/{id}", { path: { id: answer.id } });
              return { values: draftOf(now.data), etag: now.etag, by: now.data.by };
            }}
            onTake={(values, theirs) => {
              setDraft(values);
              setBase({ ...base, etag: theirs });
            }}
          />
        )}
        onDone={answered => {
          const dropped = answered.data.secretsDropped ?? [];
          setBase({ draft: draftOf(answered.data), etag: answered.etag, version: answered.data.version });
          setDraft(draftOf(answered.data));
          sayDone(dropped.length === 0 ? t("channel.saved", { id: answer.id }) : t("channel.saved.dropped", { names: dropped.join(", ") }));
          onDone();
        }}
      >
        <ul>
          {changes.map(field => (
            <li key={field}>
              <strong>{nameOf(field)}</strong>: {shownOf(field, base.draft[field] ?? "") || "–"} → {shownOf(field, draft[field] ?? "") || "–"}
            </li>
          ))}
        </ul>
      </Action>
    </form>
  );
}

function nameOf(field: string): string {
  const key = Names[field];
  return key === undefined ? field.slice(Inside.length) : t(key);
}

function shownOf(field: string, value: string): string {
  return Secret.test(field) && value !== "" ? "•••" : value;
}

function draftOf(channel: ChannelAnswer): Draft {
  const settings = Object.entries(channel.settings).map(([name, value]) => [`${Inside}${name}`, typeof value === "string" ? value : JSON.stringify(value)]);
  return { ...Object.fromEntries(Own.map(field => [field, channel[field] === null ? "" : String(channel[field])])), ...Object.fromEntries(settings) };
}

/** The fields that differ. */
function changesOf(before: Draft, after: Draft): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(field => (before[field] ?? "") !== (after[field] ?? ""));
}

/** The whole channel as it is to be; an emptied setting is taken away. */
function bodyOf(channel: ChannelAnswer, draft: Draft) {
  const settings = Object.entries(draft)
    .filter(([field]) => field.startsWith(Inside))
    .map(([field, text]) => [field.slice(Inside.length), text] as const);
  return {
    adapter: draft["adapter"] ?? "",
    timeZone: draft["timeZone"] || null,
    rateLimit: draft["rateLimit"] ? Number(draft["rateLimit"]) : null,
    minimumInterval: draft["minimumInterval"] || null,
    settings: Object.fromEntries(settings.map(([name, text]) => [name, valueOf(channel.settings[name], name, text)])),
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
