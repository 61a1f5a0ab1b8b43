import { useEffect, useId, useState } from "preact/hooks";
import { call } from "../api/client.js";
import type { MeAnswer, SearchHit } from "../api/types.js";
import { named, t } from "../text/text.js";
import { mayOpen } from "./pages.js";
import { address, go } from "./router.js";
import { useMe } from "./session.js";

/** Milliseconds without typing before it is looked for. */
const After = 150,
  Most = 12;

/** The one box in which anything is looked for: a combobox with what was found. */
export function SearchBox() {
  const me = useMe();
  const id = useId();
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const found = useSearch(text.trim());
  const hits = found?.hits ?? [];
  const isShown = isOpen && found !== null && text.trim() !== "";

  const leave = () => {
    setText("");
    setOpen(false);
    setChosen(-1);
  };
  const open = (hit: SearchHit) => {
    go(addressOfHit(hit, me));
    leave();
  };

  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      event.preventDefault();
      setOpen(true);
      setChosen((chosen + step + hits.length + (chosen === -1 && step === -1 ? 1 : 0)) % hits.length);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      setOpen(false);
      setChosen(-1);
    }
  };

  const submit = (event: Event) => {
    event.preventDefault();
    const wanted = text.trim();
    const hit = hits[chosen] ?? (found?.of === wanted && hits.length === 1 ? hits[0] : undefined);
    const place = wanted.lastIndexOf("@");
    if (hit !== undefined) {
      open(hit);
    } else if (wanted !== "") {
      go(
        place > 0
          ? address("/console/stock/{sku}/{location}", { sku: wanted.slice(0, place), location: wanted.slice(place + 1) })
          : address("/console/stock", {}, { q: wanted }),
      );
      leave();
    }
  };

  return (
    <form role="search" class="search" onSubmit={submit}>
      <label>
        <span class="unseen">{t("search")}</span>
        <input
          id="search"
          type="text"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isShown && hits.length > 0}
          aria-controls={`${id}-found`}
          {...(isShown && chosen >= 0 ? { "aria-activedescendant": `${id}-${chosen}` } : {})}
          value={text}
          placeholder={t("search.hint")}
          autocomplete="off"
          spellcheck={false}
          maxLength={257}
          onInput={event => {
            setText(event.currentTarget.value);
            setOpen(true);
            setChosen(-1);
          }}
          onKeyDown={press}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
        />
      </label>
      <ul id={`${id}-found`} role="listbox" aria-label={t("search.found")} hidden={!isShown || hits.length === 0}>
        {hits.map((hit, index) => (
          <li
            key={`${hit.kind} ${hit.id}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            // Before the box loses the focus, which would hide what is pressed.
            onMouseDown={event => {
              event.preventDefault();
              open(hit);
            }}
          >
            <span class="tag">{named("search.kind", hit.kind)}</span> <span class="id">{hit.id}</span> <small>{hit.title}</small>
          </li>
        ))}
      </ul>
      <p role="status" class={isShown && hits.length === 0 ? "nothing" : "unseen"}>
        {isShown && hits.length === 0 ? t("search.nothing") : ""}
      </p>
    </form>
  );
}

/** What is found by a text, a moment after it was typed; null before. */
function useSearch(text: string): { readonly of: string; readonly hits: readonly SearchHit[] } | null {
  const [found, setFound] = useState<{ of: string; hits: readonly SearchHit[] } | null>(null);
  useEffect(() => {
    if (text === "") {
      setFound(null);
      return;
    }

    const aborting = new AbortController();
    const timer = setTimeout(() => {
      call("GET /v1/search", { query: { q: text, count: Most } }, { signal: aborting.signal }).then(
        answered => setFound({ of: text, hits: answered.data.items }),
        () => aborting.signal.aborted || setFound(null), // Enter still looks in stock
      );
    }, After);
    return () => {
      clearTimeout(timer);
      aborting.abort();
    };
  }, [text]);
  return found;
}

/** The page that shows what was found. */
function addressOfHit(hit: SearchHit, me: MeAnswer): string {
  const [sku, location, channel] = [hit.sku ?? null, hit.location ?? null, hit.channel ?? null];
  const position = (event: string | null) =>
    sku !== null && location !== null
      ? address("/console/stock/{sku}/{location}", { sku, location }, { event })
      : address("/console/stock", {}, { q: sku ?? hit.id });
  switch (hit.kind) {
    case "sku":
      return address(mayOpen(me, "/console/stock") ? "/console/stock/{sku}" : "/console/promise/{sku}", { sku: sku ?? hit.id });
    case "kit":
      return address("/console/promise/{sku}", { sku: sku ?? hit.id });
    case "location":
      return address("/console/stock", {}, { location: location ?? hit.id });
    case "channel":
      return address("/console/channels/{id}", { id: channel ?? hit.id });
    case "rule":
      return address("/console/rules/{id}", { id: hit.id });
    case "reservation":
      return address("/console/reservations/{id}", { id: hit.id }, { channel });
    case "order":
      return address("/console/channels/{id}/orders/{order}", { id: channel ?? "", order: hit.id });
    default:
      return position(hit.sequence == null ? null : String(hit.sequence));
  }
}
