// A program for the tests that makes a sandbox, to be killed in the middle of it.

import { createNetwork } from '../../src/network/index.ts';

const [runDirectory = '', stateDirectory = '', id = ''] = process.argv.slice(2);
const network = createNetwork({ runDirectory, stateDirectory });
const ports = [{ protocol: 'tcp', containerPort: 80, hostPort: 0 }] as const;
console.log('ready');
await network.create({ id, mode: { kind: 'bridge' }, ports });
console.log('made');
await network.remove(id);
console.log('gone');
