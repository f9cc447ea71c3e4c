// Docker's longer names of commands: `caisson image ls` is `caisson images`.

/** By group and name, the words that take their place. */
export const aliases: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  image: {
    build: ['build'],
    history: ['history'],
    import: ['import'],
    inspect: ['inspect', '--type', 'image'],
    load: ['load'],
    ls: ['images'],
    list: ['images'],
    prune: ['prune', '--only', 'images'],
    pull: ['pull'],
    push: ['push'],
    remove: ['rmi'],
    rm: ['rmi'],
    save: ['save'],
    tag: ['tag'],
  },
  container: {
    attach: ['attach'],
    create: ['create'],
    exec: ['exec'],
    inspect: ['inspect', '--type', 'container'],
    kill: ['kill'],
    logs: ['logs'],
    ls: ['ps'],
    list: ['ps'],
    port: ['port'],
    prune: ['prune', '--only', 'containers'],
    rm: ['rm'],
    run: ['run'],
    start: ['start'],
    stop: ['stop'],
    wait: ['wait'],
  },
  // A folder of that name is built as `./debug`.
  build: { debug: ['builds', 'debug'] },
  builder: { build: ['build'], prune: ['prune', '--only', 'cache'] },
  buildx: { build: ['build'], du: ['du'], prune: ['prune', '--only', 'cache'] },
  volume: { list: ['volume', 'ls'], prune: ['prune', '--only', 'volumes'] },
  system: { df: ['du'], info: ['info'], prune: ['prune'] },
};

/** The arguments with a longer name at `at` replaced; `help NAME` becomes `NAME --help`. */
export function withoutAliases(args: readonly string[], at: number): readonly string[] {
  const [group = '', name = ''] = args.slice(at);
  if (group === 'help' && name !== '') return [...args.slice(0, at), ...args.slice(at + 1), '--help'];
  const members = Object.hasOwn(aliases, group) ? aliases[group] : undefined;
  const words = members && Object.hasOwn(members, name) ? members[name] : undefined;
  return words ? [...args.slice(0, at), ...words, ...args.slice(at + 2)] : args;
}
