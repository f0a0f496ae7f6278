import type { OpenArchive } from '../../archive/api'
import { encodeGlobalId } from '../../model/globalId'
import type { ServedPatient } from '../../model/served'
import type { RequestContext } from '../context'

/** A resident as the resolvers know them: the archive is opened when a field needs it. */
export interface ResidentRoot {
  readonly id: string
  person(): Promise<ServedPatient>
  archive(asOf?: string): Promise<OpenArchive>
}

/** A resident whom a look decided that the asker may see. */
export function openedResident(opened: OpenArchive, context: RequestContext): ResidentRoot {
  return {
    id: encodeGlobalId('Resident', opened.resident),
    person: async () => (await opened.person()).served,
    archive: async asOf => (asOf === undefined ? opened : context.open({ resident: opened.resident }, asOf)),
  }
}

/** A resident found by a search: the archive is not opened before it is asked for. */
export const foundResident = (found: { readonly resident: string; readonly person: ServedPatient }, context: RequestContext): ResidentRoot => ({
  id: encodeGlobalId('Resident', found.resident),
  person: async () => found.person,
  archive: asOf => context.open({ resident: found.resident }, asOf),
})
