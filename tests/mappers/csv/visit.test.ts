import type { MedicationStatement } from '../../../src/model/fhir'
import { codesOf, mapRow, told } from './support'

const visit = { empiId: 'e1', visitId: 'v1', visitDate: '2026-07-06', visitEffect: '1' }
const hypertension = (cells: Record<string, string>): ReturnType<typeof mapRow> =>
  mapRow('MDC_HypertensionVisit', { ...visit, ...cells })
const diabetes = (cells: Record<string, string>): ReturnType<typeof mapRow> => mapRow('MDC_DiabetesVisit', { ...visit, ...cells })
const version = (cells: Record<string, string>): string | undefined => hypertension(cells).tellings[0]?.versionTime
const medicine = (cells: Record<string, string>): MedicationStatement | undefined =>
  told(hypertension({ drugNames3: '缬沙坦胶囊', ...cells }), 'MedicationStatement')[0]
const testedOn = (cells: Record<string, string>): (string | undefined)[] =>
  told(diabetes({ hbA1c: '8.1', ...cells }), 'Observation').map(observation => observation.effectiveDateTime)
const answer = (result: ReturnType<typeof mapRow>, linkId: string): unknown =>
  told(result, 'QuestionnaireResponse')[0]?.item?.find(item => item.linkId === linkId)?.answer
    ?.map(({ valueCoding, ...other }) => valueCoding?.display ?? Object.values(other)[0])

describe('the same number means opposite things in two forms', () => {
  it('loseWeight: 1 is "needs not" of a hypertension visit and "needs to" of a diabetes visit', () => {
    expect(answer(hypertension({ loseWeight: '1' }), 'loseWeight')).toEqual(['不需要'])
    expect(answer(diabetes({ loseWeight: '1' }), 'loseWeight')).toEqual(['需要'])
  })

  it('adverse reactions: 1 is none in MDC_DiabetesVisit; the other form has y and n', () => {
    expect(answer(diabetes({ adverseReactions: '1' }), 'adverseReactions')).toEqual(['无'])
    expect(answer(hypertension({ medicineBadEffect: 'y' }), 'medicineBadEffect')).toEqual(['有'])
  })

  it('symptoms: 2 is headache of one form and thirst of the other', () => {
    expect(answer(hypertension({ currentSymptoms: '2,10' }), 'currentSymptoms')).toEqual(['头痛头晕', '其他'])
    expect(answer(diabetes({ symptoms: '2' }), 'symptoms')).toEqual(['多饮'])
  })
})

describe('how the visit was made', () => {
  it.each([
    ['1', 'AMB'], ['2', 'AMB'], ['3', 'AMB'], ['4', 'HH'], ['5', 'VR'], ['6', 'AMB'],
  ])('visitWay %s is of class %s', (visitWay, code) => {
    expect(told(hypertension({ visitWay }), 'Encounter')[0]?.class.code).toBe(code)
  })

  it('another way has no class, but keeps its type', () => {
    const [encounter] = told(hypertension({ visitWay: '9' }), 'Encounter')
    expect(encounter?.class.code).toBeUndefined()
    expect(encounter?.type?.[0]?.text).toBe('其他')
  })

  it('a resident who was not found was not visited', () => {
    expect(told(hypertension({ visitEffect: '2' }), 'Encounter')[0]?.status).toBe('cancelled')
    expect(told(hypertension({ noVisitReason: '4' }), 'Encounter')[0]?.status).toBe('cancelled')
  })
})

