import { dialect } from '../../mappers/hl7v2'
import type { SourceMapping } from '../../src/model/mapping'

/** The key of ids of a conformance run. */
export const idKey = 'conformance'

/** An HL7 v2 sender nobody configured: no authorities, no tables, whatever HL7's own mapping says. */
export const foreignSender = (id: string): SourceMapping => hl7Source(id, {
  timeZone: 'UTC', charsets: ['utf-8', 'iso-8859-1'], settings: { unidentifiedPatients: 'message' },
})

/** The same of a Chinese sender. */
export const chineseSender = hl7Source('chinese', {
  timeZone: 'Asia/Shanghai', charsets: ['utf-8', 'gb18030'],
  settings: { unidentifiedPatients: 'message', numericText: true, diagnosisDate: 'recorded' },
})

function hl7Source(id: string, told: { timeZone: string; charsets: string[]; settings: Record<string, unknown> }): SourceMapping {
  const institution = { id: `${id}-hospital`, name: 'A hospital' }
  const source = {
    id, title: id, format: 'hl7v2', institution, institutions: [institution], assigningAuthorities: {}, silentAfterHours: 48,
    ...told, idKey, tables: {},
  }
  return { source, dialect, mapper: { name: 'hl7v2', hash: 'conformance' } }
}
