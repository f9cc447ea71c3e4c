// Pulling into a store of the test's own.

import type { TestContext } from 'node:test';
import type { ProgressEvent } from '../../../src/core/index.ts';
import {
  createRegistryClient,
  type PulledName,
  type PullImageOptions,
  pullImage,
} from '../../../src/registry/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { temporaryStore } from '../../store/sample.ts';

/** A store and a way to pull into it. */
export interface Puller {
  readonly store: Store;
  readonly pull: (
    name: string,
    options?: Partial<PullImageOptions>,
  ) => Promise<PulledName & { readonly events: readonly ProgressEvent[] }>;
}

const quick = { tries: 4, patientTries: 4, pause: 1, longestPause: 20, longestAsked: 100 };

/** A fresh store with a client; both go with the test. Broken downloads are taken up at once, a few times. */
export async function puller(t: TestContext, retries: Partial<typeof quick> = {}): Promise<Puller> {
  const store = await temporaryStore(t);
  const client = createRegistryClient({ retries: { ...quick, ...retries } });
  t.after(() => client[Symbol.asyncDispose]());
  return {
    store,
    async pull(name, options = {}) {
      const events: ProgressEvent[] = [];
      const pulled = await pullImage({ store, client }, name, {
        onEvent: (event) => events.push(event),
        signal: AbortSignal.timeout(60_000),
        ...options,
      });
      return { ...pulled, events };
    },
  };
}

/** Outcomes of a pull's steps, by name. */
export function outcomes(events: readonly ProgressEvent[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    events.flatMap((event) => (event.kind === 'vertex-ended' ? [[event.vertex, event.outcome]] : [])),
  );
}
