import { audit as auditCollection, type AuditRow } from '../store/collections'
import type { Store } from '../store/port'
import type { Look, Page, PageArguments } from './api'
import { checkPage, pageOf, queryMark } from './page'

/** Looks that are read of each linked patient: older ones are reached with a cursor's page no more, but stay in the ledger. */
const mostLooks = 10_000

interface Looked { readonly resident: string; readonly patients: readonly string[] }

/** Who looked, newest first; one look at several source patients is one. */
export async function readLooks(store: Store, { resident, patients }: Looked, page: PageArguments): Promise<Page<Look>> {
  checkPage(page)
  const rows = await store.find(auditCollection, { where: { patient: { in: patients } }, limit: mostLooks })
  const looks = [...new Map(rows.map((row) => [row.look, row])).values()].toSorted(newestFirst)
  const found = pageOf(looks, ({ at, look }) => ({ time: at, id: look }), queryMark(['looks', resident]), page)
  return { ...found, items: found.items.map((edge) => ({ cursor: edge.cursor, item: lookOf(edge.item) })) }
}

const newestFirst = (a: AuditRow, b: AuditRow) => (a.at === b.at ? (a.look < b.look ? -1 : 1) : a.at > b.at ? -1 : 1)

const lookOf = ({ at, viewer, purpose, asked, outcome }: AuditRow): Look => ({
  when: at, who: { role: viewer.role, id: viewer.id }, purpose, asked, outcome,
  ...(viewer.institution === undefined ? {} : { institution: viewer.institution }),
})
