/** What it costs to link one record, against how many residents; and the first load. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityNumber } from '../seed/identityNumbers'
import { drawGivenName, drawSurname } from '../seed/names'
import { Random } from '../seed/random'
import { createIdentity } from '../src/identity'
import type { Patient } from '../src/model/fhir'
import { openStore } from '../src/store'

export interface LinkingFigures {
  readonly patients: number
  readonly firstLoadPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly storeMemoryMb: number
}

const width = 64

/** Loads `patients` people, then links `asked` more one by one, of whom every second is known already under another source. */
export async function measureLinking(patients: number, { asked = 500, progress = () => {} }: { asked?: number; progress?: (done: number) => void } = {}): Promise<LinkingFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'hutong-linking-'))
  const store = await openStore(`sqlite:${join(folder, 'hutong.db')}`)
  try {
    const identity = createIdentity({ store, idKey: 'bench' })
    const link = (at: number, source: string) => identity.link({ id: `${source}-${at}`, source, resource: person(at, source) }, '2026-11-01T00:00:00.000Z')
    const began = performance.now()
    for (let first = 0; first < patients; first += width) {
      await Promise.all(Array.from({ length: Math.min(width, patients - first) }, (_, at) => link(first + at, 'a')))
      progress(first)
    }
    const loaded = performance.now() - began
    const times: number[] = []
    for (let at = 0; at < asked; at += 1) {
      const start = performance.now()
      await link(at % 2 === 0 ? (at * 7919) % patients : patients + at, 'b')
      times.push(performance.now() - start)
    }
    const ordered = times.toSorted((a, b) => a - b)
    return {
      patients, firstLoadPerSecond: patients / (loaded / 1000), p50: ordered[Math.floor(asked / 2)] ?? 0, p99: ordered[Math.floor(asked * 0.99)] ?? 0,
      storeMemoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

function person(number: number, source: string): Patient {
  const random = new Random('person', number)
  const sex = random.chance(0.5) ? 'M' as const : 'F' as const
  const [year, month, day] = [1930 + random.whole(0, 90), random.whole(1, 12), random.whole(1, 28)]
  const birth = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  return {
    resourceType: 'Patient', id: `${source}-${number}`, gender: sex === 'M' ? 'male' : 'female', birthDate: birth,
    name: [{ text: drawSurname(random) + drawGivenName(sex, year, random) }],
    ...(random.chance(0.9) ? { identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: identityNumber({ county: '350206', birth, sex, serial: number % 500 }) }] } : {}),
    telecom: [{ system: 'phone', value: `13${String(100_000_000 + Math.floor(number / 3)).padStart(9, '0')}` }],
    address: [{ text: `厦门市湖里区江头街道台湾街${number % 900}号${number % 30}室` }],
  }
}
