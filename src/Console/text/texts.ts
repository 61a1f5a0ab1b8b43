/** Words of an area of the console, each in every language. `{name}` is a value; a key that ends in `.one` goes with a count of one, `.other` with any other. */
export type Texts = Readonly<Record<string, { readonly en: string; readonly de: string }>>;
