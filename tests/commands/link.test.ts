import * as iconv from 'iconv-lite'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hutong } from '../support/hutong'

describe('hutong link', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-link-'))
  const file = (name: string): string => join(folder, name)
  afterAll(() => rmSync(folder, { recursive: true }))

  const table = '姓名,生日,电话,住址\n欧阳靖,1980-03-04,13850051234,禾山路9号\n欧阳靖,1980-03-04,13850051234,禾山路9号\n张伟,1971-01-02,,\n'
  const link = (from: string, to = 'links.csv') =>
    hutong(['link', '--from', file(from), '--to', file(to), '--columns', 'name=姓名,birthDate=生日,phone=电话,line=住址'])

  it.each([['UTF-8', Buffer.from(table)], ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${table}`)], ['GB18030', iconv.encode(table, 'gb18030')]])(
    'reads a table in %s', async (name, bytes) => {
      writeFileSync(file(name), bytes)
      expect(await link(name)).toMatchObject({ code: 0, out: '3 rows are 2 people; 0 pairs are for a person to decide\n' })
      expect(readFileSync(file('links.csv'), 'utf8')).toMatch(/^row,group,grade,probability,evidence\n1,1,certain,1,\n2,1,certain,/)
    })

  it('says what it cannot read or write, without a value', async () => {
    writeFileSync(file('neither'), Buffer.from([0xE6, 0x41, 0xFF, 0xFF, 0x0A]))
    expect(await link('neither')).toMatchObject({ code: 1, err: 'hutong: SYNTAX: The file is neither UTF-8 nor GB18030. (from)\n' })
    writeFileSync(file('a.csv'), table)
    expect(await link('a.csv', 'nowhere/links.csv')).toMatchObject({ code: 2, err: 'hutong: BAD_ARGUMENT: The file cannot be written. (to)\n' })
    expect(await link('nothing.csv')).toMatchObject({ code: 3 })
  })
})
