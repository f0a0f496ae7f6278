import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSources } from '../../mappers'
import { checkTail, openJournal } from '../../src/intake'
import { demoIdKey } from '../../src/model/demoKeys'
import { openStore } from '../../src/store'
import { uploads } from '../../src/store/collections'
import { grammars } from '../../src/wire'

const golden = (name: string): Buffer => readFileSync(join(__dirname, '../../mappers/sources/first-hospital/golden', name))

describe('the tail of the journal', () => {
  it('is whole where the newest entries have the bytes that came, and told of where they do not', async () => {
    const store = await openStore('sqlite::memory:')
    const mappings = loadSources({ idKey: demoIdKey })
    const journal = openJournal({ store, mappings, grammars, now: () => Date.now() })
    const entries: string[] = []
    for (const name of ['a01-admission.in.hl7', 'a03-discharge.in.hl7', 'a04-outpatient.in.hl7']) {
      const [outcome] = await journal.append({ source: 'first-hospital', bytes: golden(name), context: { name } })
      entries.push(outcome?.entry ?? '')
    }
    const sources = [...mappings.keys()]
    expect(await checkTail({ store, sources })).toEqual({ checked: 3, missing: [], damaged: [] })

    const rows = await store.find(uploads, { where: {}, limit: 10 })
    const lost = rows.find(({ context }) => context.name === 'a01-admission.in.hl7')!
    const other = rows.find(({ context }) => context.name === 'a03-discharge.in.hl7')!
    await store.commit('harm', [
      { verb: 'remove', collection: uploads, key: [lost.upload] },
      { verb: 'put', collection: uploads, row: { ...other, bytes: other.bytes.map((byte, i) => i === 40 ? byte ^ 1 : byte) } },
    ])
    expect(await checkTail({ store, sources })).toEqual({ checked: 3, missing: [entries[0]], damaged: [entries[1]] })
    await store.close()
  })
})
