import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hutong } from '../support/hutong'
import { codeBlocks, root, textOf } from '../support/readme'

const folder = mkdtempSync(join(tmpdir(), 'hutong-link-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.each(['README.md', 'README.zh-CN.md'])('hutong link prints what %s says, and asks what it says is asked', async (file) => {
  const blocks = codeBlocks(textOf(file))
  const at = blocks.findIndex(({ text }) => text.startsWith('npx hutong link '))
  const words = blocks[at]!.text.trim().split(' ').slice(2)
  const to = join(folder, 'links.csv')
  const given = words.map(word => (word === 'links.csv' ? to : word.startsWith('docs/') ? join(root, word) : word))
  const { code, out } = await hutong(given)
  expect([code, out]).toEqual([0, blocks[at + 1]!.text])
  const lines = readFileSync(to, 'utf8').trim().split('\n').map(line => line.split(',').slice(0, 3).join(' '))
  expect(lines.slice(1, 4)).toEqual(['1 1 certain', '2 1 certain', '3 1 certain'])
  expect(lines.filter(line => line.endsWith('possible')).toSorted()).toEqual(['4 5 possible', '6 7 possible', '8 9 possible'])
})
