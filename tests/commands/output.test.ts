import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { explainUncaught, print, printBytes, printError, printJson, printLines, table } from '../../src/commands/output'
import { HutongError } from '../../src/model/errors'
import { harmless, harmlessLine } from '../../src/model/harmless'
import { hutong } from '../support/hutong'

const root = join(__dirname, '..', '..')
const at = (...points: number[]) => String.fromCodePoint(...points)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

/** What a terminal obeys, and marks that turn or hide text: no character of these may reach it. */
const obeyed = [
  ...range(0, 8), ...range(0x0b, 0x1f), ...range(0x7f, 0x9f), 0xad, 0x61c, ...range(0x200b, 0x200f), ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2069), 0xfeff, 0x3164, 0xe0001, ...range(0xe0020, 0xe007f),
].map(point => at(point))

describe('what is printed', () => {
  it('shows every character that a terminal would obey as what it is', () => {
    expect(obeyed.filter(character => /[^ -~]/.test(harmless(`a${character}b`)))).toEqual([])
    expect(harmless(at(0x1b, 0x9b, 0x202e, 0xe0001))).toBe(String.raw`\u001b\u009b\u202e\udb40\udc01`)
    expect(harmless('\ud800')).toBe(String.raw`\ud800`)
  })

  it('leaves text, lines and columns as they are; a line has no other line in it', () => {
    const text = 'Chén 陈桂芳 𠮷 é 😀 −½ µmol/L\n\tend'
    expect(harmless(text)).toBe(text)
    expect(harmlessLine('a\nb\tc')).toBe(String.raw`a\u000ab\u0009c`)
  })

  it('stays JSON that says the same', () => {
    const value = { name: obeyed.join('') }
    const shown = harmless(JSON.stringify(value, null, 2))
    expect(shown).toMatch(/^[ -~\n]*$/)
    expect(JSON.parse(shown)).toEqual(value)
  })

  it.each<['stdout' | 'stderr', (text: string) => void]>([['stdout', print], ['stderr', printError], ['stdout', text => printJson({ text })], ['stdout', text => print(table([[text]]))]])(
    'is harmless on its way to %s', (stream, say) => {
      const written: string[] = []
      const spy = jest.spyOn(process[stream], 'write').mockImplementation(text => Boolean(written.push(String(text))))
      say(`a${at(0x1b)}b`)
      spy.mockRestore()
      expect(written.join('')).toMatch(/a\\u001bb/)
    })

  it('begins no line that is not ours', () => {
    const written: string[] = []
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation(text => Boolean(written.push(String(text))))
    printLines(['control id A\n  in the archive of', 'end'])
    spy.mockRestore()
    expect(written.join('')).toBe(String.raw`control id A\u000a  in the archive of` + '\nend\n')
  })

  it('has columns as wide as what is shown', () => {
    const [first = '', second = '', third = ''] = table([[`x${at(0x1b)}`, '|'], ['陈桂芳', '|'], [`e${at(0x301)}\n`, '|']]).split('\n')
    expect([first, second, third]).toEqual([String.raw`x\u001b  |`, '陈桂芳   |', `e${at(0x301)}${String.raw`\u000a`}  |`])
  })

  it('is bytes as they came for a file, and text that is obeyed by nothing for a terminal', () => {
    const bytes = Buffer.from(`MSH|a${at(0x9b)}\rPID|${at(0x1b)}\r\n`)
    const write = (isTTY: boolean) => {
      const written: (string | Uint8Array)[] = []
      printBytes(bytes, { isTTY, write: (chunk: string | Uint8Array) => Boolean(written.push(chunk)) })
      return written
    }
    expect(write(false)).toEqual([bytes])
    expect(write(true)).toEqual([`MSH|a\\u009b\nPID|\\u001b\n\n`])
  })

  it('tells of a fault that nobody awaited where it was, not its words', () => {
    expect(explainUncaught(new TypeError('somebody\'s name'))).toMatch(/^fault: TypeError\n {4}at /)
    expect(explainUncaught(new TypeError('somebody\'s name'))).not.toContain('somebody')
    expect(explainUncaught(new HutongError('CONFLICT', 'told'))).toBe('CONFLICT: told')
  })

  it('is harmless where commander repeats a word of the call', async () => {
    const { err, code } = await hutong([`dan${at(0x1b)}ce`])
    expect(code).toBe(2)
    expect(err).toContain(String.raw`dan\u001bce`)
    expect(err).not.toContain(at(0x1b))
  })
})

describe('the log', () => {
  it('is JSON lines that obey nobody', async () => {
    const program = 'require(process.argv[1]).createLog("info").info({ place: process.argv[2] }, "told")'
    const said = `a${at(0x9b, 0x202e, 0x7f)}b`
    const { stderr } = await promisify(execFile)(process.execPath, ['-e', program, join(root, 'dist', 'src', 'operation', 'log.js'), said])
    expect(stderr).toMatch(/^[ -~]*\n$/)
    expect(JSON.parse(stderr)).toMatchObject({ place: said, msg: 'told' })
  })
})

describe('standard output and standard error', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))

  it('are written by commands/output.ts alone, and by the log', () => {
    const writes = /process\.(stdout|stderr)|\bconsole\.|\bfd: ?[12]\b|pino\.destination|writeSync\(\s*[12]\b|\/dev\/(stdout|stderr|tty)/
    expect(files.filter(name => writes.test(readFileSync(join(root, 'src', name), 'utf8'))).toSorted()).toEqual(['commands/output.ts', 'operation/log.ts'])
  })
})
