import { useEffect, useState } from "preact/hooks";

/** What a person has chosen for this browser; nothing that says who it is. */
export interface Settings {
  readonly language: string;
  readonly theme: "system" | "light" | "dark";
  /** Times are shown in this zone: `local`, or a name such as `UTC` or `Europe/London`. */
  readonly zone: string;
  /** Whether single keys are shortcuts. */
  readonly keys: boolean;
}

const Name = "retailsync.settings";
const changed = new EventTarget();

function read(): Settings {
  const language = navigator.language.startsWith("de") ? "de" : "en";
  const standard: Settings = { language, theme: "system", zone: "local", keys: true };
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(Name) ?? "{}") as Partial<Settings>) };
  } catch {
    return standard; // storage is switched off, or holds something else
  }
}

let current = read();
apply();

export function settings(): Settings {
  return current;
}

export function change(settings: Partial<Settings>): void {
  current = { ...current, ...settings };
  try {
    localStorage.setItem(Name, JSON.stringify(current));
  } catch {
    // They last until the page is closed.
  }

  apply();
  changed.dispatchEvent(new Event("changed"));
}

export function useSettings(): Settings {
  const [, setRound] = useState(0);
  useEffect(() => {
    const draw = () => setRound(round => round + 1);
    changed.addEventListener("changed", draw);
    return () => changed.removeEventListener("changed", draw);
  }, []);
  return current;
}

function apply(): void {
  document.documentElement.lang = current.language === "long" ? "en" : current.language;
  if (current.theme === "system") {
    delete document.documentElement.dataset["theme"];
  } else {
    document.documentElement.dataset["theme"] = current.theme;
  }
}
