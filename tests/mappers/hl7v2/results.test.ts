import { codesOf, hospital, mapText, message, oneResult, plainSource, resourcesOf, tellingsOf } from './support'

const result = (obx: string, source = hospital()) => mapText(oneResult(obx), source)
const observation = (obx: string, source = hospital()) => resourcesOf(result(obx, source), 'Observation')[0]!

describe('values by their type', () => {
  it.each([
    ['NM|X^x||6.8|mmol/L', { valueQuantity: { value: 6.8, unit: 'mmol/L', code: 'mmol/L' } }],
    ['NM|X^x||<5|U/L', { valueQuantity: { value: 5, comparator: '<', code: 'U/L' } }],
    ['NM|X^x||≥1.04', { valueQuantity: { value: 1.04, comparator: '>=' } }],
    ['NM|X^x||１２．５|g/L', { valueQuantity: { value: 12.5 } }],
    ['NM|X^x||溶血|g/L', { valueString: '溶血' }],
    ['SN|X^x||<^0.5|mg/L', { valueQuantity: { value: 0.5, comparator: '<' } }],
    ['SN|X^x||^1^:^10', { valueRatio: { numerator: { value: 1 }, denominator: { value: 10 } } }],
    ['SN|X^x||^20^-^25|%', { valueRange: { low: { value: 20 }, high: { value: 25, code: '%' } } }],
    ['SN|X^x||^2^+', { valueString: '2 +' }],
    ['SN|X^x||<>^5', { valueString: '<> 5' }],
    ['ST|X^x||阴性(-)', { valueString: '阴性(-)' }],
    ['ST|X^x||6.2|mmol/L', { valueQuantity: { value: 6.2, code: 'mmol/L' } }],
    ['FT|X^x||第一行\\.br\\第二行', { valueString: '第一行\n第二行' }],
    ['TX|X^x||一~二', { valueString: '一\n二' }],
    ['CE|X^x||1^A型^ABO', { valueCodeableConcept: {
      coding: [{ system: 'urn:hutong:first-hospital:ABO', code: '1', display: 'A型' }], text: 'A型',
    } }],
    ['CWE|X^x||260373001^Detected^SCT', { valueCodeableConcept: {
      coding: [{ system: 'http://snomed.info/sct', code: '260373001' }],
    } }],
    ['DT|X^x||202611', { valueDateTime: '2026-11' }],
    ['DTM|X^x||20261104093000', { valueDateTime: '2026-11-04T09:30:00+08:00' }],
    ['TS|X^x||20230229', { valueString: '20230229' }],
    ['TM|X^x||0930', { valueTime: '09:30:00' }],
    ['TM|X^x||2561', { valueString: '2561' }],
    ['NR|X^x||3^5|mmol/L', { valueRange: { low: { value: 3 }, high: { value: 5 } } }],
    ['DR|X^x||20261101^20261104', { valuePeriod: { start: '2026-11-01', end: '2026-11-04' } }],
    ['RP|X^x||图像^1.2.3', { valueString: '图像 1.2.3' }],
  ])('%s', (obx, value) => {
    expect(observation(obx)).toMatchObject(value)
  })

  it('a number in a text stays text where the source does not say that it is one', () => {
    expect(observation('ST|X^x||6.2|mmol/L', plainSource)).toMatchObject({ valueString: '6.2 mmol/L' })
  })

  it('an empty value is none, and no crash', () => {
    expect(Object.keys(observation('NM|X^x||""|g/L')).filter(key => key.startsWith('value'))).toEqual([])
    expect(Object.keys(observation('ED|X^x||^^^Base64^')).filter(key => key.startsWith('value'))).toEqual([])
  })
})

describe('units', () => {
  it.each([
    ['10\\S\\9/L', '10^9/L', '10*9/L'],
    ['10^9/L', '10^9/L', '10*9/L'],
    ['×10^12/L', undefined, '10*12/L'],
    ['μmol/L', 'μmol/L', 'umol/L'],
    ['10*9/L', '10*9/L', '10*9/L'],
    ['mm[Hg]^毫米汞柱^UCUM', 'mm[Hg]', 'mm[Hg]'],
  ])('%s', (told, text, code) => {
    const { valueQuantity } = observation(`NM|X^x||6.2|${told}`)
    expect(valueQuantity).toMatchObject({ system: 'http://unitsofmeasure.org', code, ...text !== undefined && { unit: text } })
  })

  it('split by an unescaped ^ are put together, with an issue', () => {
    expect(codesOf(result('NM|X^x||6.2|10^9/L|||||F'))).toEqual(['unescaped-component-separator OBX-6'])
  })

  it('that UCUM does not know stay text', () => {
    expect(observation('NM|X^x||6.2|个单位').valueQuantity).toEqual({ value: 6.2, unit: '个单位' })
  })
})

