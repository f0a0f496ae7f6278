import type { Gateway } from '../gateway'
import type { Asker } from '../model/viewer'

/** Whoever has the machine's command line: the ledger names nobody nearer. */
export const operator: Asker = { viewer: { role: 'steward', id: 'operator' }, purpose: 'HOPERAT' }

/** That records of source patients were shown, in the ledger. Rejects where it cannot be written: then nothing may be printed. */
export async function lookedByOperator({ archive, identity }: Gateway, patients: readonly string[], asked: string): Promise<void> {
  const subjects = await identity.subjectsOf([...new Set(patients)])
  await archive.looked(operator, [...new Set(subjects.flatMap(({ resident }) => resident ?? []))], [asked])
}
