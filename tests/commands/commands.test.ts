import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateDistrict } from '../../seed'
import { createTokens } from '../../src/access'
import { demoTokenKey as demoKey } from '../../src/model/demoKeys'
import { schemaFile } from '../../src/graphql'
import { hutong } from '../support/hutong'

const folder = mkdtempSync(join(tmpdir(), 'hutong-cli-'))
const database = `sqlite:${join(folder, 'hutong.db')}`
afterAll(() => rmSync(folder, { recursive: true }))

describe('the command line', () => {
  it.each([[], ['serve'], ['ingest'], ['quarantine', 'list'], ['quarantine', 'show'], ['quarantine', 'replay'], ['trace'], ['token'], ['schema']])(
    'explains itself: hutong %s %s --help', async (...words) => {
      const { code, out } = await hutong([...words.filter(Boolean), '--help'])
      expect(code).toBe(0)
      expect(out).toContain('Usage: hutong')
    })

  it('names the environment variable of every option of serve', async () => {
    const { out } = await hutong(['serve', '--help'])
    for (const name of ['PORT', 'HOST', 'DATABASE', 'WORKERS', 'NO_SEED', 'TOKEN_KEY', 'ID_KEY', 'MLLP', 'MLLP_ALLOW', 'RELATION_DAYS', 'OPEN_INTROSPECTION']) {
      expect(out).toContain(`HUTONG_${name}`)
    }
  })

  it('prints the published schema', async () => {
    const { code, out } = await hutong(['schema'])
    expect(code).toBe(0)
    expect(out.trim()).toBe(readFileSync(schemaFile, 'utf8').trim())
  })

  it('checks an environment variable at start, by its name', async () => {
    const { code, err } = await hutong(['serve'], { HUTONG_PORT: 'four thousand' })
    expect(code).toBe(2)
    expect(err).toContain('HUTONG_PORT')
    expect(err).toContain('a whole number from 0 to 65535 is wanted')
  })

  it.each([[['--host', '0.0.0.0']], [['--mllp-host', '0.0.0.0']], [['--mllp-allow', '10.0.0.0/8']], [['--database', 'mongodb://localhost/hutong']]])(
    'refuses the demonstration\'s keys beyond this machine: %s', async args => {
      const { code, err } = await hutong(['serve', '--database', database, ...args])
      expect(code).toBe(2)
      expect(err).toContain('HUTONG_TOKEN_KEY and HUTONG_ID_KEY')
    })

  it.each(['--id-key', '--token-key'])('refuses a short key, and says how to make one: %s', async flag => {
    const { code, err } = await hutong(['serve', flag, 'k'.repeat(31)])
    expect(code).toBe(2)
    expect(err).toContain('openssl rand -base64 32')
  })

  it('signs no token that lives longer than one may', async () => {
    const { code, err } = await hutong(['token', 'steward', '--expires', '30 days'])
    expect([code, err]).toEqual([2, expect.stringContaining('--token-hours')])
    expect((await hutong(['token', 'steward', '--expires', '30 days', '--token-hours', '720'])).code).toBe(0)
    const { out } = await hutong(['token', 'steward'], { HUTONG_TOKEN_AUDIENCE: 'elsewhere' })
    await expect(createTokens({ key: demoKey }).verify(out.trim())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('refuses words that it does not know with exit code 2', async () => {
    expect((await hutong(['serve', '--prot', '1'])).code).toBe(2)
    expect((await hutong(['dance'])).code).toBe(2)
    expect((await hutong(['token', 'king'])).code).toBe(2)
    expect((await hutong(['token', 'clinician'])).err).toContain('--institution')
  })

  it('prints a token that the gateway reads', async () => {
    const { out } = await hutong(['token', 'clinician', '--institution', '12350206426600001U', '--id', 'dr-1'])
    const asker = await createTokens({ key: demoKey }).verify(out.trim())
    expect(asker).toEqual({ viewer: { role: 'clinician', id: 'dr-1', institution: '12350206426600001U' }, purpose: 'TREAT' })
  })
})

describe('records through the command line', () => {
  const csv = [...generateDistrict()].filter(({ source, name }) => source === 'community-health' && name.startsWith('MPI_')).at(0)

  it('takes files in, says how many, and takes the same file twice only once', async () => {
    const file = join(folder, 'MPI_DemographicInfo.csv')
    writeFileSync(file, csv?.bytes ?? '')
    const first = JSON.parse((await hutong(['ingest', 'community-health', file, '--database', database, '--json'])).out) as Record<string, number>
    expect(first).toMatchObject({ files: 1, refused: 0, duplicate: 0 })
    expect(first['accepted']).toBeGreaterThan(0)
    const second = JSON.parse((await hutong(['ingest', 'community-health', file, '--database', database, '--json'])).out) as Record<string, number>
    expect(second).toMatchObject({ accepted: 0, duplicate: first['accepted'] })
  })

  it('keeps what it cannot read in quarantine: lists it, shows it, gives it back byte for byte, and works it again', async () => {
    const bad = join(folder, 'bad.hl7')
    writeFileSync(bad, 'MSH|^~\\&|HIS|SYY|HUTONG|HUTONG|20260101080000||ADT^A04|CTRL-BAD-1|P|2.4\rPV1|1|O\r')
    expect((await hutong(['ingest', 'first-hospital', bad, '--database', database])).code).toBe(4)
    const listed = await hutong(['quarantine', 'list', 'first-hospital', '--database', database, '--json'])
    const [record] = JSON.parse(listed.out) as { entry: string; reason: { code: string; place: string } }[]
    expect(record?.reason).toMatchObject({ code: 'PATIENT_MISSING', place: expect.stringContaining('PID') })
    const shown = await hutong(['quarantine', 'show', record!.entry.slice(0, 16), '--bytes', '--reason', 'the sender asks', '--database', database])
    expect(shown.out).toContain('CTRL-BAD-1')
    const masked = await hutong(['quarantine', 'show', record!.entry, '--bytes', '--database', database])
    expect(masked.out).toBe('MSH|^~\\&|xxx|xxx|xxxxxx|xxxxxx|99999999999999||ADT^A04|xxxx-xxx-9|x|9.9\rPV1|9|x')
    expect((await hutong(['quarantine', 'show', record!.entry, '--bytes', '--reason', ' ', '--database', database])).code).toBe(2)
    expect((await hutong(['quarantine', 'show', record!.entry, '--reason', 'the sender asks', '--database', database])).code).toBe(2)
    const replayed = await hutong(['quarantine', 'replay', record!.entry, '--database', database, '--json'])
    expect(JSON.parse(replayed.out)).toEqual({ replayed: 1 })
    const traced = await hutong(['trace', 'first-hospital', 'CTRL-BAD-1', '--database', database, '--json'])
    expect(JSON.parse(traced.out)).toEqual([expect.objectContaining({ status: 'quarantined', attempts: 1 })])
  })

  it('says with its exit code what went wrong', async () => {
    expect((await hutong(['trace', 'first-hospital', 'NOBODY', '--database', database])).code).toBe(3)
    expect((await hutong(['trace', 'nowhere', 'X', '--database', database])).code).toBe(3)
    expect((await hutong(['ingest', 'first-hospital', join(folder, 'missing.hl7'), '--database', database])).code).toBe(2)
    expect((await hutong(['quarantine', 'list', '--database', 'postgres://x'])).code).toBe(2)
  })
})