const bothSexes = [
  { low: 130, high: 175, sex: 'male', text: '男 130-175' },
  { low: 115, high: 150, sex: 'female', text: '女 115-150' },
]

describe('reference ranges', () => {
  it.each([
    ['3.5-9.5', [{ low: 3.5, high: 9.5, text: '3.5-9.5' }]],
    ['3.5～9.5', [{ low: 3.5, high: 9.5, text: '3.5～9.5' }]],
    ['3.5--9.5', [{ low: 3.5, high: 9.5, text: '3.5--9.5' }]],
    ['<5.2', [{ high: 5.2, text: '<5.2' }]],
    ['≥1.04', [{ low: 1.04, text: '≥1.04' }]],
    ['阴性', [{ text: '阴性' }]],
    ['9.5-3.5', [{ text: '9.5-3.5' }]],
    ['男 130-175 \\T\\ 女 115-150', bothSexes],
    ['男 130-175 & 女 115-150', bothSexes],
    ['男：130-175；女：115-150', bothSexes],
  ])('%s', (told, ranges) => {
    const found = observation(`NM|X^x||6.2|g/L|${told}`).referenceRange?.map(({ low, high, appliesTo, text }) =>
      JSON.parse(JSON.stringify({ low: low?.value, high: high?.value, sex: appliesTo?.[0]?.coding?.[0]?.code, text })))
    expect(found).toEqual(ranges)
  })
})

describe('the status of a result (OBX-11)', () => {
  it.each([
    ['F', 'final', 'whole'], ['C', 'corrected', 'whole'], ['P', 'preliminary', 'whole'], ['X', 'cancelled', 'whole'],
    ['W', 'entered-in-error', 'whole'], ['D', 'entered-in-error', 'deleted'], ['', 'final', 'whole'], ['Q', 'unknown', 'whole'],
  ])('%s: %s, told as %s', (code, status, manner) => {
    const [telling] = tellingsOf(result(`NM|X^x||6.2|g/L||||||${code}`.replace('||||||', '|||||')), 'Observation')
    expect(telling).toMatchObject({ manner, resource: { status } })
  })

  it('is of the same result when it is corrected, by another message and at another time', () => {
    const first = observation('NM|K^钾||6.8|mmol/L|||||F|||20261104094000')
    expect(observation('NM|K^【全国HR】钾||4.6|mmol/L|||||C|||20261104173000').id).toBe(first.id)
    expect(observation('NM|K^钾|1|6.8').id).not.toBe(observation('NM|K^钾|2|6.8').id)
  })

  it('leaves a deleted result out of its report', () => {
    expect(resourcesOf(result('NM|K^钾||6.8|mmol/L|||||D'), 'DiagnosticReport')[0]).not.toHaveProperty('result')
  })
})

const loinc = (obx: string, specimen = 'BLD^静脉血') => {
  const told = mapText(oneResult(obx, `OBR|1|P1|F1|SH01^生化^SYYLIS|||20261104080500||||||||${specimen}|||||||||LAB|F`))
  const coding = resourcesOf(told, 'Observation')[0]?.code.coding
  return { codes: coding?.map(({ code }) => code), issues: codesOf(told).filter(code => code.startsWith('loinc')) }
}

describe('LOINC', () => {
  it('stands beside the source\'s own code', () => {
    expect(loinc('NM|K^钾^SYYLIS||4.1|mmol/L|||||F').codes).toEqual(['K', '2823-3'])
  })

  it('tells the four glucoses apart', () => {
    expect(loinc('NM|GLU^葡萄糖^SYYLIS||7.8|mmol/L|||||F').codes).toContain('14749-6')
    expect(loinc('NM|GLUF^空腹血糖^SYYLIS||7.8|mmol/L|||||F').codes).toContain('14771-0')
    expect(loinc('NM|GLUPOC^末梢血糖^SYYLIS||7.8|mmol/L|||||F', 'BLDC^末梢血').codes).toContain('14743-9')
    expect(loinc('NM|GLUPOCF^空腹末梢血糖^SYYLIS||7.8|mmol/L|||||F', 'BLDC^末梢血').codes).toContain('14770-2')
  })

  it('is not given with another property, specimen or no unit at all', () => {
    expect(loinc('NM|GLU^葡萄糖^SYYLIS||140|mg/dL|||||F')).toEqual({ codes: ['GLU'], issues: ['loinc-not-given-unit OBX-3'] })
    expect(loinc('NM|GLU^葡萄糖^SYYLIS||7.8|mmol/L|||||F', 'UR^尿')).toEqual({
      codes: ['GLU'], issues: ['loinc-not-given-specimen OBX-3'],
    })
    expect(loinc('NM|GLU^葡萄糖^SYYLIS||7.8||||||F')).toEqual({ codes: ['GLU'], issues: ['loinc-not-given-unit OBX-3'] })
  })

  it('of the sender\'s own telling is kept', () => {
    const { code } = observation('NM|2823-3^Potassium^LN||4.1|mmol/L', plainSource)
    expect(code.coding).toEqual([{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }])
  })
})

