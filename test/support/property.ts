// Properties: fast-check with one seed, so that a run of the tests repeats the run before; `npm run properties` tries others.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['CAISSON_PROPERTY_SEED'] ?? 20_260_101) });

export { fc };
