import { compose } from '../../../src/archive/compose'
import { dialect } from '../../../mappers/csv'
import { HutongError } from '../../../src/model/errors'
import type { Patient } from '../../../src/model/fhir'
import { codesOf, communityHealth, mapRow, row, told } from './support'

const person = (cells: Record<string, string>): Patient | undefined =>
  told(mapRow('MPI_DemographicInfo', { empiId: 'e1', ...cells }), 'Patient')[0]
const archive = (cells: Record<string, string>): ReturnType<typeof mapRow> =>
  mapRow('EHR_HealthRecord', { empiId: 'e1', ...cells })
const system = (patient: Patient | undefined, name: string): (string | undefined)[] | undefined =>
  patient?.identifier?.filter(identifier => identifier.system === name).map(identifier => identifier.value)

describe('a row of MPI_DemographicInfo', () => {
  it('and a row of EHR_HealthRecord with the same empiId tell one Patient, each its part', () => {
    const tellings = [
      ...mapRow('MPI_DemographicInfo', {
        empiId: 'e1', personName: '陈桂芳', idCard: '11010519491231002X', contact: '陈小明',
      }).tellings,
      ...archive({ phrId: '35020600100100101', manaUnitId: '350206001' }).tellings,
    ].filter(telling => telling.resource.resourceType === 'Patient')
    expect(tellings.map(telling => telling.manner)).toEqual(['part', 'part'])
    const whole = compose(tellings.map((telling, i) =>
      ({ ...telling, version: `2026-01-0${i + 1}T00:00:00.000Z~${i}` }))) as Patient
    expect(whole.name?.[0]?.text).toBe('陈桂芳')
    expect(whole.contact).toHaveLength(1)
    expect(system(whole, 'urn:oid:2.16.156.10011.1.3')).toEqual(['11010519491231002X'])
    expect(system(whole, 'urn:oid:2.16.156.10011.1.2')).toEqual(['35020600100100101'])
  })

  it('keeps the text of a code that the table does not have', () => {
    const result = mapRow('MPI_DemographicInfo', { empiId: 'e1', maritalStatusCode: '9', sexCode: '3' })
    expect(told(result, 'Patient')[0]?.maritalStatus).toEqual({ text: '9' })
    expect(told(result, 'Patient')[0]?.gender).toBeUndefined()
    expect(codesOf(result))
      .toEqual(['unknown-code MPI_DemographicInfo.sexCode', 'unknown-code MPI_DemographicInfo.maritalStatusCode'])
  })

  it('codes marriage as the system does: 3 is widowed, whatever another product of the house says', () => {
    expect(person({ maritalStatusCode: '3' })?.maritalStatus?.coding?.map(coding => coding.code)).toEqual(['W', '30', '3'])
  })

  it('tells blood types by their own tables: Rh 1 is positive here', () => {
    const found = told(mapRow('MPI_DemographicInfo', { empiId: 'e1', bloodTypeCode: '4', rhBloodCode: '1' }), 'Observation')
    expect(found.map(observation => observation.valueCodeableConcept?.text)).toEqual(['AB型', 'RH阳性'])
    expect(found[1]?.valueCodeableConcept?.coding).toHaveLength(1)
    expect(told(mapRow('MPI_DemographicInfo', { empiId: 'e1', bloodTypeCode: '5', rhBloodCode: '3' }), 'Observation')).toEqual([])
  })

  it('names the card by its kind where the number is no identity number', () => {
    expect(person({ cardtype: '03', idCard: 'E12345678' })?.identifier?.[1]).toEqual({
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PPN' }] },
      system: 'urn:hutong:community-health:cardtype:03', value: 'E12345678',
    })
  })

  it('keeps an identity number that is wrong, and says so without saying it', () => {
    const result = mapRow('MPI_DemographicInfo', { empiId: 'e1', cardtype: '01', idCard: '110105194912310021' })
    expect(system(told(result, 'Patient')[0], 'urn:oid:2.16.156.10011.1.3')).toEqual(['110105194912310021'])
    expect(codesOf(result)).toEqual(['identity-number-check-digit MPI_DemographicInfo.idCard'])
    expect(JSON.stringify(result.issues)).not.toContain('110105')
  })
})

describe('a row of EHR_HealthRecord', () => {
  it('of a cancelled archive tells an old number and leaves who manages the person now alone', () => {
    const [patient] = told(archive({
      phrId: '35020600200100601', manaUnitId: '350206002', status: '1', cancellationReason: '2', cancellationDate: '2025-09-01',
    }), 'Patient')
    expect(patient?.identifier?.[1]).toMatchObject({ use: 'old', period: { end: '2025-09-01' } })
    expect(patient?.managingOrganization).toBeUndefined()
  })

  it('that was cancelled before it was made keeps the day on which it was made, and says so', () => {
    const result = archive({ phrId: '35020600200100601', status: '1', createDate: '2017-09-16', cancellationDate: '2017-09-15' })
    expect(told(result, 'Patient')[0]?.identifier?.[1]?.period).toEqual({ start: '2017-09-16' })
    expect(codesOf(result)).toEqual(['contradiction EHR_HealthRecord.cancellationDate'])
  })

  it('takes a death back', () => {
    const result = archive({ deadFlag: 'n' })
    expect(told(result, 'Patient')[0]?.deceasedBoolean).toBe(false)
    expect(result.tellings.find(telling => telling.resource.resourceType === 'Patient')?.removed).toEqual(['deceasedDateTime'])
  })

  it('of the dead without a date says only that', () => {
    expect(told(archive({ deadFlag: 'y' }), 'Patient')[0]).toMatchObject({ deceasedBoolean: true })
  })
})

describe('routes', () => {
  it('a row by its person', () => {
    const patient = dialect.route(row('MDC_DiabetesVisit', { empiId: 'e1' }), communityHealth).patient
    expect(patient).toBe(person({})?.id)
  })

  it('refuses a table that is not mapped, and says which', () => {
    expect(dialect.route(row('PER_Checkup', { empiId: 'e1' }), communityHealth).refuse)
      .toMatchObject({ code: 'unsupported-table', place: 'PER_Checkup' })
    expect(() => mapRow('PER_Checkup', { empiId: 'e1' })).toThrow(new HutongError('UNSUPPORTED', 'no such table is mapped'))
  })

  it('cannot tie a row without a person', () => {
    expect(() => mapRow('EHR_HealthRecord', { phrId: '35020600100100101' }))
      .toThrow(expect.objectContaining({ code: 'PATIENT_MISSING' }))
  })

  it('says which table of the source is wrong', () => {
    const broken = { ...communityHealth, tables: { ...communityHealth.tables, measurements: 7 } }
    expect(() => dialect.map(row('MPI_DemographicInfo', { empiId: 'e1' }), broken)).toThrow(/measurements/)
  })
})
