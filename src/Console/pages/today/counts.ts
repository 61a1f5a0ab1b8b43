/** How many there are, or that there are more than were read. */
export function atLeast(page: { readonly items: readonly unknown[]; readonly next: string | null }): string {
  return page.next === null ? String(page.items.length) : `${page.items.length}+`;
}
