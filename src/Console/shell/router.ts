import { useLayoutEffect, useMemo, useState } from "preact/hooks";

/** A place in the console: everything that changes what is shown is in it, so a copied address shows the same. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A page with the pattern of its address; `{name}` takes one part of the path. */
export interface Route<T> {
  readonly pattern: string;
  readonly page: T;
}

const moved = new EventTarget();

function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Goes to an address of the console. Scrubbing and typing replace; everything else pushes. */
export function go(address: string, how: "push" | "replace" = "push"): void {
  if (address === location.pathname + location.search) {
    return;
  }

  if (how === "push") {
    history.pushState(null, "", address);
  } else {
    history.replaceState(null, "", address);
  }

  moved.dispatchEvent(new Event("moved"));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  // Before effects of pages run, which may move on at once.
  useLayoutEffect(() => {
    const read = () => setPlace(here());
    moved.addEventListener("moved", read);
    addEventListener("popstate", read);
    return () => {
      moved.removeEventListener("moved", read);
      removeEventListener("popstate", read);
    };
  }, []);
  return place;
}

/** An address with parameters set, or removed where they are null or empty. */
export function withQuery(place: Place, changes: Record<string, string | null>): string {
  const query = new URLSearchParams(place.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") {
      query.delete(name);
    } else {
      query.set(name, value);
    }
  }

  const text = query.toString();
  return text === "" ? place.path : `${place.path}?${text}`;
}

export type SetQuery = (changes: Record<string, string | null>, how?: "push" | "replace") => void;

/** The query of this place, and a function that changes some of it. */
export function useQuery(): [URLSearchParams, SetQuery] {
  const place = usePlace();
  const set = useMemo<SetQuery>(
    () =>
      (changes, how = "push") =>
        go(withQuery(here(), changes), how),
    [],
  );
  return [place.query, set];
}

/** The parts of a path that a pattern names; null where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const parts = path.replace(/\/+$/, "").split("/");
  if (wanted.length !== parts.length) {
    return null;
  }

  const found: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const part = parts[index] ?? "";
    if (want.startsWith("{")) {
      try {
        found[want.slice(1, -1)] = decodeURIComponent(part);
      } catch {
        return null; // a percent sign that encodes nothing
      }
    } else if (want !== part) {
      return null;
    }
  }

  return found;
}

/** An address from a pattern and its parts, each encoded. */
export function address(pattern: string, parts: Record<string, string> = {}, query: Record<string, string | null | undefined> = {}): string {
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ""));
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] != null && entry[1] !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** A press on a link of the console changes the place instead of loading the page again. */
export function followLinks(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }

  if (link.origin === location.origin && link.pathname.startsWith("/console") && !link.hasAttribute("download") && link.target === "") {
    event.preventDefault();
    go(link.pathname + link.search);
  }
}
