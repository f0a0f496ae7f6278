/** A process that takes in records and dies at a named point: `node -r ../register.js crashing.ts <database> <point> <nth>`. */
import { createHash } from 'node:crypto'
import { startMllp } from '../../../src/intake'
import { grammars } from '../../../src/wire'
import { adt, hospital } from './hospital'
import { openHouse } from './house'
import { connectSender } from './sender'
import { crashLines } from './crashLines'
import { plainGrammar, plainMapping } from './plain'

async function main([database = '', point, nth = '1']: readonly string[]): Promise<void> {
  let left = Number(nth)
  const house = await openHouse({
    url: `sqlite:${database}`,
    mappings: new Map([['plain', plainMapping()], ['hospital', hospital]]),
    grammars: new Map([...grammars, ['plain', plainGrammar]]),
    crash: reached => {
      if (reached === point && (left -= 1) === 0) process.kill(process.pid, 'SIGKILL')
    },
  })
  const { journal, log } = house
  await house.start()
  const listener = await startMllp({ journal, mapping: hospital, port: 0, now: () => house.now, log, crash: house.crash })
  const sender = await connectSender(listener.port)
  for (const [n, record] of crashLines.entries()) {
    await journal.append({ source: 'plain', bytes: record })
    sender.send(adt({ control: `${n}`, chart: `${n % 4}` }))
    await sender.answers(1)
    process.stdout.write(`${createHash('sha256').update(record).digest('hex')}\n`)
  }
  process.stdout.write('done\n')
}

void main(process.argv.slice(2))
