// The names of Linux signals that STOPSIGNAL knows, without `SIG`.

const plain =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX';

const realtime = [
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
];

/** Every name, real-time ones as `RTMIN+n` and `RTMAX-n`. */
export const signalNames: ReadonlySet<string> = new Set([...plain.split(' '), ...realtime]);
