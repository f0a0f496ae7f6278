import { loadSources } from '../../mappers'
import { generateDistrict, type SeedUpload } from '../../seed'
import { isHutongError } from '../../src/model/errors'
import { resourceId } from '../../src/model/ids'
import type { MappingIssue, Telling } from '../../src/model/mapping'
import { grammars } from '../../src/wire'

const sources = loadSources({ idKey: 'a-key-for-the-ids-of-tests' })

interface Outcome {
  readonly upload: SeedUpload
  readonly error?: string
  readonly issues: readonly MappingIssue[]
  readonly tellings: readonly Telling[]
}

/** Every entry of every upload through its grammar and its mapper. */
function* outcomesOf(uploads: Iterable<SeedUpload>): Generator<Outcome> {
  for (const upload of uploads) {
    const { source, dialect } = sources.get(upload.source)!
    const grammar = grammars.get(source.format)!
    const { pieces, context } = grammar.split(upload.bytes, { source, context: { name: upload.name }, last: true })
    for (const { start, end, error } of pieces) {
      try {
        if (error) throw error
        const record = grammar.read(upload.bytes.subarray(start, end), { source, context })
        yield { upload, ...dialect.map(record, source) }
      } catch (thrown) {
        if (!isHutongError(thrown)) throw thrown
        yield { upload, error: thrown.code, issues: [], tellings: [] }
      }
    }
  }
}

describe('what the seed writes, read and mapped', () => {
  const outcomes = [...outcomesOf(generateDistrict())]
  const { faults, residents } = generateDistrict().truth()

  it('is refused only where it is bad on purpose', () => {
    const refused = outcomes.flatMap(({ upload, error }) =>
      error === undefined ? [] : [`${upload.source} ${upload.name} ${error}`],
    )
    const planned = faults
      .filter(fault => fault.expected !== 'issue')
      .map(({ source, name, code }) => `${source} ${name} ${code}`)
    expect(refused.toSorted()).toEqual(planned.toSorted())
  })

  it('raises no error, and warns only of wrong check digits and of children under their mother’s number', () => {
    const warnings = outcomes.flatMap(({ upload, issues }) =>
      issues.filter(issue => issue.severity !== 'information').map(issue => `${upload.source} ${issue.severity} ${issue.code}`),
    )
    expect([...new Set(warnings)].filter(warning => !warning.endsWith('check-digit')).toSorted()).toEqual([
      'maternity-hospital warning identity-number-contradicts-birth-date',
      'maternity-hospital warning identity-number-contradicts-sex',
      'regional-platform warning identity-number-contradicts-birth-date',
      'regional-platform warning identity-number-contradicts-sex',
    ])
    expect(warnings).toContain('first-hospital warning identity-number-check-digit')
    expect(warnings.some(warning => warning.includes('error'))).toBe(false)
  })

  it('tells every kind of record that an archive serves', () => {
    const told = new Set(outcomes.flatMap(({ tellings }) => tellings.map(telling => telling.resource.resourceType)))
    for (const type of [
      'Patient',
      'Encounter',
      'Condition',
      'Observation',
      'DiagnosticReport',
      'MedicationRequest',
      'MedicationStatement',
      'AllergyIntolerance',
      'Immunization',
      'Procedure',
      'QuestionnaireResponse',
      'Organization',
      'Practitioner',
    ] as const)
      expect(told).toContain(type)
  })

  it('gives each source patient of the truth a Patient of its own', () => {
    const patients = new Set(
      outcomes.flatMap(({ upload, tellings }) =>
        tellings.flatMap(({ resource }) => (resource.resourceType === 'Patient' ? [`${upload.source} ${resource.id}`] : [])),
      ),
    )
    const known = residents.flatMap(resident =>
      resident.patients.map(
        ({ source, identifier }) => `${source} ${resourceId(sources.get(source)!.source, 'Patient', identifier)}`,
      ),
    )
    expect([...patients].toSorted()).toEqual(known.toSorted())
  })

  it('knows the unit and the LOINC code of every laboratory result', () => {
    const results = outcomes.flatMap(({ upload, tellings }) =>
      tellings.flatMap(({ resource }) =>
        resource.resourceType === 'Observation' && upload.source.endsWith('hospital') ? [resource] : [],
      ),
    )
    expect(results.length).toBeGreaterThan(1000)
    for (const { code, valueQuantity } of results) {
      expect(valueQuantity?.system).toBe('http://unitsofmeasure.org')
      expect(code.coding?.some(coding => coding.system === 'http://loinc.org')).toBe(true)
    }
  })
})

describe('the archive that benchmarks ask for', () => {
  it('has three linked sources, 100 observations and 30 other records, and a tenth of the observations told twice', () => {
    const district = generateDistrict({ residents: 20, profile: 'benchArchive' })
    const { residents } = district.truth()
    for (const resident of residents) {
      expect(resident.patients.map(patient => patient.source).toSorted()).toEqual([
        'community-health',
        'first-hospital',
        'regional-platform',
      ])
    }
    const resources = new Map(
      [...outcomesOf(district)].flatMap(({ upload, tellings }) =>
        tellings.map(
          ({ resource }) => [`${upload.source}/${resource.resourceType}/${resource.id}`, resource.resourceType] as const,
        ),
      ),
    )
    const each = (type: string, source = '') =>
      [...resources].filter(([key, kind]) => kind === type && key.startsWith(source)).length / residents.length
    expect(each('Observation') - each('Observation', 'regional-platform')).toBeGreaterThanOrEqual(98)
    expect(each('Observation') - each('Observation', 'regional-platform')).toBeLessThanOrEqual(104)
    expect(each('Observation', 'regional-platform')).toBe(10)
    expect(each('Condition') + each('Encounter') + each('MedicationRequest')).toBeGreaterThanOrEqual(29)
    expect(each('Condition') + each('Encounter') + each('MedicationRequest')).toBeLessThanOrEqual(32)
  })
})
