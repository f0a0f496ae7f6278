import type { QuarantinedRecord, Stewardship, TracedRecord } from '../../../src/graphql/stewardship'
import { HutongError } from '../../../src/model/errors'

const quarantined: readonly QuarantinedRecord[] = ['first-hospital', 'first-hospital', 'community-health'].map((source, index) => ({
  entry: `entry-${index + 1}`, source, arrival: `0${index + 1}`, receivedAt: `2026-11-0${index + 1}T00:00:00.000Z`, controlId: `MSG${index + 1}`,
  attempts: 0, patients: [`p${index + 1}`], reason: { code: 'PATIENT_MISSING', place: 'PID-3', message: 'The record names no patient.' },
}))

const traced = (entry: string): TracedRecord => ({
  entry, source: 'first-hospital', controlId: 'MSG1', status: 'mapped', receivedAt: '2026-11-01T00:00:00.000Z', workedAt: '2026-11-01T00:00:01.000Z',
  attempts: 1, mapper: { name: 'hl7v2', hash: 'a'.repeat(64) },
  issues: [{ severity: 'warning', code: 'unknown-code', place: 'PV1-36', message: 'not in the table' }], unmapped: ['OBX-17'], resources: ['Observation/l0'], patients: ['p1'],
})

function find(entry: string): QuarantinedRecord {
  const found = quarantined.find(known => known.entry === entry)
  if (found === undefined) throw new HutongError('NOT_FOUND', 'No such record is in quarantine.')
  return found
}

export const fakeStewardship = (): Stewardship => ({
  quarantine: {
    list: async ({ source, after, limit }) =>
      quarantined.filter(entry => entry.source === source && (after === undefined || entry.arrival > after.arrival)).slice(0, limit),
    count: async sources => quarantined.filter(({ source }) => sources.includes(source)).length,
    describe: async entry => ({ ...find(entry), issues: [] }),
    show: async entry => ({ bytes: (find(entry), Buffer.from('MSH|陈')) }),
    masked: async entry => ({ bytes: (find(entry), Buffer.from('MSH|x')) }),
    replay: async ({ entry }) => (find(entry) ? 1 : 0),
  },
  trace: async ({ source, text }) => (source === 'first-hospital' && ['MSG1', 'entry-1'].includes(text) ? [traced('entry-1')] : []),
  account: async ({ sources, from = '2026-11-01' }) =>
    sources.map(source => ({ source, day: from, received: 6, mapped: 3, pending: 1, quarantined: quarantined.filter(entry => entry.source === source).length })),
})
