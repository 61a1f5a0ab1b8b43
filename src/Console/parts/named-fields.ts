/** The fields that a refusal names, as in "'quantity' must be above 0". */
export function namedFields(detail: string): ReadonlySet<string> {
  return new Set([...detail.matchAll(/'(\w+)'/g)].map(found => found[1]!));
}