describe('what was measured', () => {
  it('blood pressure is one panel; the half that is missing is said to be', () => {
    const [panel] = told(hypertension({ constriction: '162' }), 'Observation')
    expect(panel?.component?.map(half => half.valueQuantity?.value ?? half.dataAbsentReason?.coding?.[0]?.code))
      .toEqual([162, 'unknown'])
  })

  it('what cannot be is kept as told, with an issue', () => {
    const result = hypertension({ constriction: '82', diastolic: '134', weight: '6150' })
    expect(told(result, 'Observation').map(observation => observation.valueQuantity?.value)).toEqual([undefined, 6150])
    expect(codesOf(result))
      .toEqual(['implausible-value MDC_HypertensionVisit.diastolic', 'implausible-value MDC_HypertensionVisit.weight'])
  })

  it('what is no number stays as a note', () => {
    const result = hypertension({ constriction: '162/96', heartRate: '不齐' })
    expect(told(result, 'Observation').map(observation => observation.note?.[0]?.text)).toEqual(['收缩压 162/96', '心率 不齐'])
    expect(codesOf(result))
      .toEqual(['invalid-number MDC_HypertensionVisit.constriction', 'invalid-number MDC_HypertensionVisit.heartRate'])
  })

  it.each([
    ['plasma in mmol/L is LOINC 14749-6', { fbsTest: '2', unit: '1' }, '14749-6'],
    ['a finger-stick is no venous glucose', { fbsTest: '1', unit: '1' }, 'fbs'],
    ['nor is what does not say how it was taken', { unit: '1' }, 'fbs'],
    ['mg/dL is another quantity', { fbsTest: '2', unit: '2' }, 'fbs'],
  ])('glucose: %s', (_, cells, code) => {
    expect(told(diabetes({ fbs: '8.9', ...cells }), 'Observation')[0]?.code.coding?.[0]?.code).toBe(code)
  })

  it('what was found elsewhere has the day of its test, not of the visit', () => {
    expect(testedOn({ testDate: '2026/6/28' })).toEqual(['2026-06-28'])
    expect(testedOn({})).toEqual([undefined])
  })
})

describe('medicines', () => {
  it('are what the resident takes at the visit', () => {
    expect(medicine({ everyDayTime3: '2', oneDosage3: '0.5', medicineUnit3: '1' })).toMatchObject({
      status: 'active', effectiveDateTime: '2026-07-06', medicationCodeableConcept: { text: '缬沙坦胶囊' },
      dosage: [{ text: '每日2次，每次0.5片', doseAndRate: [{ doseQuantity: { value: 0.5, unit: '片' } }] }],
    })
  })

  it('keep a dose in words', () => {
    expect(medicine({ everyDayTime3: '必要时', oneDosage3: '半片' })?.dosage).toEqual([{ text: '必要时，每次半片' }])
    expect(medicine({})?.dosage).toBeUndefined()
  })

  it.each(['3', '4'])('are not taken where the form says so (%s)', code => {
    expect(medicine({ medicine: code })?.status).toBe('not-taken')
  })
})

describe('the version of a row', () => {
  it('is its update stamp, else when it was entered, else the visit', () => {
    expect(version({ inputDate: '2026-07-07 08:00:00', lastModifyDate: '2026-07-08 08:00:00' })).toBe('2026-07-08T00:00:00.000Z')
    expect(version({ inputDate: '2026-07-07 08:00:00' })).toBe('2026-07-07T00:00:00.000Z')
    expect(version({})).toBe('2026-07-05T16:00:00.000Z')
    expect(version({ visitDate: '1900-01-01' })).toBeUndefined()
  })
})

it('a condition is one for a resident and disease, and only what the row states', () => {
  const [first] = told(diabetes({ diabetesType: '2' }), 'Condition')
  const [second] = told(diabetes({ diabetesType: '2', visitId: 'v2', visitEffect: '9' }), 'Condition')
  expect(first?.id).toBe(second?.id)
  expect(first).toMatchObject({ code: { text: '2型糖尿病' }, clinicalStatus: { coding: [{ code: 'active' }] } })
  expect(second?.clinicalStatus).toBeUndefined()
  expect(told(diabetes({}), 'Condition')[0]?.code).toEqual({ text: '糖尿病' })
})

it('an institution that nobody configured is told by its local code', () => {
  const result = hypertension({ visitUnit: '350206999' })
  expect(told(result, 'Organization')[0]?.identifier)
    .toEqual([{ system: 'urn:hutong:community-health:manageUnit', value: '350206999' }])
  expect(codesOf(result)).toEqual(['unknown-institution MDC_HypertensionVisit.visitUnit'])
})
