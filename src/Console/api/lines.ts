import { Refused, send } from "./client.js";

/** Sends a request whose answer comes as lines of JSON while it is worked out, and gives each line to a function. */
export async function readLines(
  method: string,
  url: string,
  body: unknown,
  signal: AbortSignal,
  onLine: (line: Record<string, unknown>) => void,
): Promise<void> {
  const response = await send(method, url, body, { signal, accept: "application/x-ndjson" });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) {
      break;
    }

    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter(text => text !== "")) {
      onLine(JSON.parse(line) as Record<string, unknown>);
    }
  }

  if (rest.trim() !== "") {
    throw new Refused(0, "interrupted", "The answer was cut short", "", [], "", null, {});
  }
}
