import type { FhirResource } from '../../src/model/fhir'

/** Who made what is validated: we of something else (every error counts), or a source whose resource was given back. */
export type Origin = 'HL7 v2' | 'goldens' | 'seed' | 'Synthea' | 'examples'

/** A resource for the validator; of one that was given back, what the source had sent. */
export interface Validatable { readonly resource: FhirResource; readonly original?: FhirResource }

/** A sample of resources for the validator. */
export interface Validated {
  add(origin: Origin, each: Validatable): void
  /** By origin; within it evenly of each type. */
  all(): ReadonlyMap<Origin, readonly Validatable[]>
}

/** Keeps at most about `limit` resources of each type of each origin, spread evenly over all that were added. */
export function collectSample(limit: number): Validated {
  const kinds = new Map<string, { origin: Origin; sample: Thinned }>()
  return {
    add(origin, each) {
      const key = `${origin} ${each.resource.resourceType}`
      const kind = kinds.get(key) ?? { origin, sample: new Thinned(limit) }
      kinds.set(key, kind)
      kind.sample.add(each)
    },
    all() {
      const found = new Map<Origin, Validatable[]>()
      for (const { origin, sample } of kinds.values()) found.set(origin, [...found.get(origin) ?? [], ...sample.kept])
      return found
    },
  }
}

/** Every n-th of a stream whose length is not known: when too many are kept, every other goes, and n doubles. */
class Thinned {
  kept: Validatable[] = []
  private seen = 0
  private step = 1

  constructor(private readonly limit: number) {}

  add(each: Validatable): void {
    if (this.seen++ % this.step !== 0) return
    this.kept.push(each)
    if (this.kept.length < 2 * this.limit) return
    this.kept = this.kept.filter((_, index) => index % 2 === 0)
    this.step *= 2
  }
}
