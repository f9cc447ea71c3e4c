// What the store offers to remember plans.

/** Plans by a key that names all they were made from. They can be made again: what is lost costs time and nothing else. */
export interface PlanStore {
  get(key: string): Buffer | undefined;
  /** Remembers a plan in the place of the oldest ones; a full disk is no failure. */
  put(key: string, plan: Uint8Array): void;
  /** Forgets all; gives the bytes they took. */
  clear(): number;
}
