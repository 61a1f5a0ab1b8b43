import { onReachable, onSignedIn } from "./client.js";

/** Hints that something has changed; what it is, is read through the API. */
export interface Hint {
  readonly topic: string;
  readonly id: string;
  readonly sequence: number;
}

type Listener = (hint: Hint | null) => void;

const Topics = ["position", "channel", "alert", "reconciliation", "quarantine", "rule", "reservation"] as const;
export type Topic = (typeof Topics)[number];

/** Milliseconds between readings where there are no hints: the stream is refused, or cannot be reached. */
const Interval = 10_000;

const listeners = new Map<Listener, readonly Topic[]>();
let stream: EventSource | null = null;
let timer: ReturnType<typeof setInterval> | null = null;

/**
 * Calls a listener with each hint of the topics, and with null where anything may have changed: every ten seconds while there is no stream, for one. Lets go
 * while the page is hidden.
 */
export function listen(topics: readonly Topic[], listener: Listener): () => void {
  listeners.set(listener, topics);
  update();
  return () => {
    listeners.delete(listener);
    update();
  };
}

function update(): void {
  if (listeners.size > 0 && !document.hidden) {
    timer ??= setInterval(() => {
      if (stream?.readyState !== EventSource.OPEN) {
        notifyAll(null);
      }
    }, Interval);
    stream ??= open();
  } else {
    stream?.close();
    stream = null;
    if (timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  }
}

function open(): EventSource {
  const opened = new EventSource(`/v1/stream?topics=${Topics.join(",")}`);
  opened.addEventListener("message", event => {
    const hint = JSON.parse((event as MessageEvent<string>).data) as Omit<Hint, "id"> & { readonly id: string | null };
    for (const [listener, topics] of listeners) {
      if (topics.includes(hint.topic as Topic)) {
        // Without an id anything of the topic may have changed.
        listener(hint.id === null ? null : { ...hint, id: hint.id });
      }
    }
  });

  // A refusal closes it for good; a broken connection is opened again by the browser.
  return opened;
}

function notifyAll(hint: Hint | null): void {
  for (const listener of listeners.keys()) {
    listener(hint);
  }
}

onReachable(isReachable => {
  if (isReachable) {
    notifyAll(null);
  }
});

document.addEventListener("visibilitychange", () => {
  update();
  if (!document.hidden) {
    notifyAll(null);
  }
});

// A stream is refused for good when its session has ended: who has signed in again gets another.
onSignedIn(() => {
  stream?.close();
  stream = null;
  update();
});
