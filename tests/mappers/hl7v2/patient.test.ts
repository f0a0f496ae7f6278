import { codesOf, hospital, mapText, message, plainSource, resourcesOf, tellingsOf } from './support'

const patientOf = (pid: string, source = hospital()) => {
  const result = mapText(message('ADT^A08', [pid]), source)
  const [telling] = tellingsOf(result, 'Patient')
  return { patient: telling!.resource, removed: telling!.removed ?? [], issues: codesOf(result), result }
}

describe('the names of a PID', () => {
  it.each([
    ['张三', { text: '张三' }],
    ['张^三', { text: '张三', family: '张', given: ['三'] }],
    ['张三^男', { text: '张三' }],
    ['欧阳^修^女', { text: '欧阳修', family: '欧阳', given: ['修'] }],
    ['HO KA MAN', { text: 'HO KA MAN' }],
    ['Everyman^Adam^A^III^Dr^^L', { use: 'official', family: 'Everyman', given: ['Adam', 'A'], prefix: ['Dr'], suffix: ['III'] }],
    ['Smith', { family: 'Smith' }],
  ])('%s', (told, name) => {
    expect(patientOf(`PID|1||SY1^^^SYY^MR||${told}`).patient.name).toEqual([name])
  })

  it('says that a sex stood behind the name', () => {
    expect(patientOf('PID|1||SY1^^^SYY^MR||张三^男').issues).toEqual(['sex-in-name PID-5'])
  })
})

describe('the identifiers of a PID', () => {
  it('are known by authority and type, and each is told once', () => {
    const numbers = 'SY1^^^SYY^MR~11010519491231002X^^^CN^NI~A1^^^JKK^HC'
    const { patient } = patientOf(`PID|1||${numbers}||张三||19491231|F|||||||||||11010519491231002X`)
    expect(patient.identifier?.map(({ system, value }) => `${system} ${value}`)).toEqual([
      'urn:hutong:first-hospital:MR SY1',
      'urn:oid:2.16.156.10011.1.3 11010519491231002X',
      'urn:oid:2.16.156.10011.1.19 A1',
    ])
  })

  it('keep an identity number that is wrong as it was told, with an issue', () => {
    const { patient, issues } = patientOf('PID|1||SY1^^^SYY^MR||张三||||||||||||||110105194912310021')
    expect(patient.identifier?.[1]).toMatchObject({ system: 'urn:oid:2.16.156.10011.1.3', value: '110105194912310021' })
    expect(issues).toEqual(['identity-number-check-digit PID-19'])
  })

  it('raise an issue where the identity number contradicts birth date or sex, and fill in neither', () => {
    const { patient, issues } = patientOf('PID|1||SY1^^^SYY^MR~11010519491231002X^^^CN^NI||张三||19500101|M')
    expect(issues).toEqual(['identity-number-contradicts-birth-date PID-3', 'identity-number-contradicts-sex PID-3'])
    expect(patient).toMatchObject({ birthDate: '1950-01-01', gender: 'male' })
    expect(patientOf('PID|1||SY1^^^SYY^MR~11010519491231002X^^^CN^NI||张三').patient).not.toHaveProperty('birthDate')
  })

  it('never show the number in an issue', () => {
    const { result } = patientOf('PID|1||SY1^^^SYY^MR||张三||||||||||||||110105194912310021')
    expect(JSON.stringify(result.issues)).not.toContain('1101051949')
  })

  it('of an authority that is not configured keep its OID or its name', () => {
    const { patient } = patientOf('PID|1||1^^^A&1.2.840.114350&ISO^PI~2^^^B^XYZ||Doe^Jo', plainSource)
    expect(patient.identifier?.map(({ system, type }) => [system, type?.coding?.[0]?.code ?? type?.text])).toEqual([
      ['urn:oid:1.2.840.114350', 'PI'], ['urn:hutong:plain:id:B', 'XYZ'],
    ])
  })
})

