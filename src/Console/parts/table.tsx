import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { mayOpen } from "../shell/pages.js";
import { useMe } from "../shell/session.js";
import { settings } from "../shell/settings.js";
import { go, useQuery } from "../shell/router.js";
import { t } from "../text/text.js";
import { useSeen } from "./seen.js";
import type { PagesRead } from "../api/pages.js";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly isNumber?: boolean;
  /** The name by which the server sorts; a column without one cannot be sorted by. */
  readonly sort?: string;
}

interface Props<T> {
  readonly name: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** The address that a row leads to; no link where the caller may not open that page. */
  readonly open?: (row: T) => string;
  readonly isChosen?: (row: T) => boolean;
  readonly className?: (row: T) => string | undefined;
  readonly empty: ComponentChildren;
}

/** Rows of anything. Sorting is the server's; on a narrow screen a row is a card. `j` and `k` move, Enter opens. */
export function Table<T>({ name, columns, rows, keyOf, open, isChosen, className, empty }: Props<T>) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const body = useRef<HTMLTableSectionElement>(null);
  const sorted = query.get("sort") ?? "";
  const seen = useSeen(body, rows.length);
  const leads = open && rows[0] !== undefined && mayOpen(me, open(rows[0])) ? open : null;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
      const isFree = !(event.target instanceof HTMLElement) || !event.target.matches("input, textarea, select, dialog *");
      const lines = [...(body.current?.rows ?? [])].filter(line => !line.classList.contains("spacer"));
      if (step === 0 || !isFree || !settings().keys || event.ctrlKey || event.metaKey || event.altKey || lines.length === 0) {
        return;
      }

      const at = lines.findIndex(line => line.contains(document.activeElement));
      const to = lines[at === -1 ? 0 : Math.min(Math.max(at + step, 0), lines.length - 1)];
      to?.focus();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);

  if (rows.length === 0) {
    return <>{empty}</>;
  }

  return (
    <div class="wide" role="region" aria-label={name} tabIndex={0}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.key} scope="col" class={column.isNumber ? "number" : undefined} aria-sort={order(column.sort, sorted)}>
                {column.sort === undefined ? (
                  column.title
                ) : (
                  <button
                    type="button"
                    class="plain"
                    onClick={() => setQuery({ sort: sorted === column.sort ? `-${column.sort}` : column.sort!, after: null })}
                  >
                    {column.title}
                    <span aria-hidden="true">{sorted === column.sort ? " ▲" : sorted === `-${column.sort}` ? " ▼" : ""}</span>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer height={seen.above} columns={columns.length} />
          {rows.slice(seen.from, seen.to).map((row, index) => (
            <tr
              key={keyOf(row)}
              aria-rowindex={seen.from + index + 2}
              tabIndex={-1}
              class={className?.(row)}
              aria-selected={isChosen ? isChosen(row) : undefined}
              onKeyDown={event => {
                if (event.key === "Enter" && event.target === event.currentTarget && leads) {
                  go(leads(row));
                }
              }}
            >
              {columns.map((column, index) => {
                const shown = column.cell(row);
                const isHead = index === 0;
                const content = isHead && leads ? <a href={leads(row)}>{shown}</a> : shown;
                return isHead ? (
                  <th key={column.key} scope="row" class={column.isNumber ? "number" : undefined} data-title={column.title}>
                    {content}
                  </th>
                ) : (
                  <td key={column.key} class={column.isNumber ? "number" : undefined} data-title={column.title}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
          <Spacer height={seen.below} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of rows that are not drawn. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  return height <= 0 ? null : (
    <tr
      class="spacer"
      aria-hidden="true"
      ref={row => {
        // By the object model: the policy allows no style attribute.
        row?.style.setProperty("height", `${height}px`);
      }}
    >
      <td colSpan={columns} />
    </tr>
  );
}

function order(sort: string | undefined, sorted: string): "ascending" | "descending" | "none" | undefined {
  return sort === undefined ? undefined : sorted === sort ? "ascending" : sorted === `-${sort}` ? "descending" : "none";
}

/** What is under a list: more of it, or that there is too much of it to look through. */
export function More<T>({ of }: { of: PagesRead<T> }) {
  return of.next === null ? null : of.isFull ? (
    <p class="hint">{t("table.narrow")}</p>
  ) : (
    <p>
      <button type="button" disabled={of.isReading} onClick={of.readMore}>
        {t("table.more")}
      </button>
    </p>
  );
}
