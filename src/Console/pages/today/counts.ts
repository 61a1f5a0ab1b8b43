const Hour = 3_600_000;

/** How many there are, or that there are more than were read. */
export function atLeast(page: { readonly items: readonly unknown[]; readonly next: string | null }): string {
  return page.next === null ? String(page.items.length) : `${page.items.length}+`;
}

/** The beginning of an hour some hours ago: the same for all who look within an hour. */
export function hourAgo(hours: number): string {
  return new Date((Math.floor(Date.now() / Hour) - hours) * Hour).toISOString();
}
