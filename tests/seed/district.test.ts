import { createHash } from 'node:crypto'
import { decode } from 'iconv-lite'
import { generateDistrict, stories, type SeedUpload } from '../../seed'
import { institutions } from '../../seed/institutions'
import { isValidIdentityNumber } from '../../seed/identityNumbers'
import { generateDistrict as generate } from '../../seed'

const uploads = [...generateDistrict()]
const truth = generateDistrict().truth()
const from = (source: string) => uploads.filter(upload => upload.source === source)
const text = ({ bytes, source }: SeedUpload) =>
  source === 'first-hospital' || source === 'community-health'
    ? decode(Buffer.from(bytes), 'gb18030')
    : Buffer.from(bytes).toString('utf8')
const entriesOf = (upload: SeedUpload) => (/\.(csv|ndjson)$/.test(upload.name) ? text(upload).trim().split('\n').length : 1)
const hashOf = (all: Iterable<SeedUpload>) => {
  const hash = createHash('sha256')
  for (const { source, name, arrivedAt, bytes } of all) hash.update(`${source}|${name}|${arrivedAt}|`).update(bytes)
  return hash.digest('hex')
}

describe('the seed district', () => {
  it('is the same, byte for byte, each time it is generated from the same number', () => {
    expect(hashOf(generate())).toBe(hashOf(uploads))
    expect(hashOf(generate({ seed: 7 }))).not.toBe(hashOf(uploads))
  })

  it('has at least sixty residents over at least eight institutions and ten years', () => {
    expect(truth.residents.length).toBeGreaterThanOrEqual(60)
    const all = uploads.map(text).join('\n')
    const named = institutions.filter(({ id, unit }) => all.includes(id) || (unit !== undefined && all.includes(unit)))
    expect(named.length).toBeGreaterThanOrEqual(8)
    const years = uploads.map(upload => Number(upload.arrivedAt.slice(0, 4)))
    expect(Math.max(...years) - Math.min(...years)).toBeGreaterThanOrEqual(9)
  })

  it('comes in order of arrival, and nothing after the given instant', () => {
    const arrivals = uploads.map(upload => upload.arrivedAt)
    expect(arrivals).toEqual(arrivals.toSorted())
    expect(arrivals.at(-1)! <= '2026-11-20T02:00:00.000Z').toBe(true)
    const earlier = [...generateDistrict({ until: '2026-07-01T00:00:00+08:00' })].map(upload => upload.arrivedAt)
    expect(earlier.at(-1)! <= '2026-06-30T16:00:00.000Z').toBe(true)
  })

  it('is of a size that loads in seconds: three to eight thousand entries', () => {
    const entries = uploads.reduce((sum, upload) => sum + entriesOf(upload), 0)
    expect(entries).toBeGreaterThan(3000)
    expect(entries).toBeLessThan(8000)
  })

  it('gives everybody a valid identity number of their own that agrees with birth date and sex', () => {
    const numbers = truth.residents.map(resident => resident.identity)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const { identity, birth, sex } of truth.residents) {
      expect(isValidIdentityNumber(identity)).toBe(true)
      expect(identity.slice(6, 14)).toBe(birth.replaceAll('-', ''))
      expect(Number(identity[16]) % 2 === 1).toBe(sex === 'M')
    }
    const counties = new Set(numbers.map(number => number.slice(0, 6)))
    expect([...counties].toSorted()).toEqual(['120107', '350206', '810000'])
  })

  it('knows of each source patient who it truly is', () => {
    const patients = truth.residents.flatMap(resident =>
      resident.patients.map(patient => `${patient.source}|${patient.identifier}`),
    )
    expect(new Set(patients).size).toBe(patients.length)
    const linked = truth.residents.filter(resident => new Set(resident.patients.map(patient => patient.source)).size >= 2)
    expect(linked.length).toBeGreaterThan(30)
    const charts = from('first-hospital').flatMap(upload => text(upload).match(/SY\d{6,7}(?=\^\^\^SYY\^MR)/g) ?? [])
    for (const chart of charts) expect(patients).toContain(`first-hospital|${chart}`)
    const empis = from('community-health')
      .filter(upload => upload.name === 'MPI_DemographicInfo.csv')
      .flatMap(upload => text(upload).match(/^"?\d{18}/gm) ?? [])
    for (const empi of empis) expect(patients).toContain(`community-health|${empi.replace('"', '')}`)
  })

  it('lists what is bad on purpose, with what is expected of it', () => {
    expect(truth.faults.map(fault => fault.code).toSorted()).toEqual([
      'CHARSET',
      'PATIENT_MISSING',
      'SYNTAX',
      'SYNTAX',
      'UNSUPPORTED',
      'identity-number-check-digit',
    ])
    for (const { source, name } of truth.faults) expect(from(source).some(upload => upload.name === name)).toBe(true)
  })

  it('tells of every story', () => {
    const told = new Set(truth.residents.flatMap(resident => resident.story ?? []))
    expect([...told].toSorted()).toEqual(stories.map(story => story.name))
    expect(told.size).toBe(8)
  })

  it('grows to any size, cohort by cohort', () => {
    const district = generateDistrict({ residents: 700 })
    let count = 0
    for (const resident of district.residents()) count += resident.patients.length > 0 ? 1 : 0
    expect(count).toBeGreaterThanOrEqual(690)
  })
})

describe('what each system writes', () => {
  it('市一院: HL7 2.3.1 and 2.4 in GB18030, segments end with CR', () => {
    const messages = from('first-hospital').map(text)
    expect(new Set(messages.flatMap(message => message.match(/\|P\|(2\.\d(?:\.\d)?)/)?.[1] ?? []))).toEqual(
      new Set(['2.3.1', '2.4']),
    )
    expect(messages.every(message => !message.includes('\n'))).toBe(true)
    for (const event of ['A01', 'A03', 'A04', 'A08', 'A11', 'A13', 'A40']) {
      expect(messages.some(message => message.includes(`|ADT^${event}|`))).toBe(true)
    }
    const unescaped = messages.filter(message => message.includes('|10^9/L|'))
    const escaped = messages.filter(message => message.includes('|10\\S\\9/L|'))
    expect(unescaped.length).toBeGreaterThan(0)
    expect(escaped.length).toBeGreaterThan(unescaped.length)
    expect(messages.some(message => /\|P\|2\.3\.1\|\|\|\|\|CHN\|\r/.test(message))).toBe(true)
    expect(messages.some(message => /^PID\|(?:[^|\r]*\|){18}35\d{15}[\dX]\r?$/m.test(message.replaceAll('\r', '\r\n')))).toBe(
      true,
    )
  })

  it('区妇幼: HL7 2.5.1 in UTF-8, segments end with LF, newborns with their mother in PID-21', () => {
    const messages = from('maternity-hospital').map(text)
    expect(messages.every(message => !message.includes('\r') && message.endsWith('\n'))).toBe(true)
    expect(messages.some(message => /^PID.*\|FY\d+\^\^\^FYY\^MR\|\|\|Y\|2$/m.test(message))).toBe(true)
    expect(messages.some(message => message.includes('SPM|1|'))).toBe(true)
  })

  it('社康: four tables in GB18030, with and without a header, with dates in three fashions', () => {
    const files = from('community-health')
    expect(new Set(files.map(file => file.name))).toEqual(
      new Set(['MPI_DemographicInfo.csv', 'EHR_HealthRecord.csv', 'MDC_HypertensionVisit.csv', 'MDC_DiabetesVisit.csv']),
    )
    const bodies = files.filter(file => file.name === 'MPI_DemographicInfo.csv').map(text)
    expect(bodies.some(body => body.startsWith('empiId'))).toBe(true)
    expect(bodies.some(body => /^\d/.test(body))).toBe(true)
    for (const date of [/,\d{8},/, /"\d{4}\/\d\d\/\d\d"/, /,\d{4}-\d\d-\d\d,/, /,1900-01-01,/]) {
      expect(bodies.some(body => date.test(body))).toBe(true)
    }
  })

  it('市级平台: transactions and monthly NDJSON, in which results of 市一院 are told a second time', () => {
    const files = from('regional-platform').filter(upload => !upload.name.startsWith('correction'))
    for (const file of files.filter(upload => upload.name.endsWith('.json')))
      expect(JSON.parse(text(file))).toMatchObject({ type: 'transaction' })
    const lines = files.filter(upload => upload.name.endsWith('.ndjson')).flatMap(file => text(file).trim().split('\n'))
    const kinds = new Set(lines.map(line => (JSON.parse(line) as { resourceType: string }).resourceType))
    expect(kinds).toEqual(new Set(['Patient', 'MedicationRequest', 'Immunization', 'AllergyIntolerance', 'Observation']))
    expect(lines.some(line => line.includes('"Observation"') && line.includes('市第一医院'))).toBe(true)
  })

  it('sends some messages twice, and some late', () => {
    const names = from('first-hospital').map(upload => upload.name)
    expect(names.length).toBeGreaterThan(new Set(names).size)
    const late = from('first-hospital').filter(upload => {
      const stamp = /^MSH(?:[^|]*\|){6}(\d{14})/.exec(text(upload))?.[1] ?? ''
      const sent = Date.parse(stamp.replace(/(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:$6+08:00'))
      return Date.parse(upload.arrivedAt) - sent > 20 * 3600_000
    })
    expect(late.length).toBeGreaterThan(0)
  })
})
