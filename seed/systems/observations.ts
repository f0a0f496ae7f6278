import { escaped, segment } from './hl7'
import { stampOf } from '../time'
import { rangeFor, type Result, type Test } from '../laboratory'
import type { LaboratoryReport } from '../happenings'
import type { Told } from './hospital'

/** How a laboratory system writes OBR and OBX. */
export interface LaboratoryDialect {
  readonly authority: string
  readonly code: (test: Test) => string
  readonly unit: (test: Test, at: number) => string
  /** SPM carries the specimen (2.5.1) where OBR-15 does not. */
  readonly specimenSegment: boolean
  /** OBX-14: when the specimen was taken, as HL7 has it, or when it was tested, as older systems write. */
  readonly observed: (report: LaboratoryReport, told: Told) => number
  readonly performer: string
}

/** ORC, OBR, the OBX with their notes, and SPM, of one telling of a report. */
export function observationsOf(report: LaboratoryReport, told: Told, dialect: LaboratoryDialect): string[] {
  const placer = `${report.orderedBy.order}^HIS`
  const filler = `${report.number}^${dialect.authority}`
  const [code, name] = report.panel.specimen
  const specimen = dialect.specimenSegment
    ? [
        segment('SPM', {
          1: '1',
          2: `^B${report.number.slice(1)}&${dialect.authority}`,
          4: `${code}^${name}^${dialect.authority}`,
          17: stampOf(report.collected),
          18: stampOf(report.received),
        }),
      ]
    : []
  return [
    segment('ORC', {
      1: 'RE',
      2: placer,
      3: filler,
      12: `${report.orderedBy.doctor.code}^${report.orderedBy.doctor.name}`,
      21:
        report.orderedBy.institution === report.institution
          ? undefined
          : `${report.orderedBy.institution.name}^^${report.orderedBy.institution.id}`,
    }),
    segment('OBR', {
      1: '1',
      2: placer,
      3: filler,
      4: `${report.panel.code}^${report.panel.name}^${dialect.authority}`,
      7: stampOf(report.collected),
      14: dialect.specimenSegment ? undefined : stampOf(report.received),
      15: dialect.specimenSegment ? undefined : `${code}^${name}`,
      16: `${report.orderedBy.doctor.code}^${report.orderedBy.doctor.name}`,
      22: stampOf(told.at),
      24: 'LAB',
      25: told.status,
      32: `${report.verifier.code}&${report.verifier.name}`,
      34: `${report.tester.code}&${report.tester.name}`,
    }),
    ...told.results.flatMap((result, place) => resultSegments(result, place, report, told, dialect)),
    ...specimen,
  ]
}

function resultSegments(
  result: Result,
  place: number,
  report: LaboratoryReport,
  told: Told,
  dialect: LaboratoryDialect,
): string[] {
  const { test } = result
  const marks = (result.marks ?? []).map(each => `【${each}】`).join('')
  const note = told.notes[test.code]
  return [
    segment('OBX', {
      1: `${place + 1}`,
      2: 'NM',
      3: `${dialect.code(test)}^${marks}${test.name}^${dialect.authority}`,
      5: result.value,
      6: dialect.unit(test, told.at),
      7: rangeText(test, report.person.sex),
      8: result.flag,
      11: told.status,
      14: stampOf(dialect.observed(report, told)),
      15: dialect.performer,
      17: test.method ? test.method.join('^') : undefined,
    }),
    ...(note ? [segment('NTE', { 1: '1', 2: 'L', 3: escaped(note) })] : []),
  ]
}

function rangeText(test: Test, sex: 'M' | 'F'): string {
  const [low, high] = rangeFor(test, sex)
  const print = (value: number) => value.toFixed(test.decimals)
  if (test.women && test.code !== 'CREA' && test.code !== 'UA') {
    return `男 ${print(test.low)}-${print(test.high)} \\T\\ 女 ${print(test.women[0])}-${print(test.women[1])}`
  }
  return `${print(low)}-${print(high)}`
}
