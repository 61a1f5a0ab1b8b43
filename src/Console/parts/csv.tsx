import { useState } from "preact/hooks";
import { send, type Refused } from "../api/client.js";
import { asRefused } from "../api/use.js";
import { t } from "../text/text.js";
import { download } from "./download.js";
import { ErrorBox } from "./states.js";

/** Pages of a list that one file has at most; what is more is exported by the command line. */
const MostPages = 50;

/** Saves all that matches as CSV. The API writes it, with the same filters as the list: a list a page at a time, an export as one. */
export function CsvButton({ url, file }: { url: string; file: string }) {
  const [isReading, setReading] = useState(false);
  const [error, setError] = useState<Refused | null>(null);
  const read = async () => {
    setReading(true);
    setError(null);
    try {
      download(file, "text/csv", await readAll(url));
    } catch (failure) {
      setError(asRefused(failure));
    } finally {
      setReading(false);
    }
  };
  return (
    <>
      <button type="button" disabled={isReading} onClick={read}>
        {t("table.csv")}
      </button>
      {error && <ErrorBox error={error} />}
    </>
  );
}

async function readAll(first: string): Promise<string> {
  let text = "";
  let url: string | null = first;
  for (let page = 0; page < MostPages && url !== null; page++) {
    const response = await send("GET", url, undefined, { accept: "text/csv" });
    const part = await response.text();
    text += page === 0 ? part : part.slice(part.indexOf("\n") + 1);
    url = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("Link") ?? "")?.[1] ?? null;
  }

  return text;
}
