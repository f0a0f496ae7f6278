import { mapText, message, resourcesOf, routeText, tellingsOf } from './support'

const pid = 'PID|1||SY1^^^SYY^MR||张三'

describe('the route of a message', () => {
  it('names the patient that the mapper maps to, and the control id', () => {
    const text = message('ADT^A01', [pid])
    expect(routeText(text)).toEqual({ patient: resourcesOf(mapText(text), 'Patient')[0]?.id, controlId: 'C1' })
  })

  it.each(['2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.7.1'])('takes version %s', (version) => {
    expect(routeText(message('ORU^R01', [pid], { version }))).not.toHaveProperty('refuse')
  })

  it.each([
    ['ADT^A01', '2.2', 'unsupported-version'],
    ['ADT^A01', '2.8', 'unsupported-version'],
    ['ADT^A01', '', 'unsupported-version'],
    ['ORM^O01', '2.4', 'unsupported-message'],
    ['ADT^A34', '2.4', 'unsupported-message'],
  ])('refuses %s of %s', (kind, version, code) => {
    expect(routeText(message(kind, [pid], { version })).refuse).toMatchObject({ severity: 'error', code })
  })

  it('names no patient where the message does not', () => {
    expect(routeText(message('ADT^A01', ['PID|1']))).toEqual({ controlId: 'C1' })
  })
})

it('a message type that is not mapped is not mapped', () => {
  expect(() => mapText(message('ORM^O01', [pid]))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', place: 'MSH-9' }))
})

const versionTime = (time: string) => {
  const result = mapText(message('ADT^A08', [pid], { time }))
  return { at: tellingsOf(result, 'Patient')[0]?.versionTime, issues: result.issues.map(({ code }) => code) }
}

describe('the version time', () => {
  it('is MSH-7 in the source\'s zone, or its own offset', () => {
    expect(versionTime('20261104101600')).toEqual({ at: '2026-11-04T02:16:00.000Z', issues: [] })
    expect(versionTime('20261104101600+0000')).toEqual({ at: '2026-11-04T10:16:00.000Z', issues: [] })
  })

  it.each(['', '20261104', '20261345101600'])('is unknown where MSH-7 is "%s"', (time) => {
    expect(versionTime(time)).toEqual({ at: undefined, issues: ['version-time'] })
  })
})
