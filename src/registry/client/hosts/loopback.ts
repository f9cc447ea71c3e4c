// The loopback interface: what is sent to it stays on this machine.

/** Whether a host, with or without a port, is this machine by its name or number alone. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
