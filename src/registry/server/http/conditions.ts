// Conditional requests (RFC 9110, 13): entity tags are digests in quotes.

/** Whether an If-None-Match or If-Range header names the entity tag of `digest`. */
export function matchesTag(header: string | undefined, digest: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(`"${digest}"`) || tags.includes(digest);
}
