// Proxy settings given as build arguments: every RUN sees them, no key and no history holds them.

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'] as const;

/** The variables for RUN, in both spellings, of the proxy settings among `buildArgs` (their case does not matter). */
export function proxyVariables(buildArgs: Readonly<Record<string, string>>): readonly string[] {
  const given = Object.entries(buildArgs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return names.flatMap((name) => {
    const value = given.findLast(([key]) => key.toUpperCase() === name)?.[1] ?? '';
    return value === '' ? [] : [`${name}=${value}`, `${name.toLowerCase()}=${value}`];
  });
}