const idOf = (pid: string, source = plainSource) => patientOf(pid, source).patient.id
const death = (fields: string) => patientOf(`PID|1||SY1^^^SYY^MR||张三|||||||||||||||||||||||${fields}`).patient

describe('a patient\'s id', () => {
  it('is the chart number\'s, wherever it stands and whatever else is told', () => {
    expect(idOf('PID|1||H1^^^JKK^HC~SY1^^^SYY^MR||张三', hospital())).toBe(idOf('PID|1||SY1||李四', hospital()))
  })

  it('tells the same number of two authorities apart', () => {
    expect(idOf('PID|1||1^^^A^PI')).not.toBe(idOf('PID|1||1^^^B^PI'))
  })

  it('falls back to PID-2 and PID-4', () => {
    expect(idOf('PID|1|77')).toBe(idOf('PID|1||77'))
    expect(idOf('PID|1|||77')).toBe(idOf('PID|1||77'))
  })

  it('is missing where no number is told: the record is refused', () => {
    const missing = expect.objectContaining({ code: 'PATIENT_MISSING', place: 'PID-3' })
    expect(() => mapText(message('ADT^A08', ['PID|1||||张三']))).toThrow(missing)
  })

  it('is the message\'s own where the source wants such patients', () => {
    const source = { ...plainSource, settings: { unidentifiedPatients: 'message' } }
    expect(resourcesOf(mapText(message('ADT^A08', ['PID|1||||Doe^Jo']), source), 'Patient')).toHaveLength(1)
  })
})

describe('what a PID empties', () => {
  it('is named, and nothing else is', () => {
    const { patient, removed } = patientOf('PID|1||SY1^^^SYY^MR||张三||""|M|||""||""|""||""||||||||""')
    expect(removed).toEqual(['birthDate', 'address', 'maritalStatus', 'multipleBirth[x]', 'telecom'])
    expect(patient).not.toHaveProperty('birthDate')
  })

  it('leaves the phones where one field still tells one', () => {
    const { patient, removed } = patientOf('PID|1||SY1^^^SYY^MR||张三||||||||""|0592-5550100')
    expect(removed).toEqual([])
    expect(patient.telecom).toEqual([{ system: 'phone', value: '0592-5550100', use: 'work' }])
  })

  it('is nothing where it is silent: a thin PID blanks no full patient', () => {
    const { patient, removed } = patientOf('PID|1||SY1^^^SYY^MR')
    expect(removed).toEqual([])
    expect(Object.keys(patient).toSorted()).toEqual(['id', 'identifier', 'managingOrganization', 'meta', 'resourceType'])
  })
})

describe('dates of birth and death', () => {
  it.each([
    ['1963', { birthDate: '1963' }, []],
    ['196304', { birthDate: '1963-04' }, []],
    ['20230229', {}, ['invalid-date PID-7']],
    ['2024-13-45', {}, ['invalid-date PID-7']],
    ['19000101', {}, ['unknown-date PID-7']],
  ])('%s', (told, expected, issues) => {
    const found = patientOf(`PID|1||SY1^^^SYY^MR||张三||${told}`)
    expect(found.patient.birthDate).toBe((expected as { birthDate?: string }).birthDate)
    expect(found.issues).toEqual(issues)
  })

  it('tell the death by its time, else by Y or N', () => {
    expect(death('|20261002|Y')).toMatchObject({ deceasedDateTime: '2026-10-02' })
    expect(death('||Y')).toMatchObject({ deceasedBoolean: true })
    expect(death('||N')).toMatchObject({ deceasedBoolean: false })
  })
})

it('a mother\'s number is the mother\'s: PID-21 is no identifier of the child', () => {
  const { patient, result } = patientOf('PID|1||SY2^^^SYY^MR||黄丽之女||20260511|F|||||||||||||SY1^^^SYY^MR|||Y|2')
  expect(patient.identifier?.map(({ value }) => value)).toEqual(['SY2'])
  expect(patient.multipleBirthInteger).toBe(2)
  expect(resourcesOf(result, 'RelatedPerson')[0]?.identifier?.[0]?.value).toBe('SY1')
})
