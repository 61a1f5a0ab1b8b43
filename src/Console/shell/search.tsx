import { useState } from "preact/hooks";
import { t } from "../text/text.js";
import { address, go } from "./router.js";

/** The one box in which anything is looked for. */
export function SearchBox() {
  const [text, setText] = useState("");

  const submit = (event: Event) => {
    event.preventDefault();
    const wanted = text.trim();
    const place = wanted.lastIndexOf("@");
    if (wanted !== "") {
      go(
        place > 0
          ? address("/console/stock/{sku}/{location}", { sku: wanted.slice(0, place), location: wanted.slice(place + 1) })
          : address("/console/stock", {}, { q: wanted }),
      );
      setText("");
    }
  };

  return (
    <form role="search" onSubmit={submit}>
      <label>
        <span class="unseen">{t("search")}</span>
        <input id="search" type="search" value={text} placeholder={t("search.hint")} autocomplete="off" onInput={event => setText(event.currentTarget.value)} />
      </label>
    </form>
  );
}
