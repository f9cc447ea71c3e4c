// Where the pages are. Names go in queries: a repository may be called like any path.

/** The repository's page. */
export function repositoryLink(name: string): string {
  return `/ui/repository?${new URLSearchParams({ name })}`;
}

/** The page of a manifest by tag or digest. */
export function manifestLink(name: string, reference: string): string {
  return `/ui/manifest?${new URLSearchParams({ name, reference })}`;
}

/** The page that shows a JSON blob. */
export function documentLink(name: string, digest: string): string {
  return `/ui/document?${new URLSearchParams({ name, digest })}`;
}
