/**
 * What every store adapter promises. An adapter's own test is a line for each way to open it:
 * `storeContract('sqlite, in memory', () => …)`. Each test opens a fresh store that keeps `contractCollections`.
 */
import type { Change, Collection, Store } from '../../src/store/port'
import { claiming } from './claiming'
import { committing } from './committing'
import { finding } from './finding'
import { limits } from './limits'
import { paging } from './paging'
import { tallying } from './tallying'

/** A fresh, empty store; `close` also clears away what was behind it. */
export type Open = () => Promise<{ store: Store; close(): Promise<void> }>

export interface Capabilities {
  /** Milliseconds for one test; default 10,000. */
  readonly patience?: number
}

export interface Subject {
  /** The store of the running test. */
  (): Store
}

export function storeContract(name: string, open: Open, { patience = 10_000 }: Capabilities = {}): void {
  describe(`the store contract: ${name}`, () => {
    let opened: Awaited<ReturnType<Open>>
    beforeEach(async () => { opened = await open() }, patience)
    afterEach(async () => { await opened.close() }, patience)
    const subject: Subject = () => opened.store
    finding(subject)
    paging(subject)
    tallying(subject)
    committing(subject)
    claiming(subject, patience)
    limits(subject, patience)
  })
}

let commits = 0
/** An id that no other commit has. */
export const newId = (): string => `commit-${process.pid}-${++commits}`

/** Keeps rows, all in one commit. */
export async function keep<R extends object>(store: Store, collection: Collection<R>, rows: readonly R[]): Promise<void> {
  const changes = rows.map((row): Change => ({ verb: 'put', collection, row }))
  expect(await store.commit(newId(), changes)).toEqual({ ok: true, repeated: false })
}
