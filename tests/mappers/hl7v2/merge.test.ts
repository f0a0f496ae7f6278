import { codesOf, hospital, mapText, message, resourcesOf, tellingsOf } from './support'

const merge = (...segments: string[]) => mapText(message('ADT^A40', segments))
const pid = 'PID|1||SY1^^^SYY^MR||张三'

describe('a merge of charts (A40)', () => {
  it('retires one and lets the other replace it, each in its own compartment', () => {
    const told = tellingsOf(merge(pid, 'MRG|SY9^^^SYY^MR'), 'Patient')
    const retired = told.find(({ resource }) => resource.active === false)!
    const survivor = told.find(({ resource }) => resource.active === undefined)!
    const frames = told.map(({ manner, patient, resource }) => [manner, patient === resource.id])
    expect(frames).toEqual([['part', true], ['part', true]])
    expect(retired.resource.link).toEqual([{ type: 'replaced-by', other: { reference: `Patient/${survivor.resource.id}` } }])
    expect(survivor.resource.link).toEqual([{ type: 'replaces', other: { reference: `Patient/${retired.resource.id}` } }])
    expect(survivor.resource).not.toHaveProperty('active')
  })

  it('twice is the same', () => {
    expect(merge(pid, 'MRG|SY9^^^SYY^MR')).toEqual(merge(pid, 'MRG|SY9^^^SYY^MR'))
  })

  it('knows the retired chart by the id that its own records have', () => {
    const own = mapText(message('ADT^A08', ['PID|1||SY9^^^SYY^MR||张三']))
    const merged = resourcesOf(merge(pid, 'MRG|SY9^^^SYY^MR'), 'Patient').map(({ id }) => id)
    expect(merged).toContain(resourcesOf(own, 'Patient')[0]?.id)
  })

  it('may hold several pairs, and several charts of one', () => {
    const patients = resourcesOf(merge(pid, 'MRG|SY8', 'PID|2||SY2||李四', 'MRG|SY7', 'MRG|SY6'), 'Patient')
    expect(patients.map(({ link }) => link?.map(({ type }) => type).join())).toEqual([
      'replaces', 'replaced-by', 'replaces,replaces', 'replaced-by', 'replaced-by',
    ])
  })

  it('into itself, or of no chart, merges nothing', () => {
    expect(codesOf(merge(pid, 'MRG|SY1^^^SYY^MR'))).toEqual(['merge-into-itself MRG-1'])
    expect(codesOf(merge(pid, 'MRG||x'))).toEqual(['merge-without-chart MRG-1'])
    expect(resourcesOf(merge(pid, 'MRG|SY1^^^SYY^MR'), 'Patient')[0]).not.toHaveProperty('link')
  })

  it('of a source without a chart number is refused', () => {
    const text = message('ADT^A40', ['PID|1', 'MRG|SY9'])
    expect(() => mapText(text, hospital())).toThrow(expect.objectContaining({ code: 'PATIENT_MISSING' }))
  })
})
