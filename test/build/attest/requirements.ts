// What the specifications ask of statements, provenance and SPDX documents, checked field by field, apart from what writes them.

import assert from 'node:assert/strict';

type Json = Readonly<Record<string, unknown>>;

/** in-toto Statement v0.1 with a SLSA provenance v1 predicate. */
export function checkProvenance(statement: Json): void {
  checkStatement(statement, 'https://slsa.dev/provenance/v1');
  const { buildDefinition, runDetails } = statement['predicate'] as {
    buildDefinition: Json;
    runDetails: Json;
  };
  assert.ok(URL.canParse(String(buildDefinition['buildType'])));
  assert.equal(typeof buildDefinition['externalParameters'], 'object');
  for (const { uri, digest } of buildDefinition['resolvedDependencies'] as readonly {
    uri: string;
    digest: Json;
  }[]) {
    assert.ok(URL.canParse(uri), uri);
    checkDigest(digest);
  }
  assert.ok(URL.canParse(String((runDetails['builder'] as Json)['id'])));
  const { startedOn, finishedOn } = runDetails['metadata'] as { startedOn?: string; finishedOn?: string };
  for (const time of [startedOn, finishedOn])
    if (time !== undefined) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  assert.ok((startedOn ?? '') <= (finishedOn ?? ''));
}

function checkStatement({ _type, subject, predicateType }: Json, type: string): void {
  assert.equal(_type, 'https://in-toto.io/Statement/v0.1');
  assert.equal(predicateType, type);
  for (const { name, digest } of subject as readonly { name: string; digest: Json }[]) {
    assert.notEqual(name, '');
    checkDigest(digest);
  }
}

function checkDigest(digest: Json): void {
  const [[algorithm = '', value] = [], ...others] = Object.entries(digest);
  assert.deepEqual(others, []);
  assert.match(String(value), algorithm === 'sha1' ? /^[0-9a-f]{40}$/ : /^[0-9a-f]{64}$/);
}

/** SPDX 2.3: mandatory fields, identifiers, references, and the form of every value that has one. */
export function checkSpdx(document: Json): void {
  assert.equal(document['spdxVersion'], 'SPDX-2.3');
  assert.equal(document['dataLicense'], 'CC0-1.0');
  assert.equal(document['SPDXID'], 'SPDXRef-DOCUMENT');
  assert.notEqual(document['name'], '');
  const namespace = String(document['documentNamespace']);
  assert.ok(URL.canParse(namespace) && !namespace.includes('#'));
  const { created, creators } = document['creationInfo'] as { created: string; creators: readonly string[] };
  assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  for (const creator of creators) assert.match(creator, /^(Tool: .+-.+|Organization: .+|Person: .+)$/);
  const packages = document['packages'] as readonly Json[];
  const ids = new Set(['SPDXRef-DOCUMENT', ...packages.map(checkPackage)]);
  assert.equal(ids.size, packages.length + 1);
  checkRelationships(document['relationships'] as readonly Json[], ids);
}

const packageFields = new Set(
  'SPDXID name versionInfo originator downloadLocation filesAnalyzed sourceInfo licenseConcluded licenseDeclared licenseComments copyrightText comment externalRefs primaryPackagePurpose'.split(
    ' ',
  ),
);

function checkPackage(one: Json): string {
  for (const field of Object.keys(one)) assert.ok(packageFields.has(field), field);
  const id = String(one['SPDXID']);
  assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
  assert.ok(one['name']);
  assert.equal(one['downloadLocation'], 'NOASSERTION');
  assert.equal(one['filesAnalyzed'], false);
  assert.equal(one['packageVerificationCode'], undefined);
  if (one['originator'] !== undefined)
    assert.match(String(one['originator']), /^(Person|Organization): [^()\n]+( \([^()]+\))?$/);
  assert.match(String(one['licenseDeclared']), /^(NOASSERTION|[A-Za-z0-9.+() -]+)$/);
  for (const reference of (one['externalRefs'] ?? []) as readonly Json[]) {
    assert.deepEqual(
      [reference['referenceCategory'], reference['referenceType']],
      ['PACKAGE-MANAGER', 'purl'],
    );
    assert.match(
      String(reference['referenceLocator']),
      /^pkg:[a-z]+\/[^\s@?]+(@[^\s?]+)?(\?[a-z]+=[^\s&]+(&[a-z]+=[^\s&]+)*)?$/,
    );
  }
  return id;
}

function checkRelationships(relationships: readonly Json[], ids: ReadonlySet<string>): void {
  const related = new Set<unknown>(['SPDXRef-DOCUMENT']);
  for (const { spdxElementId, relatedSpdxElement, relationshipType } of relationships) {
    assert.ok(ids.has(String(spdxElementId)) && ids.has(String(relatedSpdxElement)));
    assert.ok(['DESCRIBES', 'CONTAINS'].includes(String(relationshipType)));
    related.add(relatedSpdxElement);
  }
  assert.deepEqual(
    [...ids].filter((id) => !related.has(id)),
    [],
  );
}

/** Every path to a value: `predicate.runDetails.builder.id`; places in lists are left out. */
export function pathsOf(value: unknown, at = ''): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set([at]);
  const below = Array.isArray(value)
    ? value.map((item) => pathsOf(item, at))
    : Object.entries(value).map(([key, item]) => pathsOf(item, at === '' ? key : `${at}.${key}`));
  return new Set(below.flatMap((paths) => [...paths]));
}
