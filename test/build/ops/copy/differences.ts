// Where Caisson differs from what BuildKit gave when recorded, and why.

/** What Caisson gives instead, by case. */
export const differences: Readonly<Record<string, readonly string[] | { readonly error: string }>> = {};
