// What the network room offers: network namespaces connected as a container asks for.

/** How a container is connected. */
export type NetworkMode =
  | { readonly kind: 'bridge' }
  | { readonly kind: 'host' }
  | { readonly kind: 'none' }
  /** Shares the namespace of a running process. */
  | { readonly kind: 'container'; readonly pid: number };

/** A port of the container reachable at a port of the host; `hostPort` 0 takes a free one. */
export interface PortBinding {
  readonly protocol: 'tcp' | 'udp';
  readonly containerPort: number;
  readonly hostPort: number;
  /** Default: every address of the host. */
  readonly hostAddress?: string;
}

/** What a sandbox is made from. */
export interface SandboxRequest {
  /** Unique; names the namespace and what the host keeps for it. */
  readonly id: string;
  readonly mode: NetworkMode;
  /** Whose files to make: Docker's for a container (default), BuildKit's for build steps. */
  readonly purpose?: 'run' | 'build';
  readonly ports?: readonly PortBinding[];
  readonly hostname?: string;
  /** `name:address` pairs for /etc/hosts; `host-gateway` is the bridge's address. */
  readonly extraHosts?: readonly string[];
  readonly dns?: readonly string[];
  readonly dnsSearch?: readonly string[];
  /** The namespace is made with its first process, which links it as the sandbox's {@link Link} says; nothing of it is kept at a path. */
  readonly ownNamespace?: boolean;
}

/** A veth pair that whoever makes a namespace makes with it, as `eth0`; nothing of it outlives the namespace. */
export interface Link {
  /** The host's end. */
  readonly name: string;
  readonly bridge: string;
  /** The sandbox it is of. */
  readonly owner: string;
  readonly address: string;
  /** Length of the network's prefix. */
  readonly prefix: number;
  readonly gateway: string;
  readonly macAddress: string;
  /** Absent: the kernel's own. */
  readonly mtu?: number;
  /** Frames go out where they came in too, for ports that the container itself calls. */
  readonly hairpin: boolean;
  /** The files that claim its address and say that it exists, to be removed in this order when it is gone. */
  readonly claim: string;
  readonly record: string;
}

/** A network namespace ready for processes. */
export interface Sandbox {
  readonly id: string;
  /** Path of the namespace to enter; undefined for `host` and where the caller makes its own; `none` has one with only a loopback. */
  readonly namespacePath: string | undefined;
  readonly address?: string;
  readonly gateway?: string;
  readonly macAddress?: string;
  /** For a namespace of the caller's own that is to reach others. */
  readonly link?: Link;
  /** With the host ports that were taken. */
  readonly ports: readonly PortBinding[];
  /** Contents for the container's files. */
  readonly hosts: string;
  readonly resolvConf: string;
}

/** Sandboxes of one store root; bridge, addresses and rules are shared by all processes that use it. */
export interface Network {
  /** Where the namespace of a sandbox will be, known before `create` is done; undefined for `host`. */
  namespacePath(id: string, mode: NetworkMode): string | undefined;
  /** One shell that runs `ip`, and `nft` for published ports; throws `NETWORK_UNAVAILABLE`, `NETWORK_REQUEST_INVALID`, `SANDBOX_EXISTS`, `PORT_IN_USE`. */
  create(request: SandboxRequest): Promise<Sandbox>;
  /** Takes away all that `create` made, also after a crash; nothing to do is no error. */
  remove(id: string): Promise<void>;
  /** Ids of the sandboxes whose traces are on this host. */
  list(): readonly string[];
  /** Takes away the bridge, which else stays for the next sandbox; does nothing while there are sandboxes. True when it is gone. */
  dismantle(): Promise<boolean>;
}
