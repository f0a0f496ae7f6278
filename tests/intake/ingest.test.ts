import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ingestFiles } from '../../src/intake'
import type { IngestProgress } from '../../src/intake'
import { uploads } from '../../src/store/collections'
import { openHouse } from '../support/intake/house'
import type { House } from '../support/intake/house'
import { lines } from '../support/intake/plain'

describe('hutong ingest', () => {
  let house: House
  let folder: string
  beforeEach(async () => {
    house = await openHouse()
    folder = await mkdtemp(join(tmpdir(), 'hutong-ingest-'))
  })
  afterEach(async () => {
    await house.close()
    await rm(folder, { recursive: true })
  })
  const file = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }

  it('reads files as streams, packed or not, and sums up', async () => {
    const many = lines(...Array.from({ length: 6000 }, (_, n) => ({ control: `${n}`, pad: 'x'.repeat(1000) })))
    const files = [await file('a.txt.gz', gzipSync(many)), await file('b.txt', lines({ control: '5', pad: 'x'.repeat(1000) }, '{"broken', { refuse: true }))]
    const told: IngestProgress[] = []
    const summary = await ingestFiles({ journal: house.journal, source: 'plain', files, progress: each => void told.push(each) })
    expect(summary).toMatchObject({ files: 2, records: 6003, accepted: 6001, duplicate: 1, refused: 1, unreadable: 1 })
    expect(summary.errors).toEqual([
      { file: files[1], record: 2, code: 'SYNTAX', message: 'The line is no JSON.', place: 'line 1' },
      { file: files[1], record: 3, code: 'UNSUPPORTED', message: 'Records of this kind are not sent.', place: 'refuse' },
    ])
    expect(told.length).toBeGreaterThan(2)
    expect(told.at(-1)).toMatchObject({ file: files[1], records: 3, bytes: told.at(-1)?.size })
  })

  it('gives an upload the file\'s name without .gz, and the time it is said to have come', async () => {
    await ingestFiles({ journal: house.journal, source: 'plain', files: [await file('MPI.csv.gz', gzipSync(lines({})))], arrivedAt: '2020-01-01T00:00:00+08:00' })
    const [upload] = await house.store.find(uploads, { where: {}, limit: 1 })
    expect(upload).toMatchObject({ context: { name: 'MPI.csv' }, receivedAt: '2019-12-31T16:00:00.000Z' })
  })

  it.each([
    ['is not there', async () => join(folder, 'none')],
    ['is cut off', () => file('cut.gz', gzipSync(Buffer.alloc(10_000, 1)).subarray(0, 20))],
  ])('says so where a file %s', async (_case, make) => {
    await expect(ingestFiles({ journal: house.journal, source: 'plain', files: [await make()] })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
  })
})
