import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../text/text.js";

/** A dialog over the page; what opened it has the focus again when it closes. */
export function Sheet({ title, isOpen, onClose, children }: { title: string; isOpen: boolean; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) {
      dialog.current.showModal();
    } else if (!isOpen) {
      dialog.current?.close();
    }
  }, [isOpen]);

  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={title}
      onClose={onClose}
      onClick={event => {
        if (event.target === dialog.current) {
          dialog.current?.close();
        }
      }}
    >
      {isOpen && (
        <div>
          <div class="title">
            <h2>{title}</h2>
            <button type="button" class="plain" aria-label={t("sheet.close")} onClick={() => dialog.current?.close()}>
              ×
            </button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
