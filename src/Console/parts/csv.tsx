import { useState } from "preact/hooks";
import { send, type Refused } from "../api/client.js";
import { asRefused } from "../api/use.js";
import { t } from "../text/text.js";
import { ErrorBox } from "./states.js";

/** Saves all that matches as CSV; the API writes it, with the same filters as the list. */
export function CsvButton({ url, file }: { url: string; file: string }) {
  const [error, setError] = useState<Refused | null>(null);
  const [isSaving, setSaving] = useState(false);

  const save = async () => {
    setSaving(true);
    setError(null);
    try {
      const content = await (await send("GET", url, undefined, { accept: "text/csv" })).blob();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(content);
      link.download = file;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (failure) {
      setError(asRefused(failure));
    } finally {
      setSaving(false);
    }
  };

  return (
    <>
      <button type="button" onClick={save} disabled={isSaving}>
        {t("table.csv")}
      </button>
      {error && <ErrorBox error={error} />}
    </>
  );
}
