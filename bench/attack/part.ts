/** One line of an attack's table: what was tried, what was seen, what was promised. */
export interface Finding {
  readonly what: string
  /** As people read it: `41 ms`, `AUC .512`, `refused (429)`. */
  readonly seen: string
  readonly promised: string
  readonly holds: boolean
  /** What of it does not hang on a time or on memory, where something does: a machine that others use may fail the rest. */
  readonly counted?: boolean
}

/** How much of an attack is run: `sample` is the part for CI. */
export interface AttackOptions {
  readonly sample: boolean
  /** Tells whoever watches how far it is. */
  readonly progress: (done: string) => void
}

/**
 * One kind of attack, against gateways that it starts itself and ends again: on loopback, bounded in count and time. Inputs are
 * harmless to other software: what crashes or hangs somebody else's code stands nowhere here.
 */
export interface Attack {
  readonly name: string
  readonly about: string
  run(options: AttackOptions): Promise<readonly Finding[]>
}
