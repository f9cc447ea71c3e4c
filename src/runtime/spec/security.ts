// Security options as --security-opt writes them.

import { CaissonError, closest } from '../../core/index.ts';
import { parseSeccompProfile, type SeccompProfile } from '../seccomp/index.ts';

/** What confines a container beyond its capabilities. */
export interface SecurityOptions {
  readonly noNewPrivileges?: boolean;
  /** Default: Docker's profile. */
  readonly seccomp?: 'default' | 'unconfined' | SeccompProfile;
  /** `systempaths=unconfined`: nothing masked or read-only under /proc and /sys. */
  readonly unmaskedPaths?: boolean;
}

/**
 * Reads `no-new-privileges[=true|false]`, `seccomp=unconfined|builtin|FILE|JSON`, `systempaths=unconfined`; `:` may stand for `=`.
 * `readProfile` reads a profile's file. Throws `SECURITY_OPTION_UNKNOWN`, `SECCOMP_PROFILE_INVALID`.
 */
export function parseSecurityOptions(
  options: readonly string[],
  readProfile: (path: string) => string,
): SecurityOptions {
  return Object.assign({}, ...options.map((option) => parseOption(option, readProfile)));
}

function parseOption(option: string, readProfile: (path: string) => string): SecurityOptions {
  const [, name = '', value] = /^([^=:]*)(?:[=:](.*))?$/s.exec(option) ?? [];
  if (name === 'no-new-privileges' && (value === undefined || value === 'true' || value === 'false'))
    return { noNewPrivileges: value !== 'false' };
  if (name === 'seccomp' && value) return { seccomp: seccompOption(value, readProfile) };
  if (name === 'systempaths' && value === 'unconfined') return { unmaskedPaths: true };
  if ((name === 'apparmor' && value === 'unconfined') || (name === 'label' && value === 'disable')) return {};
  throw unknownOption(option, name);
}

function seccompOption(
  value: string,
  readProfile: (path: string) => string,
): 'default' | 'unconfined' | SeccompProfile {
  if (value === 'unconfined') return 'unconfined';
  if (value === 'builtin') return 'default';
  return parseSeccompProfile(value.trimStart().startsWith('{') ? value : readProfile(value));
}

const examples = [
  'no-new-privileges',
  'seccomp=unconfined',
  'seccomp=PROFILE.json',
  'systempaths=unconfined',
  'apparmor=unconfined',
  'label=disable',
];

function unknownOption(option: string, name: string): CaissonError {
  const near = closest(name, ['no-new-privileges', 'seccomp', 'systempaths', 'apparmor', 'label']);
  const meant = near && near !== name ? `Did you mean '${near}'? ` : '';
  return new CaissonError('SECURITY_OPTION_UNKNOWN', `The security option '${option}' is not supported`, {
    hint: `${meant}Supported are ${examples.join(', ')}.`,
  });
}
