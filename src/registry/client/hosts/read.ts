// Where the hosts file is, and reading it.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { CaissonError, errnoOf, messageOf } from '../../../core/index.ts';
import { readTextFile } from '../text-file.ts';
import type { Hosts } from '../types.ts';
import { certificateFolders as usualCertificateFolders } from './certificates.ts';
import { hostsOf } from './endpoints.ts';
import { parseHosts } from './parse.ts';
import type { HostsTable } from './types.ts';

/** Where hosts are looked up. */
export interface HostsOptions {
  /** `CAISSON_HOSTS`, `XDG_CONFIG_HOME`, `HOME`, and what headers need; default: this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Folders with a folder for each registry; default: Docker's and containers'. */
  readonly certificateFolders?: readonly string[];
}

/** The endpoints of registries by the first hosts file there is, without one by the registries' own names. Throws `HOSTS_INVALID`. */
export function readHosts(options: HostsOptions = {}): Hosts {
  const { environment = process.env, certificateFolders = usualCertificateFolders } = options;
  return hostsOf(readTable(environment), { environment, certificateFolders });
}

function readTable(environment: NodeJS.ProcessEnv): HostsTable {
  const named = environment['CAISSON_HOSTS'];
  if (named) return parseHosts(readText(named), named);
  for (const file of usualFiles(environment)) {
    try {
      return parseHosts(readText(file), file);
    } catch (error) {
      if (!(error instanceof CaissonError) || errnoOf(error.cause) !== 'ENOENT') throw error;
    }
  }
  return { entries: new Map() };
}

function usualFiles(environment: NodeJS.ProcessEnv): readonly string[] {
  const home = environment['HOME'] || homedir();
  const settings = environment['XDG_CONFIG_HOME'] || join(home, '.config');
  return [join(settings, 'caisson/hosts.json'), '/etc/caisson/hosts.json'];
}

function readText(file: string): string {
  try {
    return readTextFile(file);
  } catch (cause) {
    throw new CaissonError('HOSTS_INVALID', `The hosts file "${file}" cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}
