import { useEffect, useState } from "preact/hooks";
import { call, Refused } from "../../api/client.js";
import type { BatchResult } from "../../api/types.js";
import { asRefused } from "../../api/use.js";
import { t } from "../../text/text.js";
import { numbersOf, type Movement, type Numbers } from "./movement.js";

/** A line that was recorded here. Its id is made once: sent twice under it, it counts once. */
export interface Line {
  readonly id: string;
  readonly source: string;
  readonly movement: Movement;
  readonly state: "waiting" | "recorded" | "rejected";
  /** What was answered: `accepted`, `absorbed`, `duplicate`, or the code of a rejection. */
  readonly outcome: string | null;
  readonly detail: string | null;
  readonly before: Numbers | null;
  readonly after: Numbers | null;
}

/** What becomes of sending. */
export interface Sending {
  readonly isSending: boolean;
  readonly error: Refused | null;
}

/** Lines that wait or were rejected; no more are taken until some are answered. */
export const Most = 500;

const MostAnswered = 50,
  MostAtOnce = 100,
  /** Positions that are read again after an answer. */
  MostRead = 5,
  /** Milliseconds after which a call counts as unanswered: a bad network may keep it open for minutes. */
  Timeout = 30_000,
  Soonest = 2_000,
  Latest = 60_000;

const changed = new EventTarget();
let sending: Sending = { isSending: false, error: null };
let timer: ReturnType<typeof setTimeout> | null = null;
let wait = Soonest;

function place(name: string): string {
  return `retailsync.outbox.${name}`;
}

export function read(name: string): readonly Line[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(name)) ?? "[]");
    return Array.isArray(kept) ? (kept as Line[]) : [];
  } catch {
    return []; // storage is switched off, or holds something else
  }
}

/** Changes what is kept, as it is now: another tab may have changed it meanwhile. False where this browser keeps nothing. */
function change(name: string, update: (lines: readonly Line[]) => readonly Line[]): boolean {
  const lines = update(read(name));
  const answered = lines.filter(line => line.state === "recorded");
  const old = new Set(answered.slice(0, Math.max(answered.length - MostAnswered, 0)));
  try {
    localStorage.setItem(place(name), JSON.stringify(lines.filter(line => !old.has(line))));
  } catch {
    return false;
  }

  changed.dispatchEvent(new Event("changed"));
  return true;
}

function says(now: Sending): void {
  sending = now;
  changed.dispatchEvent(new Event("changed"));
}

export type Kept = "kept" | "full" | "not-kept";

/** Keeps a line until it is answered, and sends it. */
export function add(name: string, source: string, movement: Movement, before: Numbers | null, id: string = crypto.randomUUID()): Kept {
  const lines = read(name);
  if (lines.filter(line => line.state !== "recorded").length >= Most) {
    return "full";
  }

  if (lines.some(line => line.id === id)) {
    return "kept";
  }

  const line: Line = { id, source, movement, state: "waiting", outcome: null, detail: null, before, after: null };
  if (!change(name, kept => [...kept, line])) {
    return "not-kept";
  }

  deliver(name);
  return "kept";
}

/** Sends a rejected line once more, as it is now. Under its own id, unless that is taken by something else that was recorded. */
export function correct(name: string, id: string, movement: Movement): void {
  change(name, lines =>
    lines.map(line =>
      line.id === id && line.state === "rejected"
        ? { ...line, id: line.outcome === "movement-id-reused" ? crypto.randomUUID() : id, movement, state: "waiting", outcome: null, detail: null }
        : line,
    ),
  );
  deliver(name);
}

/** Takes a rejected line off this device; the host keeps it in quarantine. */
export function drop(name: string, id: string): void {
  change(name, lines => lines.filter(line => line.id !== id || line.state === "waiting"));
}

/** Sends what waits, one tab at a time, and tries again by itself. */
export function deliver(name: string): void {
  if (timer !== null) {
    clearTimeout(timer);
    timer = null;
  }

  const run = async () => {
    let waiting = read(name).filter(line => line.state === "waiting");
    if (waiting.length > 0) {
      says({ isSending: true, error: null });
      await isStill(name);
    }

    while (waiting.length > 0) {
      await sendSome(name, waiting);
      const before = waiting[0]!.id;
      waiting = read(name).filter(line => line.state === "waiting");
      if (waiting[0]?.id === before) {
        throw refused("unanswered", t("record.unanswered"));
      }
    }

    wait = Soonest;
    if (sending.isSending || sending.error) {
      says({ isSending: false, error: null });
    }
  };
  navigator.locks.request(place(name), run).catch((failure: unknown) => {
    const error = asRefused(failure);
    says({ isSending: false, error });
    timer = setTimeout(() => deliver(name), error.retryAfter === null ? wait : error.retryAfter * 1_000);
    wait = Math.min(wait * 2, Latest);
  });
}

