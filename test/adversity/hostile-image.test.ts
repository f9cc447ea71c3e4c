// Images whose files are traps: what Caisson itself reads of them never leads out of the image, hangs or fills memory.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { archiveOf, type Member } from '../oci/tar/archive.ts';
import { cannotRunContainers, type Outcome } from '../support/index.ts';
import { dockerArchive } from './image-tar.ts';
import { assertClean, assertRefused, openPlace, type Place } from './place.ts';

const outside = '/var/tmp/caisson-adversity-victim';

interface Trap {
  readonly what: string;
  readonly members: readonly Member[];
  readonly config?: object;
  /** What `run` and a `RUN` step may say; by default both must work. */
  readonly refused?: RegExp;
  /** Needs a user lookup in the image's files. */
  readonly user?: string;
}

const folder = (name: string): Member => ({ name, type: 'directory', mode: 0o755 });
const link = (name: string, linkName: string): Member => ({ name, type: 'symlink', linkName });

const traps: readonly Trap[] = [
  { what: '/etc leads to the host', members: [link('etc', outside)], refused: /\/etc/ },
  {
    what: '/etc climbs to the host',
    members: [link('etc', `../../../../../..${outside}`)],
    refused: /\/etc/,
  },
  {
    what: '/etc/resolv.conf leads to the host',
    members: [folder('etc'), link('etc/resolv.conf', `${outside}/x`)],
  },
  {
    what: '/etc/hosts leads to a device',
    members: [folder('etc'), link('etc/hosts', '/dev/null')],
    refused: /\/dev/,
  },
  { what: '/proc leads elsewhere', members: [link('proc', '/tmp')], refused: /\/proc/ },
  { what: '/dev leads elsewhere', members: [link('dev', '/tmp')], refused: /\/dev/ },
  { what: '/sys is a file', members: [{ name: 'sys', content: 'x' }], refused: /\/sys/ },
  { what: '/etc is a file', members: [{ name: 'etc', content: 'x' }], refused: /\/etc/ },
  {
    what: '/etc/passwd is a pipe',
    members: [folder('etc'), { name: 'etc/passwd', type: 'fifo' }],
    user: 'someone',
    refused: /someone|passwd/,
  },
  {
    what: '/etc/group is a device',
    members: [folder('etc'), { name: 'etc/group', type: 'character', deviceMajor: 1, deviceMinor: 5 }],
    user: '1:staff',
    refused: /staff|group/,
  },
  {
    what: "/etc/passwd leads to the host's",
    members: [folder('etc'), link('etc/passwd', '/../../../../../../proc/1/root/etc/passwd')],
    user: 'daemon',
    refused: /daemon/,
  },
  {
    what: '/etc/passwd leads to itself',
    members: [folder('etc'), link('etc/passwd', 'passwd')],
    user: 'daemon',
    refused: /daemon|links|loop/i,
  },
  {
    what: '/etc/passwd has 1 GB',
    members: [folder('etc'), { name: 'etc/passwd', type: 'file', size: 1e9 }],
    user: 'daemon',
    refused: /passwd.*(larger|more|than)|daemon/,
  },
  {
    what: 'the working directory leads out',
    members: [link('work', outside)],
    config: { WorkingDir: '/work/deep' },
    refused: /\/work/,
  },
  {
    what: 'a volume leads out',
    members: [link('data', outside)],
    config: { Volumes: { '/data/deep': {} } },
    refused: /\/data/,
  },
  { what: 'the working directory climbs', members: [], config: { WorkingDir: `/../../..${outside}` } },
  { what: 'a volume climbs', members: [], config: { Volumes: { [`/../../..${outside}`]: {} } } },
];

describe('an image full of traps', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  for (const trap of traps)
    it(trap.what, { timeout: 60_000 }, async () => {
      await load(place, trap);
      const user = trap.user === undefined ? [] : ['--user', trap.user];
      const ran = await place.caisson([
        'run',
        '--rm',
        '--network',
        'none',
        ...user,
        'trap',
        '/bin/busybox',
        'true',
      ]);
      const line = trap.user === undefined ? '' : `USER ${trap.user}\n`;
      const built = await place.build(
        `FROM trap\n${line}RUN ["/bin/busybox", "true"]\nCOPY Dockerfile /etc/x/y\n`,
      );
      for (const outcome of [ran, built]) judge(outcome, trap);
      assert.equal(existsSync(outside), false, 'something was made on the host');
      assert.equal((await place.ok(['ps', '-aq'])).trim(), '');
      await assertClean(place);
    });
});

/** Either it works, or it is refused with a reason; never a crash, never something else. */
function judge(outcome: Outcome, { refused }: Trap): void {
  if (outcome.code === 0) return;
  assert.ok(refused, `it should work:\n${outcome.stderr}`);
  assertRefused(outcome, outcome.code, refused);
}

async function load(place: Place, { members, config }: Trap): Promise<void> {
  await place.caisson(['rmi', '-f', 'trap']);
  const path = join(place.folder, 'trap.tar');
  const layer = archiveOf(...members.map(filled));
  writeFileSync(path, dockerArchive('raw', layer, undefined, config));
  const loaded = await place.caisson(['load', '-i', path]);
  assert.equal(loaded.code, 0, loaded.stderr);
  const { code, stderr } = await place.build(
    'FROM raw\nCOPY --from=busybox /bin/busybox /bin/busybox\n',
    '-t',
    'trap',
  );
  assert.equal(code, 0, stderr);
}

function filled(member: Member): Member {
  return member.type === 'file' && member.size !== undefined
    ? { ...member, content: Buffer.alloc(member.size) }
    : member;
}
