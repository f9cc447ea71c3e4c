// The thread that checks passwords: bcrypt is slow by design, and requests do not wait for each other's.

import { compareSync } from 'bcryptjs';
import { serveJobs } from '../../../core/index.ts';
import type { PasswordCheck } from './passwords.ts';

serveJobs(({ password, hash }: PasswordCheck) => compareSync(password, hash));
