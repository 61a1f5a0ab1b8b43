import { usePlace, withQuery } from "../shell/router.js";

/** Parts of a page of which one is shown; which one is in the address. */
export function Tabs({ name, of, shown }: { name: string; of: readonly (readonly [key: string, title: string, count?: number | null])[]; shown: string }) {
  const place = usePlace();
  return (
    <ul class="tabs" aria-label={name}>
      {of.map(([key, title, count]) => (
        <li key={key}>
          <a href={withQuery(place, { show: key, sort: null })} aria-current={key === shown ? "page" : undefined}>
            {title}
            {count ? ` (${count})` : ""}
          </a>
        </li>
      ))}
    </ul>
  );
}
