import type { ComponentChildren } from "preact";
import { mayOpen } from "../shell/pages.js";
import { useMe } from "../shell/session.js";

/** A link to a page; only its text where the caller may not open that page. */
export function PageLink({ href, children }: { href: string; children: ComponentChildren }) {
  return mayOpen(useMe(), href) ? <a href={href}>{children}</a> : <>{children}</>;
}
