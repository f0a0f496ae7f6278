import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store'
import type { Store } from '../../src/store/port'
import { contractCollections as collections } from './collections'
import { storeContract, type Open } from './storeContract'

storeContract('sqlite in memory', memory)
storeContract('sqlite in a file', file('writer'))
storeContract('sqlite through the process that writes', file('reader'))

async function memory(): ReturnType<Open> {
  const store = await openStore('sqlite::memory:', { collections })
  return { store, close: () => store.close() }
}

function file(role: 'writer' | 'reader'): Open {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hutong-contract-'))
    const url = `sqlite:${join(folder, 'a.db')}`
    const writer = await openStore(url, { collections, role: 'writer' })
    const stores: Store[] = role === 'reader' ? [await openStore(url, { collections, role }), writer] : [writer]
    return {
      store: stores[0]!,
      async close() {
        for (const store of stores) await store.close()
        rmSync(folder, { recursive: true })
      },
    }
  }
}
