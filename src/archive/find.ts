/** Residents by what people know of them. */
import { recordKey, searchText } from '../identity/index'
import type { Admission, Admitter } from './admit'
import type { Asker } from '../model/viewer'
import { links, residents, search, type ResidentRow, type SearchRow } from '../store/collections'
import type { ResidentLink } from '../model/link'
import type { Store } from '../store/port'
import { identifierTerm } from './terms'

export interface Finder {
  /** The resident with an identifier; undefined where there is none, or where it could be several. */
  byIdentifier(identifier: string, system?: string): Promise<string | undefined>
  /** At most `limit` residents whom the asker may see, by a name's beginning, pinyin, initials, or a whole identifier. */
  byText(asker: Asker, text: string, limit: number): Promise<readonly Admission[]>
}

/** Looked for where nobody is found. */
const nobody = { patient: '-', resident: '-', at: '', grade: 'none', rule: '', by: '', evidence: [] } satisfies ResidentLink

/** Terms looked through for residents whom the asker may see, and how many at a time. */
const mostTerms = 4000
const step = 200

interface FinderOptions { readonly store: Store; readonly idKey: string; readonly admitter: Admitter }

export function createFinder({ store, idKey, admitter }: FinderOptions): Finder {
  async function linksOf(patients: readonly string[]) {
    return patients.length === 0 ? [] : store.find(links, { where: { patient: { in: patients } }, order: 'backward', limit: 1 })
  }

  /** What is withheld of somebody finds nobody. */
  async function shown(linked: Awaited<ReturnType<typeof linksOf>>) {
    const rows = await store.getMany(residents, [...new Set(linked.map(({ resident }) => resident))].map((id) => [id]))
    const withheld = new Set(rows.flatMap((row) => row.withheld ?? []))
    const standing = linked.filter(({ patient }) => !withheld.has(recordKey({ patient, type: 'Patient', id: patient })))
    const found = new Set(standing.map(({ resident }) => resident))
    return { standing, rows: rows.filter(({ resident }) => found.has(resident)) }
  }

  const residentsOf = async (patients: readonly string[]): Promise<ResidentRow[]> => (await shown(await linksOf(patients))).rows

  return {
    async byIdentifier(identifier, system) {
      const rows = await store.find(search, { where: { term: identifierTerm(idKey, identifier, system) }, limit: step })
      // Whether a number is known must not show in the time that a refusal takes: what is not found is looked for as well.
      const known = await linksOf(rows.length > 0 ? rows.map(({ patient }) => patient) : ['-'])
      const { standing: linked } = await shown(known.length > 0 ? known : [nobody])
      const sure = linked.filter(({ grade }) => grade === 'certain')
      const found = new Set((sure.length > 0 ? sure : linked).map(({ resident }) => resident))
      return found.size === 1 ? [...found][0] : undefined
    },

    async byText(asker, text, limit) {
      const found = new Map<string, Admission>()
      const take = async (patients: readonly string[]) => {
        const rows = (await residentsOf(patients)).filter(({ resident }) => !found.has(resident))
        for (const admission of await admitter.visible(asker, rows)) found.set(admission.resident, admission)
      }
      const whole = await store.find(search, { where: { term: identifierTerm(idKey, text) }, limit: step })
      await take(whole.map(({ patient }) => patient))
      const prefix = searchText(text)
      if (prefix === '') return [...found.values()].slice(0, limit)
      for (let after: SearchRow | undefined, read = 0; read < mostTerms && found.size < limit;) {
        const behind = after === undefined ? {} : { after }
        const rows: SearchRow[] = await store.find(search, { where: { term: { prefix } }, limit: step, ...behind })
        await take([...new Set(rows.map(({ patient }) => patient))])
        after = rows.at(-1)
        read += rows.length
        if (rows.length < step) break
      }
      return [...found.values()].slice(0, limit)
    },
  }
}
