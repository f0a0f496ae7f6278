import { messagesOf, type HospitalDialect } from './hospital'
import { sendings } from './firstHospital'
import { observationsOf } from './observations'
import { maternityHospital } from '../institutions'
import { surnameOf } from '../names'
import { stampOf } from '../time'
import type { Happening } from '../happenings'
import type { Sent } from '../upload'

export const maternityHospitalSource = 'maternity-hospital'

const dialect: HospitalDialect = {
  facility: 'FYY',
  time: at => `${stampOf(at)}+0800`,
  version: () => '2.5.1',
  charset: (_, at) => (Math.floor(at / 1000) % 7 === 0 ? undefined : 'UNICODE UTF-8'),
  chartOf: person => person.maternityChart,
  name: text => `${surnameOf(text)}^${text.slice(surnameOf(text).length)}`,
  phone: person => `^PRN^PH^^^^${person.phone}`,
  identityInPid19: () => false,
  observations: (report, told) =>
    observationsOf(report, told, {
      authority: 'FYYLIS',
      code: test => `F-${test.code}`,
      specimenSegment: true,
      observed: each => each.collected,
      unit: test => test.unit.replace('^', '*'),
      performer: `${maternityHospital.id}^${maternityHospital.name}`,
    }),
}

const encoder = new TextEncoder()

/** 区妇幼保健院: HL7 2.5.1 in UTF-8, segments end with LF; one upload for each message. */
export function* tellMaternityHospital(happenings: Iterable<Happening>, options: { until: number }): Generator<Sent> {
  for (const happening of happenings) {
    if ((happening.kind !== 'visit' && happening.kind !== 'laboratory') || happening.institution !== maternityHospital) continue
    for (const message of messagesOf(happening, dialect))
      yield* sendings(message, maternityHospitalSource, text => encoder.encode(text), options.until, '\n')
  }
}
