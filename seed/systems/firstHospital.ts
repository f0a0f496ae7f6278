import { encode } from 'iconv-lite'
import { escaped } from './hl7'
import { messagesOf, type HospitalDialect, type Message } from './hospital'
import { observationsOf } from './observations'
import { firstHospital } from '../institutions'
import { Random } from '../random'
import { at as instant, day, hour, minute, stampOf } from '../time'
import type { Happening } from '../happenings'
import type { Sent } from '../upload'

export const firstHospitalSource = 'first-hospital'

/** The laboratory's system was replaced at the turn of 2020: before, 2.3.1 and units whose `^` nobody escaped. */
const newLaboratorySystem = instant('2020-01-01')
/** The self-service kiosks of 2018 to 2021 put the identity number in PID-19. */
const kiosks = [instant('2018-03-01'), instant('2021-09-01')] as const

const dialect: HospitalDialect = {
  facility: 'SYY',
  time: stampOf,
  version: (application, at) => (application === 'LIS' && at < newLaboratorySystem ? '2.3.1' : '2.4'),
  charset: (application, at) => (application === 'LIS' && at < newLaboratorySystem ? undefined : 'GB 18030-2000'),
  chartOf: person => person.chart,
  name: text => text,
  phone: person => person.phone,
  identityInPid19: at => at > kiosks[0] && at < kiosks[1] && Math.floor(at / 1000) % 3 === 0,
  observations: (report, told) =>
    observationsOf(report, told, {
      authority: 'SYYLIS',
      code: test => test.code,
      specimenSegment: false,
      observed: (each, { at }) => (at < newLaboratorySystem ? at - 5 * minute : each.collected),
      performer: `${firstHospital.id}^${firstHospital.name}`,
      unit: (test, at) => (at < newLaboratorySystem ? test.unit : escaped(test.unit)),
    }),
}

const isOurs = (happening: Happening) =>
  happening.kind === 'merge' ||
  ((happening.kind === 'visit' || happening.kind === 'laboratory') && happening.institution === firstHospital)

/** 市第一医院: HL7 2.4 in GB18030, segments end with CR; one upload for each message. */
export function* tellFirstHospital(happenings: Iterable<Happening>, options: { until: number }): Generator<Sent> {
  for (const happening of happenings) {
    if (isOurs(happening))
      for (const message of messagesOf(happening, dialect)) yield* sendings(message, firstHospitalSource, gb18030, options.until)
  }
}

const gb18030 = (text: string) => encode(text, 'gb18030')

/**
 * When a message arrives: mostly within seconds; one in fifty waits for days in a queue, and one in a hundred is sent again, byte
 * for byte. What would be late beyond `until` arrives in time instead. Stories say themselves what is late or sent twice.
 */
export function* sendings(
  message: Message,
  source: string,
  encodeText: (text: string) => Uint8Array,
  until: number,
  terminator = '\r',
): Generator<Sent> {
  if (message.at > until) return
  const random = new Random('sending', message.control)
  const told = message.person.story !== undefined
  const bytes = encodeText(message.segments.join(terminator) + terminator)
  const late = !told && random.chance(0.02) ? random.whole(1, 5) * day : 0
  const arrived = Math.min(message.at + late > until ? message.at : message.at + late + random.whole(1, 6) * 1000, until)
  yield { source, name: message.control, arrived, bytes }
  const again = message.twice === true || (!told && random.chance(0.01))
  if (again && arrived + hour <= until) yield { source, name: message.control, arrived: arrived + hour, bytes }
}
