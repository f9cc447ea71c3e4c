// URLs of files: what the file is called, and how a URL is shown.

/** The URL as messages and records show it: a password or token in it is left out. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1xxxxx@');
}

/** What ADD calls the file: the last name in the URL's path, `__unnamed__` where there is none. */
export function fileNameOf(url: string): string {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
  const name = decoded(path).split('/').filter(Boolean).at(-1) ?? '';
  return name === '' || name === '.' || name === '..' || name.includes('\0') ? '__unnamed__' : name;
}

/** A part of a URL with its percent signs undone; as it is where that cannot be. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
