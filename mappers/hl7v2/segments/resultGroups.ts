import type { Hl7Message, Hl7Segment } from '../../../src/model/record'

/** An OBX with the notes that follow it. */
export interface Result {
  readonly obx: Hl7Segment
  readonly notes: readonly Hl7Segment[]
}

/** One ORDER_OBSERVATION group of ORU^R01: an OBR with its order, results, notes and specimen. */
export interface ResultGroup {
  /** Absent where results stand without an OBR: some senders leave it out. */
  readonly obr: Hl7Segment | undefined
  readonly orc: Hl7Segment | undefined
  readonly results: readonly Result[]
  readonly notes: readonly Hl7Segment[]
  readonly spm: Hl7Segment | undefined
}

interface OpenGroup {
  obr?: Hl7Segment
  orc?: Hl7Segment
  spm?: Hl7Segment
  results: { obx: Hl7Segment; notes: Hl7Segment[] }[]
  notes: Hl7Segment[]
}

/** Cuts a message into groups, in HL7's order of segments (2.5.1, ORU_R01): an ORC or OBR begins one. */
export function resultGroups(message: Hl7Message): readonly ResultGroup[] {
  const groups: OpenGroup[] = []
  let orc: Hl7Segment | undefined
  let current: OpenGroup | undefined
  const open = (): OpenGroup => {
    current ??= begin({})
    return current
  }
  const begin = (segments: Pick<OpenGroup, 'obr' | 'orc'>): OpenGroup => {
    const group: OpenGroup = { ...segments, results: [], notes: [] }
    groups.push(group)
    return group
  }
  for (const segment of message.segments) {
    if (segment.name === 'ORC') orc = segment
    else if (segment.name === 'OBR') {
      current = begin({ obr: segment, ...orc && { orc } })
      orc = undefined
    } else if (segment.name === 'OBX' && !isOfSpecimen(current)) open().results.push({ obx: segment, notes: [] })
    else if (segment.name === 'NTE' && current) (current.results.at(-1)?.notes ?? current.notes).push(segment)
    else if (segment.name === 'SPM' && current) current.spm ??= segment
  }
  return groups.map(group => ({ obr: group.obr, orc: group.orc, spm: group.spm, results: group.results, notes: group.notes }))
}

/** An OBX after an SPM is about the specimen; HL7's tables leave it unmapped, and so it stays unread. */
const isOfSpecimen = (group: OpenGroup | undefined): boolean => group?.spm !== undefined && group.results.length > 0
