import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../text/text.js";

export function CopyButton({ text, children }: { text: () => string; children: ComponentChildren }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text()).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    });
  return (
    <button type="button" onClick={copy}>
      {isCopied ? t("copied") : children}
    </button>
  );
}
