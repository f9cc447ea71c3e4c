// Trees that many cases begin with, as lines of `CopyCase`.

/** Files of several modes at several depths. */
export const FILES: readonly string[] = [
  'f 644 0:0 a.txt A',
  'f 600 0:0 b.txt B',
  'd 700 0:0 dir',
  'f 640 0:0 dir/x X',
  'd 711 0:0 dir/sub',
  'f 755 0:0 dir/sub/y Y',
];
/** Owners, a setuid program and a link. */
export const OWNED: readonly string[] = [
  'd 750 7:8 s',
  'f 640 5:6 s/a A',
  'd 701 9:9 s/d',
  'f 4755 3:4 s/d/suid S',
  'l s/l -> d/suid',
];
/** Accounts, among them one whose name is a number. */
export const PASSWD: readonly string[] = [
  'd 755 0:0 etc',
  'f 644 0:0 etc/passwd root:x:0:0:root:/root:/bin/sh\nbob:x:1001:1002::/:/bin/sh\n7:x:77:78::/:/bin/sh\n',
  'f 644 0:0 etc/group root:x:0:\nstaff:x:50:\nbob:x:1002:\n8:x:88:\n',
];
