// The calls that 32-bit x86 also makes through socketcall(2) and ipc(2), by the number that selects them there.

/** A call's place behind a multiplexer. */
export interface MultiplexedCall {
  readonly through: 'socketcall' | 'ipc';
  readonly selector: number;
}

/** linux/net.h SYS_SOCKET…, in order from 1. */
const socketCalls =
  'socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg';
/** linux/ipc.h SEMOP…; 4 is SEMTIMEDOP, messages start at 11, shared memory at 21. */
const ipcCalls: Readonly<Record<string, number>> = {
  semop: 1,
  semget: 2,
  semctl: 3,
  semtimedop: 4,
  msgsnd: 11,
  msgrcv: 12,
  msgget: 13,
  msgctl: 14,
  shmat: 21,
  shmdt: 22,
  shmget: 23,
  shmctl: 24,
};

/** The multiplexed calls by name. */
export const multiplexed: ReadonlyMap<string, MultiplexedCall> = new Map([
  ...socketCalls
    .split(' ')
    .map((name, at): [string, MultiplexedCall] => [name, { through: 'socketcall', selector: at + 1 }]),
  ...Object.entries(ipcCalls).map(([name, selector]): [string, MultiplexedCall] => [
    name,
    { through: 'ipc', selector },
  ]),
]);
