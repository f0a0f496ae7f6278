/** Residents by what people know of them. */
import { recordKey, searchText } from '../identity/index'
import type { Fact } from '../model/fact'
import type { ServedPatient } from '../model/served'
import { turn } from '../model/turns'
import type { Admission, Admitter } from './admit'
import type { Asker } from '../model/viewer'
import { links, residents, search, type ResidentRow, type SearchRow } from '../store/collections'
import type { ResidentLink } from '../model/link'
import type { Store } from '../store/port'
import { identifierTerm, termsOf } from './terms'

export interface Finder {
  /** The resident with an identifier; undefined where there is none, or where it could be several. */
  byIdentifier(identifier: string, system?: string): Promise<string | undefined>
  /**
   * At most `limit` residents whom the asker may see, by a name's beginning, pinyin, initials, or a whole identifier. Nobody is
   * looked for in the same calls of the store as 200 whom the asker may not see.
   */
  byText(asker: Asker, text: string, limit: number): Promise<readonly Admission[]>
}

/** Looked for where nobody is found. */
const nobody = { patient: '-', resident: '-', at: '', grade: 'none', rule: '', by: '', evidence: [] } satisfies ResidentLink

/** Terms looked through for residents whom the asker may see, and how many at a time. */
const mostTerms = 4000
const step = 200

interface FinderOptions {
  readonly store: Store
  readonly idKey: string
  readonly admitter: Admitter
  /** What is told of who somebody is, without what is withheld. */
  readonly persons: (admission: Admission) => Promise<readonly Fact<ServedPatient>[]>
}

export function createFinder({ store, idKey, admitter, persons }: FinderOptions): Finder {
  /** What is not found is looked for as well: whether a number or a name is known must not show in what is read. */
  async function linksOf(patients: readonly string[]): Promise<readonly ResidentLink[]> {
    const some = patients.length > 0 ? patients : [nobody.patient]
    const found = await store.find(links, { where: { patient: { in: some } }, order: 'backward', limit: 1 })
    return found.length > 0 ? found : [nobody]
  }

  /** What is withheld of somebody finds nobody. */
  async function shown(linked: readonly ResidentLink[]) {
    const rows = await store.getMany(residents, [...new Set(linked.map(({ resident }) => resident))].map((id) => [id]))
    const withheld = new Set(rows.flatMap((row) => row.withheld ?? []))
    const standing = linked.filter(({ patient }) => !withheld.has(recordKey({ patient, type: 'Patient', id: patient })))
    const found = new Set(standing.map(({ resident }) => resident))
    return { standing, rows: rows.filter(({ resident }) => found.has(resident)) }
  }

  /** A resident's own search, and an app's, reads nothing of others. */
  async function own(admission: Admission, text: string): Promise<readonly Admission[]> {
    const terms = (await persons(admission)).flatMap(({ record }) => [...termsOf(record, idKey)])
    const prefix = searchText(text)
    const whole = identifierTerm(idKey, text)
    return terms.some((term) => term === whole || (prefix !== '' && term.startsWith(prefix))) ? [admission] : []
  }

  const residentsOf = async (patients: readonly string[]): Promise<ResidentRow[]> => (await shown(await linksOf(patients))).rows

  return {
    async byIdentifier(identifier, system) {
      const rows = await store.find(search, { where: { term: identifierTerm(idKey, identifier, system) }, limit: step })
      const { standing } = await shown(await linksOf(rows.map(({ patient }) => patient)))
      const linked = standing.filter((link) => link !== nobody)
      const sure = linked.filter(({ grade }) => grade === 'certain')
      const found = new Set((sure.length > 0 ? sure : linked).map(({ resident }) => resident))
      return found.size === 1 ? [...found][0] : undefined
    },

    async byText(asker, text, limit) {
      const one = await admitter.onlyOne(asker)
      if (one !== undefined) return one === null ? [] : own(one, text)
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
        await turn()
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
