// What a helper says, fit to be told: without the secret it was given or gives, whole, cut off, or written otherwise.

const mostText = 16 * 1024;
const [leastPart, mostPart] = [4, 12];

/** The ways in which a helper may write a secret: as it is, in JSON, in a URL, in base64 with and without its user. */
export function formsOf({
  username,
  secret,
}: {
  readonly username: string;
  readonly secret: string;
}): readonly string[] {
  if (secret === '') return [];
  const base64 = [secret, `${username}:${secret}`].map((text) => Buffer.from(text).toString('base64'));
  const inUrl = encodeURIComponent(secret.toWellFormed());
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), inUrl, ...base64])];
}

/** The text with `***` in place of secrets, of half a secret (a dozen characters of a long one), and of what JSON calls a secret. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const named = text
    .slice(0, mostText)
    .replace(/("(?:secret|password|[a-z_]*token)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)/gis, '$1"***"');
  const hidden = new Uint8Array(named.length);
  for (const secret of secrets) hideParts(hidden, named, secret);
  let shown = '';
  for (let at = 0; at < named.length; at++)
    if (!hidden[at]) shown += named[at];
    else if (!hidden[at - 1]) shown += '***';
  return shown;
}

/** Marks every stretch of the text that is half of the secret, or a dozen characters of it. */
function hideParts(hidden: Uint8Array, text: string, secret: string): void {
  const half = Math.max(leastPart, Math.min(mostPart, Math.ceil(secret.length / 2)));
  const length = Math.min(secret.length, half);
  const parts = new Set(
    Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length)),
  );
  for (let at = 0; at + length <= text.length; at++)
    if (parts.has(text.slice(at, at + length))) hidden.fill(1, at, at + length);
}
