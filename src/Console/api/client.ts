import type { Operations } from "./types.js";

export type Operation = keyof Operations;
export type Answer<O extends Operation> = Operations[O]["answer"];

type Text = string | number | boolean | null | undefined;

/** What an operation is asked with: the parts of its path, its query, and its body. */
export type Question<O extends Operation> = ([Operations[O]["path"]] extends [never]
  ? { path?: undefined }
  : { path: Record<Operations[O]["path"] & string, string> }) & { query?: Partial<Record<Operations[O]["query"] & string, Text>> } & ([
    Operations[O]["body"],
  ] extends [undefined]
    ? { body?: undefined }
    : { body: Operations[O]["body"] });

export interface Sending {
  readonly signal?: AbortSignal;
  /** The ETag of what was read: the change is refused with 412 where somebody else has changed it since. */
  readonly ifMatch?: string | null;
  readonly accept?: string;
  /** Of a body that is a text already; anything else is sent as JSON. */
  readonly contentType?: string;
}

export interface Answered<T> {
  readonly data: T;
  readonly etag: string | null;
  /** Of the request, as it is in the log and on everything recorded. */
  readonly correlation: string;
}

/** What is wrong with one field of a body or query. */
export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** A refusal of the API, as problem details say it; status 0 where the host could not be reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[],
    readonly correlation: string,
    readonly retryAfter: number | null,
    readonly problem: Readonly<Record<string, unknown>>,
  ) {
    super(`${code}: ${title}`);
  }

  get isOffline(): boolean {
    return this.code === "offline";
  }
}

const sessions = new EventTarget();

function on(event: "signed-out" | "signed-in", listener: () => void): () => void {
  sessions.addEventListener(event, listener);
  return () => sessions.removeEventListener(event, listener);
}

const connection = new EventTarget();
let isReachable = true;

/** Is called when a request is refused since nobody is signed in any more. */
export function onSignedOut(listener: () => void): () => void {
  return on("signed-out", listener);
}

/** Is called when somebody has signed in again: what was refused meanwhile is asked for again. */
export function onSignedIn(listener: () => void): () => void {
  return on("signed-in", listener);
}

export function notifySignedIn(): void {
  sessions.dispatchEvent(new Event("signed-in"));
}

/** Is called when the host cannot be reached, and when it answers again. */
export function onReachable(listener: (isReachable: boolean) => void): () => void {
  const notify = () => listener(isReachable);
  connection.addEventListener("reachable", notify);
  return () => connection.removeEventListener("reachable", notify);
}

function setReachable(is: boolean): void {
  if (is !== isReachable) {
    isReachable = is;
    connection.dispatchEvent(new Event("reachable"));
  }
}

/** The address of an operation. */
export function addressOf<O extends Operation>(operation: O, question: Question<O>): string {
  const path: Record<string, string> = question.path ?? {};
  const filled = operation.slice(operation.indexOf(" ") + 1).replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  const query: Record<string, Text> = question.query ?? {};
  const given = Object.entries(query)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [name, String(value)]);
  return given.length === 0 ? filled : `${filled}?${new URLSearchParams(given)}`;
}

/** Calls an operation of the API, as any client does; the session's cookie says who asks. */
export async function call<O extends Operation>(operation: O, question: Question<O>, sending: Sending = {}): Promise<Answered<Answer<O>>> {
  const method = operation.slice(0, operation.indexOf(" "));
  const response = await send(method, addressOf(operation, question), question.body, sending);
  const correlation = response.headers.get("X-Correlation-Id") ?? "";
  const data = response.status === 204 ? undefined : await read(response, correlation, sending.signal);
  return { data: data as Answer<O>, etag: response.headers.get("ETag"), correlation };
}

/** What is in an answer; a proxy between may have answered with something else, or the connection may end within it. */
async function read(response: Response, correlation: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }

    throw new Refused(response.status, "unreadable-answer", "The answer cannot be read", "", [], correlation, null, {});
  }
}

/** Sends a request and refuses what is no success. */
export async function send(method: string, url: string, body: unknown, sending: Sending = {}): Promise<Response> {
  const headers = new Headers({ Accept: sending.accept ?? "application/json", "X-RetailSync-Console": "1" });
  if (body !== undefined) {
    headers.set("Content-Type", sending.contentType ?? "application/json");
  }

  if (sending.ifMatch) {
    headers.set("If-Match", sending.ifMatch);
  }

  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? null : sending.contentType && typeof body === "string" ? body : JSON.stringify(body),
      signal: sending.signal ?? null,
    });
  } catch (failure) {
    if (sending.signal?.aborted) {
      throw failure;
    }

    setReachable(false);
    throw new Refused(0, "offline", "The host cannot be reached", "", [], "", null, {});
  }

  setReachable(true);

  if (!response.ok) {
    const refused = await refusal(response);
    if (refused.status === 401) {
      sessions.dispatchEvent(new Event("signed-out"));
    }

    throw refused;
  }

  return response;
}

async function refusal(response: Response): Promise<Refused> {
  let problem: Record<string, unknown> = {};
  try {
    problem = (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy between may answer with a page.
  }

  const text = (name: string) => (typeof problem[name] === "string" ? (problem[name] as string) : "");
  const wait = Number(response.headers.get("Retry-After"));
  return new Refused(
    response.status,
    text("code") || `http-${response.status}`,
    text("title") || response.statusText,
    text("detail"),
    Array.isArray(problem["errors"]) ? (problem["errors"] as FieldError[]) : [],
    response.headers.get("X-Correlation-Id") ?? "",
    wait > 0 ? wait : null,
    problem,
  );
}