describe('flags', () => {
  it.each([['HH', 'HH'], ['ll', 'LL'], ['↑', 'H'], ['阳性', 'POS']])('%s', (told, code) => {
    expect(observation(`NM|X^x||6.8|||${told}`).interpretation?.[0]?.coding?.[0]?.code).toBe(code)
  })

  it('that nobody knows stay text', () => {
    expect(observation('NM|X^x||6.8|||?!').interpretation).toEqual([{ text: '?!' }])
  })
})

describe('a report', () => {
  const pid = 'PID|1||SY1^^^SYY^MR||张三'

  it('without an OBR is none; its results are told all the same', () => {
    const told = mapText(message('ORU^R01', [pid, 'OBX|1|NM|WBC^白细胞||6.2|10\\S\\9/L|3.5-9.5|N']))
    expect(resourcesOf(told, 'DiagnosticReport')).toEqual([])
    expect(resourcesOf(told, 'Observation')[0]).toMatchObject({ status: 'unknown', valueQuantity: { value: 6.2 } })
  })

  it('keeps apart two results of one code without a sub-id', () => {
    const told = mapText(message('ORU^R01', [pid, 'OBR|1||F1|P', 'OBX|1|ST|X||a||||||F', 'OBX|2|ST|X||b||||||F']))
    expect(new Set(resourcesOf(told, 'Observation').map(({ id }) => id)).size).toBe(2)
  })

  it('holds who tested and who verified, and the notes on it', () => {
    const obr = `OBR|1||F1|P|||20261104080500${'|'.repeat(18)}F${'|'.repeat(7)}J1&林秋萍||J2&张明辉`
    const [report] = resourcesOf(mapText(message('ORU^R01', [pid, obr, 'NTE|1||标本轻度溶血'])), 'DiagnosticReport')
    expect(report!.resultsInterpreter?.[0]?.display).toBe('林秋萍')
    expect(report!.performer?.[0]?.display).toBe('张明辉')
    expect(report!.extension).toEqual([{ url: 'urn:hutong:report-note', valueAnnotation: { text: '标本轻度溶血' } }])
  })

  it('names the visit and does not tell it', () => {
    const told = mapText(message('ORU^R01', [pid, `PV1|1|I${'|'.repeat(17)}V1^^^SYY^VN`, 'OBR|1||F1|P', 'OBX|1|ST|X||a||||||F']))
    expect(resourcesOf(told, 'Encounter')).toEqual([])
    expect(resourcesOf(told, 'Observation')[0]?.encounter?.identifier?.value).toBe('V1')
  })

  it('is told by the institution that performed it', () => {
    const told = mapText(oneResult('NM|X^x||6.8||||||F||||12350206426600002Y^区第二医院'))
    expect(resourcesOf(told, 'Observation')[0]?.meta?.extension?.[0]?.valueString).toBe('12350206426600002Y')
  })

  it('names the institution that ordered it, with its doctor', () => {
    const orc = `ORC|RE|||||||||||D1^周医生${'|'.repeat(9)}区第二医院^^12350206426600002Y`
    const [report] = resourcesOf(mapText(message('ORU^R01', [pid, orc, 'OBR|1||F1|P'])), 'DiagnosticReport')
    expect(report!.contained).toMatchObject([
      { resourceType: 'ServiceRequest', requester: { reference: '#requester', display: '周医生' } },
      { resourceType: 'PractitionerRole', practitioner: { display: '周医生' }, organization: { display: '区第二医院' } },
    ])
  })

  it('of an institution that nobody knows keeps its name, with an issue', () => {
    const told = mapText(oneResult('NM|X^x||6.8||||||F||||Q1^某检验所'))
    expect(resourcesOf(told, 'Observation')[0]?.performer?.[0]?.display).toBe('某检验所')
    expect(codesOf(told)).toContain('unknown-institution OBX-15')
  })
})
