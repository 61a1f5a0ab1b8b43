import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { addressOf, call, onSignedIn, Refused, type Answer, type Operation, type Question } from "./client.js";
import { listen, type Hint, type Topic } from "./live.js";

/** What a page knows of something that it reads. The old stays shown while it is read again. */
export interface Loaded<T> {
  readonly data: T | null;
  readonly etag: string | null;
  readonly error: Refused | null;
  /** Whether what is shown is of another question, or older than what is being read. */
  readonly isStale: boolean;
  readonly readAgain: () => void;
}

export interface Reading {
  /** What makes it be read again, by hints; nothing for what does not change, such as a past instant. */
  readonly topics?: readonly Topic[];
  /** Which hints matter; all of the topics without it. */
  readonly concerns?: (hint: Hint) => boolean;
}

interface State<T> {
  readonly key: string;
  readonly data: T | null;
  readonly etag: string | null;
  readonly error: Refused | null;
}

/** Milliseconds between two readings that hints ask for: at least, and at most where a reading takes long. */
const AtLeast = 500,
  AtMost = 10_000;

/** Of its time, how much a page may be read for hints: one fiftieth, so that many open pages leave the host to others. */
const Share = 1 / 50;

/** Reads something through the API, and again when hints say that it has changed; null reads nothing. */
export function useApi<O extends Operation>(operation: O, question: Question<O> | null, reading: Reading = {}): Loaded<Answer<O>> {
  const key = question === null ? "" : addressOf(operation, question);
  const [state, setState] = useState<State<Answer<O>>>({ key: "", data: null, etag: null, error: null });
  const [round, setRound] = useState(0);
  const asked = useRef(question);
  asked.current = question;
  const took = useRef(0);

  useEffect(() => {
    if (asked.current === null) {
      setState({ key: "", data: null, etag: null, error: null });
      return;
    }

    const aborting = new AbortController();
    const began = performance.now();
    call(operation, asked.current, { signal: aborting.signal }).then(
      answered => {
        took.current = performance.now() - began;
        setState({ key, data: answered.data, etag: answered.etag, error: null });
      },
      failure => {
        if (!aborting.signal.aborted) {
          // What was read before stays, marked as old, while the host cannot be reached.
          setState(before => ({
            key,
            error: asRefused(failure),
            data: before.key === key && isPassing(failure) ? before.data : null,
            etag: before.etag,
          }));
        }
      },
    );
    return () => aborting.abort();
  }, [operation, key, round]);

  const readAgain = useCallback(() => setRound(before => before + 1), []);
  useRefresh(key !== "" ? reading : {}, took, readAgain);
  const isSignedOut = state.error?.status === 401;
  useEffect(() => (isSignedOut ? onSignedIn(readAgain) : undefined), [isSignedOut, readAgain]);
  return { data: state.data, etag: state.etag, error: state.error, isStale: state.key !== key || state.error !== null, readAgain };
}

/** A refusal that says nothing of what was asked: the host is away, busy, not ready or in trouble. */
function isPassing(failure: unknown): boolean {
  return failure instanceof Refused && ([0, 401, 429].includes(failure.status) || failure.status >= 500 || failure.code === "unreadable-answer");
}

export function asRefused(failure: unknown): Refused {
  return failure instanceof Refused ? failure : new Refused(0, "unexpected", String(failure), "", [], "", null, {});
}

/** @param took Milliseconds that the newest reading took. */
function useRefresh(reading: Reading, took: { readonly current: number }, refresh: () => void): void {
  const concerns = useRef(reading.concerns);
  concerns.current = reading.concerns;
  const topics = reading.topics?.join(",") ?? "";
  useEffect(() => {
    if (topics === "") {
      return;
    }

    let waiting: ReturnType<typeof setTimeout> | null = null;
    const stop = listen(topics.split(",") as Topic[], hint => {
      if (waiting === null && (hint === null || (concerns.current?.(hint) ?? true))) {
        waiting = setTimeout(
          () => {
            waiting = null;
            refresh();
          },
          Math.min(AtMost, Math.max(AtLeast, took.current / Share)),
        );
      }
    });
    return () => {
      stop();
      if (waiting !== null) {
        clearTimeout(waiting);
      }
    };
  }, [topics, took, refresh]);
}
