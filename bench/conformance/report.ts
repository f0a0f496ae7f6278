import type { Finding } from './shared'

/** The table: a line for each check (✓ all held, ✗ not all held that must, · a figure, – not run), what failed below it. */
export function table(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, passed, of, must, note = '' }) =>
    [of === 0 ? '–' : isBroken({ must, passed, of }) ? '✗' : passed === of ? '✓' : '·', check, String(passed), String(of), note])
  const header = ['', 'check', 'passed', 'of', 'note']
  const widths = header.map((title, column) => Math.max(...[header, ...rows].map(row => (row[column] ?? title).length)))
  const line = (row: readonly string[]): string => row.map((cell, column) => {
    const width = widths[column] ?? 0
    return column === 2 || column === 3 ? cell.padStart(width) : column === 4 ? cell : cell.padEnd(width)
  }).join('  ').trimEnd()
  const lines = findings.map((finding, index) => [line(rows[index] ?? []), ...failuresOf(finding)].join('\n'))
  return [line(header), ...lines].join('\n')
}

const shown = 5

function failuresOf({ failures, passed, of }: Finding): string[] {
  const more = of - passed - Math.min(shown, failures.length)
  const lines = failures.slice(0, shown).map(failure => `     ${failure}`)
  return more > 0 && lines.length > 0 ? [...lines, `     … and ${more} more`] : lines
}

/** A check that must hold, and does not. */
export const isBroken = ({ must, passed, of }: Pick<Finding, 'must' | 'passed' | 'of'>): boolean => must && passed < of

export interface Progress {
  begin(name: string): (done: number, of: number) => void
  end(name: string, seconds: number): void
}

/** What is at work, on standard error: a moving line on a terminal, a line for each check elsewhere. */
export function showProgress(stream: NodeJS.WriteStream): Progress {
  let shownAt = 0
  return {
    begin(name) {
      if (!stream.isTTY) stream.write(`${name} …\n`)
      return (done, of) => {
        if (!stream.isTTY || Date.now() - shownAt < 100) return
        shownAt = Date.now()
        stream.write(`\r\u001B[K${name} ${done}/${of}`)
      }
    },
    end(name, seconds) {
      stream.write(`${stream.isTTY ? '\r\u001B[K' : ''}${name}: ${seconds.toFixed(1)} s\n`)
    },
  }
}
