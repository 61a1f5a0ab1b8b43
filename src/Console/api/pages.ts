import { useEffect, useState } from "preact/hooks";
import { addressOf, call, type Answer, type Operation, type Question, type Refused } from "./client.js";
import { asRefused, useApi, type Loaded, type Reading } from "./use.js";

/** A list of which some pages were read. */
export interface PagesRead<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
  readonly isReading: boolean;
  /** Whether as much was read as is looked through. */
  readonly isFull: boolean;
  readonly readMore: () => void;
  readonly moreError: Refused | null;
}

const Most = 2_000;

type ListOperation = { [O in Operation]: Answer<O> extends { readonly items: readonly unknown[]; readonly next: string | null } ? O : never }[Operation];
type Row<O extends ListOperation> = Answer<O>["items"][number];

/** Reads a list, its first page again when hints say so, and further pages when asked for. */
export function usePages<O extends ListOperation>(operation: O, question: Question<O> | null, reading: Reading = {}): Loaded<Answer<O>> & PagesRead<Row<O>> {
  const first = useApi(operation, question, reading);
  const [more, setMore] = useState<{ of: string; rows: readonly Row<O>[]; next: string | null } | null>(null);
  const [isReading, setReading] = useState(false);
  const [moreError, setMoreError] = useState<Refused | null>(null);
  const page = first.data as { items: readonly Row<O>[]; next: string | null } | null;
  useEffect(() => setMoreError(null), [page]);

  // Further pages stay while the first is read again, as long as they follow it.
  const key = question === null ? "" : `${addressOf(operation, question)} ${page?.next}`;
  const isMine = more !== null && more.of === key;
  const next = isMine ? more.next : (page?.next ?? null);
  const rows = [...(page?.items ?? []), ...(isMine ? more.rows : [])];

  const readMore = () => {
    if (next === null || question === null || isReading) {
      return;
    }

    setReading(true);
    const following = { ...question, query: { ...question.query, after: next } } as Question<O>;
    call(operation, following)
      .then(
        answered => {
          const got = answered.data as { items: readonly Row<O>[]; next: string | null };
          setMore({ of: key, rows: [...(isMine ? more.rows : []), ...got.items], next: got.next });
        },
        failure => setMoreError(asRefused(failure)),
      )
      .finally(() => setReading(false));
  };

  return { ...first, rows, next, isReading, isFull: rows.length >= Most, readMore, moreError };
}
