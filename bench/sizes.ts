/**
 * What a resident of ten years takes in MongoDB, by collection: `node -r ./tests/support/register.js bench/sizes.ts [residents]`.
 * Needs no server: documents and keys are made as the adapter makes them, and counted. docs/sharding.md multiplies.
 */
import { deflateSync } from 'node:zlib'
import { mongo } from 'mongoose'
import { loadSources } from '../mappers'
import { generateDistrict } from '../seed'
import { composeGateway } from '../src/gateway'
import { createLog } from '../src/operation/log'
import { createMetrics } from '../src/operation/metrics'
import { openStore } from '../src/store'
import { collections } from '../src/store/collections'
import { documentOf, layoutOf, type Document, type Pattern } from '../src/store/mongo/layout'
import type { Collection, Store } from '../src/store/port'
import { packRow } from '../src/store/row'

/** A leaf page of WiredTiger, before it is compressed. */
const page = 32 * 1024

interface Size { rows: number; documents: number; compressed: number; keys: number }

async function main(residents: number): Promise<void> {
  const store = await openStore('sqlite::memory:')
  const gateway = composeGateway({
    store, mappings: loadSources({ idKey: 'a-key-for-ids-of-a-bench' }), idKey: 'a-key-for-ids-of-a-bench', relationDays: 90,
    tokenKey: 'a-key-for-the-tokens-of-a-bench-that-is-long', now: () => Date.now(), log: createLog('error'), metrics: createMetrics(),
  })
  for (const { source, name, arrivedAt, bytes } of generateDistrict({ residents })) {
    await gateway.journal.append({ source, bytes, arrivedAt, context: { name } })
  }
  await (await gateway.work()).idle()
  const sizes = new Map<string, Size>()
  for (const spec of collections) sizes.set(spec.name, await sizeOf(store, spec))
  await gateway.close()
  print(sizes, residents)
}

async function sizeOf(store: Store, spec: Collection<object>): Promise<Size> {
  const layout = layoutOf(spec)
  const patterns: Pattern[] = [{ _id: 1 }, ...layout.key['_id'] === undefined ? [layout.key] : [], ...layout.indexes.values()]
  const size: Size = { rows: 0, documents: 0, compressed: 0, keys: 0 }
  let block: Uint8Array[] = []
  let filled = 0
  const flush = (): void => {
    if (filled > 0) size.compressed += deflateSync(Buffer.concat(block)).length
    block = []
    filled = 0
  }
  for (let after: object | undefined; ;) {
    const rows = await store.find(spec, { where: {}, limit: 500, ...after ? { after } : {} })
    for (const row of rows) {
      const document = documentOf(layout, packRow(spec, row), row)
      const bytes = mongo.BSON.serialize(document)
      size.rows += 1
      size.documents += bytes.length
      size.keys += patterns.reduce((sum, pattern) => sum + keySize(document, pattern), 0)
      block.push(bytes)
      filled += bytes.length
      if (filled >= page) flush()
    }
    after = rows.at(-1)
    if (rows.length < 500) break
  }
  flush()
  return size
}

/** A type and an end for each string, nine bytes for a number, and where the document is. */
const keySize = (document: Document, pattern: Pattern): number => Object.keys(pattern).reduce((sum, field) => {
  const value = document[field]
  return sum + (typeof value === 'string' ? Buffer.byteLength(value) + 2 : 9)
}, 5)

function print(sizes: ReadonlyMap<string, Size>, residents: number): void {
  const line = (name: string, { rows, documents, compressed, keys }: Size): string =>
    [name.padEnd(10), ...[rows, documents, compressed, keys].map(n => Math.round(n / residents).toString().padStart(10))].join(' ')
  const total = [...sizes.values()].reduce((sum, each) => ({
    rows: sum.rows + each.rows, documents: sum.documents + each.documents, compressed: sum.compressed + each.compressed, keys: sum.keys + each.keys,
  }))
  process.stdout.write([
    `for each of ${residents} residents     rows  documents   zlib'd  index keys (bytes)`,
    ...[...sizes].map(([name, size]) => line(name, size)), line('all', total), '',
  ].join('\n'))
}

void main(Number(process.argv[2] ?? 250))
