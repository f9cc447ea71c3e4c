// The little XML that S3 answers: elements by name, no attributes.

/** The text of the first element of that name. */
export function elementOf(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text === undefined ? undefined : decoded(text);
}

/** The inner XML of all elements of that name that have no other of that name in them. */
export function elementsOf(xml: string, name: string): readonly string[] {
  const open = `<${name}>`;
  return xml
    .split(open)
    .slice(1)
    .map((part) => part.slice(0, Math.max(part.indexOf(`</${name}>`), 0)));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name] ?? whole;
  });
}
