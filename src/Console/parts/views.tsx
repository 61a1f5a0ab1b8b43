import { useState } from "preact/hooks";
import { call, type Refused } from "../api/client.js";
import { usePages } from "../api/pages.js";
import type { SavedView } from "../api/types.js";
import { asRefused } from "../api/use.js";
import { usePlace, type Place } from "../shell/router.js";
import { useMe } from "../shell/session.js";
import { t, type TextKey } from "../text/text.js";
import { Sheet } from "./sheet.js";
import { ErrorBox, Shown } from "./states.js";
import { sayDone } from "./undo.js";

const Hour = 3_600_000;

/** Views that pages have from the beginning; what depends on the time is worked out when they are listed. */
const BuiltIn: Readonly<Record<string, () => readonly (readonly [title: TextKey, query: string])[]>> = {
  "/console/stock": () => [
    ["stock.state.below-zero", "state=below-zero"],
    ["stock.state.below-safety", "state=below-safety"],
    ["stock.state.never-counted", "state=never-counted"],
    ["stock.state.held-beyond-on-hand", "state=held-beyond-on-hand"],
  ],
  "/console/rules": () => [
    ["rule.state.in-force", "state=in-force"],
    ["rule.state.ahead", "state=ahead"],
  ],
  "/console/reservations": () => [["views.ending", `endsBefore=${encodeURIComponent(new Date(Math.ceil(Date.now() / Hour + 1) * Hour).toISOString())}`]],
  "/console/reconciliation": () => [
    ["drift.state.open", "newest=true"],
    ["drift.state.policy", "state=policy"],
  ],
  "/console/quarantine": () => [["quarantine.state.dismissed", "state=dismissed"]],
  "/console/alerts": () => [
    ["views.critical", "severity=critical"],
    ["views.unknown", "acknowledged=false"],
  ],
};

/** The views of a page: those it has, one's own and shared ones; what is shown now can be saved as one. */
export function Views() {
  const [isOpen, setOpen] = useState(false);
  const place = usePlace();
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t("views")}
      </button>
      <Sheet title={t("views.of")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Listed place={place} onClose={() => setOpen(false)} />
      </Sheet>
    </>
  );
}

function Listed({ place, onClose }: { place: Place; onClose: () => void }) {
  const me = useMe();
  const list = usePages("GET /v1/views", { query: { page: place.path, limit: 1000 } });
  const [error, setError] = useState<Refused | null>(null);
  const shown = place.query.toString();
  const builtIn = BuiltIn[place.path]?.() ?? [];

  const remove = (view: SavedView) =>
    call("DELETE /v1/views/{id}", { path: { id: view.id } }, { ifMatch: etagOf(view) }).then(
      () => {
        list.readAgain();
        sayDone(t("views.deleted", { title: view.title }), () => put(view.id, view));
      },
      failure => setError(asRefused(failure)),
    );
  const link = (query: string, title: string) => (
    <a href={query === "" ? place.path : `${place.path}?${query}`} aria-current={query === shown ? "true" : undefined} onClick={onClose}>
      {title}
    </a>
  );
  const group = (title: TextKey, views: readonly SavedView[], isMine: boolean) =>
    views.length > 0 && (
      <>
        <h3>{t(title)}</h3>
        <ul class="views">
          {views.map(view => (
            <li key={view.id}>
              {link(view.query, view.title)}
              {isMine ? (
                <>
                  {view.shared && <small> {t("views.is-shared")}</small>}{" "}
                  <button type="button" class="plain" aria-label={t("views.delete.one", { title: view.title })} onClick={() => remove(view)}>
                    {t("views.delete")}
                  </button>
                </>
              ) : (
                <small> {view.owner}</small>
              )}
            </li>
          ))}
        </ul>
      </>
    );

  return (
    <>
      {builtIn.length > 0 && (
        <ul class="views">
          {builtIn.map(([title, query]) => (
            <li key={query}>{link(query, t(title))}</li>
          ))}
        </ul>
      )}
      <Shown of={list}>
        {() => {
          const mine = list.rows.filter(view => view.owner === me.name);
          return (
            <>
              {group("views.mine", mine, true)}
              {group(
                "views.shared",
                list.rows.filter(view => view.owner !== me.name),
                false,
              )}
              <Save place={place} mine={mine} onDone={onClose} />
            </>
          );
        }}
      </Shown>
      {error && <ErrorBox error={error} />}
    </>
  );
}

/** Saves what is shown now; a view of the same title is replaced. */
function Save({ place, mine, onDone }: { place: Place; mine: readonly SavedView[]; onDone: () => void }) {
  const [title, setTitle] = useState("");
  const [isShared, setShared] = useState(false);
  const [error, setError] = useState<Refused | null>(null);
  const known = mine.find(view => view.title === title.trim());
  const save = (event: Event) => {
    event.preventDefault();
    const view = { page: place.path, query: place.query.toString(), title: title.trim(), shared: isShared };
    put(known?.id ?? crypto.randomUUID(), view, known && etagOf(known)).then(
      ({ data, etag }) => {
        sayDone(t("views.saved", { title: data.title }), () =>
          known ? put(known.id, known, etag) : call("DELETE /v1/views/{id}", { path: { id: data.id } }, { ifMatch: etag }),
        );
        onDone();
      },
      failure => setError(asRefused(failure)),
    );
  };
  return (
    <form onSubmit={save}>
      <h3>{t("views.save")}</h3>
      <label>
        <span>{t("views.title")}</span>
        <input required maxLength={200} autocomplete="off" value={title} onInput={event => setTitle(event.currentTarget.value)} />
      </label>
      <label class="check">
        <input type="checkbox" checked={isShared} onChange={event => setShared(event.currentTarget.checked)} />
        <span>{t("views.share")}</span>
      </label>
      {error && <ErrorBox error={error} />}
      <p class="buttons">
        <button class="primary" type="submit" disabled={title.trim() === ""}>
          {t(known ? "views.replace" : "views.save.do")}
        </button>
      </p>
    </form>
  );
}

type ViewContent = Pick<SavedView, "page" | "query" | "title" | "shared">;

function put(id: string, { page, query, title, shared }: ViewContent, ifMatch?: string | null) {
  return call("PUT /v1/views/{id}", { path: { id }, body: { page, query, title, shared } }, ifMatch ? { ifMatch } : {});
}

function etagOf(view: SavedView): string {
  return `"${view.version}"`;
}
