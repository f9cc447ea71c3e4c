// The door of ssh-agent: agents whose keys build steps may use.
export { createSshAgents, type SshSource } from './agents.ts';
