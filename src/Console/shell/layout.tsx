import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useErrorBoundary, useRef, useState } from "preact/hooks";
import { call, onReachable, send } from "../api/client.js";
import { asRefused } from "../api/use.js";
import { ErrorBox, Forbidden, Unknown, Waiting } from "../parts/states.js";
import { Sheet } from "../parts/sheet.js";
import { Title } from "../parts/title.js";
import { UndoBar } from "../parts/undo.js";
import { Languages, t } from "../text/text.js";
import { useShortcuts } from "./keys.js";
import { pageAt, Pages, type Page, type PageProps } from "./pages.js";
import { usePlace } from "./router.js";
import { SearchBox } from "./search.js";
import { has, useMe } from "./session.js";
import { change, useSettings, type Settings } from "./settings.js";

/** Milliseconds after which a host that could not be reached is asked again. */
const AskedAgainAfter = 5_000;

/** What is around every page: the pages there are, search, and what a person has chosen. */
export function Layout({ onSignedOut }: { onSignedOut: () => void }) {
  const me = useMe();
  const place = usePlace();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const isOnline = useOnline();
  useSettings();
  useShortcuts(() => setHelpOpen(true));

  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={event => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        {t("console.skip")}
      </a>
      {me.environment !== "Production" && <aside class="environment">{t("environment", { name: me.environment })}</aside>}
      <header class="bar">
        <a class="name" href="/console">
          {t("console.name")}
        </a>
        <SearchBox />
        <Menu onSignedOut={onSignedOut} />
      </header>
      <nav aria-label={t("nav")}>
        <ul>
          {Pages.filter(({ page }) => page.isMain && has(me, page.roles)).map(({ pattern, page }) => (
            <li key={pattern}>
              <a href={pattern} aria-current={isAt(pattern, place.path) ? "page" : undefined}>
                {t(page.title)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div role="status" class={isOnline ? "" : "offline"}>
        {isOnline ? "" : t("offline")}
      </div>
      <main id="content" tabIndex={-1}>
        <CurrentPage path={place.path} />
      </main>
      <UndoBar />
      <Sheet title={t("keys")} isOpen={isHelpOpen} onClose={() => setHelpOpen(false)}>
        <dl class="keys">
          <dt>
            <kbd>/</kbd> <kbd>Ctrl</kbd>+<kbd>K</kbd>
          </dt>
          <dd>{t("keys.search")}</dd>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t("keys.help")}</dd>
          <dt>
            <kbd>g</kbd> <kbd>s</kbd> <kbd>p</kbd> <kbd>r</kbd> <kbd>c</kbd> <kbd>a</kbd>
          </dt>
          <dd>{t("keys.go")}</dd>
          <dt>
            <kbd>j</kbd> <kbd>k</kbd>
          </dt>
          <dd>{t("keys.rows")}</dd>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>{t("keys.open")}</dd>
          <dt>
            <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>{t("keys.plot")}</dd>
        </dl>
      </Sheet>
    </>
  );
}

function isAt(pattern: string, path: string): boolean {
  return path === pattern || (pattern !== "/console" && path.startsWith(`${pattern}/`));
}

/** The page at a path, which is loaded when it is first opened. */
function CurrentPage({ path }: { path: string }) {
  const me = useMe();
  const found = pageAt(path);
  const page = found?.page ?? null;
  const [loaded, setLoaded] = useState<{ page: Page; show: ComponentType<PageProps> } | null>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    page?.load().then(module => setLoaded({ page, show: module.default }));
  }, [page]);

  // After a navigation the focus is at the beginning of what is new, so that readers of the screen begin there.
  useEffect(() => {
    if (!isFirst.current) {
      document.querySelector<HTMLElement>("main h1")?.focus();
    }

    isFirst.current = loaded === null;
  }, [path, loaded]);

  if (page === null || found === null) {
    return <Unknown />;
  }

  if (!has(me, page.roles)) {
    return <Forbidden roles={page.roles} />;
  }

  if (loaded?.page !== page) {
    return <Waiting />;
  }

  const Show = loaded.show;
  return (
    <Guard key={path}>
      <Show parts={found.parts} />
    </Guard>
  );
}

/** A page that fails is not the end of the console: it says so, and the others still open. */
function Guard({ children }: { children: ComponentChildren }) {
  const [failure, drawAgain] = useErrorBoundary();
  return failure === undefined ? (
    <>{children}</>
  ) : (
    <>
      <Title text={t("page.failed")} />
      <ErrorBox error={asRefused(failure)} onAgain={drawAgain} />
    </>
  );
}

function Menu({ onSignedOut }: { onSignedOut: () => void }) {
  const me = useMe();
  const chosen = useSettings();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  const signOut = () => send("POST", "/console/sign-out", {}).finally(onSignedOut);

  return (
    <div class="menu">
      <button type="button" popovertarget="menu" aria-label={`${me.name}, ${t("menu")}`}>
        {me.name}
      </button>
      <div id="menu" popover="auto">
        <p>
          {t("menu.signed-in", { name: me.name })}
          <br />
          {t("menu.roles", { roles: me.roles.join(", ") })}
        </p>
        <label>
          <span>{t("menu.theme")}</span>
          <select value={chosen.theme} onChange={event => change({ theme: event.currentTarget.value as Settings["theme"] })}>
            {(["system", "light", "dark"] as const).map(theme => (
              <option key={theme} value={theme}>
                {t(`menu.theme.${theme}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("menu.language")}</span>
          <select value={chosen.language} onChange={event => change({ language: event.currentTarget.value })}>
            {Object.entries(Languages).map(([language, name]) => (
              <option key={language} value={language} lang={language}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("menu.zone")}</span>
          <select value={chosen.zone} onChange={event => change({ zone: event.currentTarget.value })}>
            <option value="local">{t("menu.zone.local", { zone })}</option>
            <option value="UTC">{t("menu.zone.utc")}</option>
          </select>
        </label>
        <label class="check">
          <input type="checkbox" checked={chosen.keys} onChange={event => change({ keys: event.currentTarget.checked })} />
          <span>{t("menu.keys")}</span>
        </label>
        <p class="hint">{t("menu.version", { version: me.version })}</p>
        <button type="button" onClick={signOut}>
          {t("menu.sign-out")}
        </button>
      </div>
    </div>
  );
}

/** Whether there is a network, and the host answers. */
function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  const [isReachable, setReachable] = useState(true);
  useEffect(() => onReachable(setReachable), []);

  // Nothing else may be asked for: the host is, until it answers.
  useEffect(() => {
    if (isReachable) {
      return;
    }

    const timer = setInterval(() => call("GET /v1/me", {}).catch(() => null), AskedAgainAfter);
    return () => clearInterval(timer);
  }, [isReachable]);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  return isOnline && isReachable;
}
