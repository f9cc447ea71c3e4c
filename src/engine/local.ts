// The engine that does the work in this process. What only building needs is loaded when something is built.

import { createNetwork } from '../network/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { type OpenOptions, openStore } from '../store/index.ts';
import { buildService, keptService, recorded } from './builds/index.ts';
import { containerService } from './containers/index.ts';
import { imageService } from './images/index.ts';
import {
  baseImages,
  cacheTransport,
  imageTransport,
  registryService,
  sharedClient,
} from './registry/index.ts';
import { systemService } from './system/index.ts';
import type { BuildOptions, BuildRequest, Engine } from './types.ts';
import { volumeService } from './volumes.ts';

/** Opens the engine on a root (default: the store's). Throws what opening a store throws. */
export async function openEngine(options: OpenOptions = {}): Promise<Engine> {
  const store = await openStore(options);
  const network = createNetwork({ runDirectory: store.runDirectory, stateDirectory: store.root });
  const runtime = createRuntime({ runDirectory: store.runDirectory });
  const services = { store, network, runtime };
  const client = sharedClient(async () => (await import('../registry/index.ts')).openRegistryClient());
  const registries = { store, client: client.get };
  const building = {
    ...services,
    transport: imageTransport(registries),
    cacheTransport: cacheTransport(registries),
  };
  const pulling = (request: BuildRequest, options: BuildOptions) => ({
    ...building,
    resolveImage: baseImages(registries, request, options),
  });
  return {
    root: store.root,
    build: async (request, watch) => {
      const { build } = await import('../build/index.ts');
      return recorded(store, request, watch, (options) => build(request, pulling(request, options), options));
    },
    verify: async (request, watch) => {
      const { verifyBuild } = await import('../build/index.ts');
      return recorded(store, request, watch, (options) =>
        verifyBuild(request, pulling(request, options), options),
      );
    },
    graph: async (request, format) => {
      const { planRequest } = await import('../build/index.ts');
      return planRequest(request, services, format);
    },
    lock: async (request, options) =>
      (await import('../build/index.ts')).lockSources(request, pulling(request, options), options),
    contextReport: async (request) => (await import('../build/index.ts')).contextSizes(request, services),
    check: async (request) => (await import('../build/index.ts')).check(request, services),
    outline: async (request) => (await import('../build/index.ts')).outline(request, services),
    targets: async (request) => (await import('../build/index.ts')).targets(request, services),
    images: imageService(store),
    containers: containerService(services),
    volumes: volumeService(store),
    builds: buildService(store),
    kept: keptService(services),
    system: systemService(services),
    registry: registryService({ ...services, client: client.get }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