/** Somebody else may have signed in since, here or in another tab: what one person recorded is not sent as another. */
async function isStill(name: string): Promise<void> {
  const { data } = await call("GET /v1/me", {}, { signal: AbortSignal.timeout(Timeout) });
  if (data.name !== name) {
    throw refused("another-person", t("record.another", { name: data.name }));
  }
}

function refused(code: string, title: string): Refused {
  return new Refused(409, code, title, "", [], "", null, {});
}

async function sendSome(name: string, waiting: readonly Line[]): Promise<void> {
  const source = waiting[0]!.source;
  let lines = waiting.filter(line => line.source === source).slice(0, MostAtOnce);
  let answer: BatchResult;
  try {
    answer = await post(source, lines);
  } catch (failure) {
    const error = asRefused(failure);
    if (![400, 413].includes(error.status)) {
      throw error;
    }

    // Nothing of a call that cannot be read is recorded; the line that is wrong must not hold up the others.
    lines = lines.slice(0, 1);
    answer = waiting.length > 1 ? await post(source, lines).catch(alone => refusedAlone(asRefused(alone))) : refusedAlone(error);
  }

  const results = new Map(answer.results.map(result => [result.index, result]));
  const outcomes = new Map(lines.map((line, index) => [line.id, results.get(index)] as const));
  change(name, kept =>
    kept.map(line => {
      const result = line.state === "waiting" ? outcomes.get(line.id) : undefined;
      return result === undefined
        ? line
        : result.outcome === "rejected"
          ? { ...line, state: "rejected", outcome: result.code, detail: result.detail }
          : { ...line, state: "recorded", outcome: result.outcome };
    }),
  );
  void readPositions(name, lines, answer.sequence);
}

async function post(source: string, lines: readonly Line[]): Promise<BatchResult> {
  const movements = lines.map(line => ({ id: line.id, ...line.movement }));
  return (await call("POST /v1/movements", { query: { results: "all" }, body: { source, movements } }, { signal: AbortSignal.timeout(Timeout) })).data;
}

function refusedAlone(error: Refused): BatchResult {
  if (![400, 413].includes(error.status)) {
    throw error;
  }

  const detail = [error.detail || error.title, ...error.errors.map(wrong => `${wrong.field}: ${wrong.detail}`)].join(" ");
  return {
    accepted: 0,
    absorbed: 0,
    duplicates: 0,
    rejected: 1,
    sequence: 0,
    results: [{ index: 0, id: null, outcome: "rejected", code: error.code, detail }],
  };
}

/** What the lines have made of their positions; not known where that cannot be read now. */
async function readPositions(name: string, lines: readonly Line[], sequence: number): Promise<void> {
  const newest = new Map(lines.map(line => [`${line.movement.sku}@${line.movement.location}`, line]));
  for (const line of [...newest.values()].slice(0, MostRead)) {
    const path = { sku: line.movement.sku, location: line.movement.location };
    try {
      const { data } = await call("GET /v1/positions/{sku}/{location}", { path, query: { minSequence: sequence } });
      change(name, kept => kept.map(each => (each.id === line.id && each.state === "recorded" ? { ...each, after: numbersOf(data) } : each)));
    } catch {
      return;
    }
  }
}

/** The lines of a person on this device, oldest first, and whether they are being sent. */
export function useOutbox(name: string): { readonly lines: readonly Line[]; readonly sending: Sending } {
  const [lines, setLines] = useState(() => read(name));
  const [now, setNow] = useState(sending);
  useEffect(() => {
    const update = () => {
      setLines(read(name));
      setNow(sending);
    };
    const send = () => deliver(name);
    update();
    send();
    changed.addEventListener("changed", update);
    addEventListener("storage", update); // of another tab
    addEventListener("online", send);
    return () => {
      changed.removeEventListener("changed", update);
      removeEventListener("storage", update);
      removeEventListener("online", send);
    };
  }, [name]);
  return { lines, sending: now };
}
