import type * as fhir4 from '../../src/model/fhir'
import { resourceId } from '../../src/model/ids'
import type { MappingIssue, MappingResult, Telling } from '../../src/model/mapping'
import type { Hl7Message } from '../../src/model/record'
import type { MapperSource } from '../../src/model/source'
import { readDate, type DateReading } from '../../src/terminology/dates'
import { versionTimeOf } from './datatypes/TS_dateTime'
import { settingsOf, type Hl7Settings } from './settings'

type Manner = Omit<Telling, 'resource' | 'versionTime'>

/**
 * One message on its way to FHIR: what it told so far, and what was noticed. Mapping functions get it first; it holds no
 * state beyond one call of the mapper.
 */
export class Mapping {
  readonly settings: Hl7Settings
  readonly issues: MappingIssue[] = []
  /** Instant of MSH-7: the state that the sender vouches for (see `versionTimeOf`). */
  readonly versionTime: string | undefined
  private readonly told = new Map<string, Telling>()
  private readonly ids = new Map<string, string>()
  private readonly dates = new Map<string, DateReading>()

  constructor(readonly message: Hl7Message, readonly source: MapperSource) {
    this.settings = settingsOf(source)
    readEnvelope(message)
    this.versionTime = versionTimeOf(this)
  }

  note(severity: MappingIssue['severity'], code: string, place: string, message: string): void {
    this.issues.push({ severity, code, place, message })
  }

  /** The id of a resource. Each OBX names the same institution and doctors: their hash is made once. */
  id(type: string, identifier: string): string {
    const key = `${type}|${identifier}`
    const known = this.ids.get(key)
    if (known !== undefined) return known
    const id = resourceId(this.source, type, identifier)
    this.ids.set(key, id)
    return id
  }

  /**
   * Tells a resource. What lies in no compartment (a doctor, an institution) is told once in a message, by the mention
   * that says most.
   */
  tell(resource: fhir4.FhirResource & { id: string }, manner: Manner): void {
    const ref = `${resource.resourceType}/${resource.id}`
    const before = this.told.get(ref)
    if (before && manner.patient === undefined && weight(before.resource) >= weight(resource)) return
    const telling: Telling = { resource, ...manner }
    this.told.set(ref, this.versionTime === undefined ? telling : { ...telling, versionTime: this.versionTime })
  }

  /** A date in the source's zone; the results of a report share theirs. */
  readDate(text: string): DateReading {
    const known = this.dates.get(text)
    if (known) return known
    const reading = readDate(text, { timeZone: this.source.timeZone, unknownDates: this.settings.unknownDates })
    this.dates.set(text, reading)
    return reading
  }

  /** What the message told so far of a resource. */
  tellingOf(ref: string): Telling | undefined {
    return this.told.get(ref)
  }

  result(): MappingResult {
    return { tellings: [...this.told.values()], issues: this.issues, unmapped: this.message.unread() }
  }
}

const weight = (resource: object) => Object.keys(resource).length

/** Fields that say how to read the message, or number its segments: used by wire and route, and no clinical content. */
const envelope: Readonly<Record<string, readonly number[]>> = {
  MSH: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21],
  EVN: [1, 2],
  PID: [1], PV1: [1], DG1: [1, 2], PR1: [1, 2], AL1: [1], IAM: [1], NK1: [1], ORC: [1], OBR: [1], OBX: [1], NTE: [1, 2], SPM: [1],
}

function readEnvelope(message: Hl7Message): void {
  for (const segment of message.segments) for (const field of envelope[segment.name] ?? []) segment.field(field)
}

/** Where the archive looks for the institution that tells a fact. */
export const institutionMeta = (institution: string): fhir4.Meta =>
  ({ extension: [{ url: 'urn:hutong:institution', valueString: institution }] })
