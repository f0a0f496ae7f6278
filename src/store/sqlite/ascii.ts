/** JSON that is read often: one character beyond Latin-1 in an archive makes all of it two bytes a character, slower to fetch and to parse. */
import { turn } from '../../model/turns'
import type { PackedChange, PackedCommit } from '../writes'

/** Characters that are written so at a stroke: a few milliseconds where all of them are Chinese. */
const stroke = 50_000

export const inAscii = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The same commit, its large rows in ASCII already: a transaction holds the event loop, and should not wait for that. */
export async function largeInAscii(commit: PackedCommit, specs: Specs): Promise<PackedCommit> {
  const changes: PackedChange[] = []
  for (const change of commit.changes) {
    changes.push(change.row && isLarge(change, specs) ? { ...change, row: { ...change.row, doc: await inTurns(change.row.doc) } } : change)
  }
  return { ...commit, changes }
}

type Specs = ReadonlyMap<string, { readonly spec: { readonly appended?: boolean } }>

export const hasLarge = ({ changes }: PackedCommit, specs: Specs): boolean => changes.some(change => isLarge(change, specs))

/** Rows that are only ever appended are kept as they are. */
const isLarge = ({ row, collection }: PackedChange, specs: Specs): boolean =>
  row !== undefined && row.doc.length > stroke && specs.get(collection)?.spec.appended !== true

async function inTurns(json: string): Promise<string> {
  const parts: string[] = []
  for (let at = 0; at < json.length; at += stroke) {
    parts.push(inAscii(json.slice(at, at + stroke)))
    await turn()
  }
  return parts.join('')
}
