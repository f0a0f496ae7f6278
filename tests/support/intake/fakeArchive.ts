/** The writing side of an archive and an identity as small as can be, on the real store. */
import type { ArchiveWriter } from '../../../src/archive/api'
import type { Identity } from '../../../src/identity/api'
import { HutongError } from '../../../src/model/errors'
import type { FhirResource } from '../../../src/model/fhir'
import { changes, links, resources } from '../../../src/store/collections'
import type { Change, Store } from '../../../src/store/port'

type Patient = FhirResource & { resourceType: 'Patient' }

export function fakeWriter(store: Store): ArchiveWriter {
  return {
    async write({ patient, tellings, lane, sequence, fence, commitId }) {
      const rows: Change[] = tellings.map(telling => {
        const ref = `${telling.resource.resourceType}/${telling.resource.id ?? ''}`
        const { source, entry, manner, receivedAt, committedAt, mapper, resource } = telling
        const version = `${telling.versionTime ?? ''}~${telling.arrival}`
        return { verb: 'put', collection: resources, row: { patient, ref, version, source, entry, manner, receivedAt, committedAt, mapper, resource } }
      })
      const at = tellings[0]?.committedAt ?? ''
      const change: Change = { verb: 'insert', collection: changes, row: { lane, seq: sequence, patient, at, entry: tellings[0]?.entry ?? '', refs: [] } }
      const outcome = await store.commit(commitId, [...rows, change], fence)
      if (!outcome.ok) throw new HutongError(outcome.reason === 'lease-lost' ? 'LEASE_LOST' : 'CONFLICT', 'The write lost.')
      const told = await store.find(resources, { where: { patient, ref: `Patient/${patient}` }, order: 'backward', limit: 1 })
      return { patient, changed: true, ...(told[0] && { person: told[0].resource as Patient }) }
    },
  }
}

export function fakeIdentity(store: Store): Identity {
  return {
    async link({ id }, at) {
      const [known] = await store.find(links, { where: { patient: id }, limit: 1 })
      const link = known ?? { patient: id, resident: `resident-${id}`, at, grade: 'none' as const, rule: 'own/1', by: 'machine', evidence: [] }
      if (!known) await store.commit(`link:${id}`, [{ verb: 'insert', collection: links, row: link }])
      return { link, issues: [] }
    },
    patientsOf: async () => [],
    async residentOf(patient) {
      const [known] = await store.find(links, { where: { patient }, order: 'backward', limit: 1 })
      return known?.resident
    },
  }
}
