import type { FhirResource } from '../../../src/model/fhir'
import type { MappingResult, Route, Telling } from '../../../src/model/mapping'
import type { MapperSource } from '../../../src/model/source'
import { grammars } from '../../../src/wire/index'
import { dialect } from '../../../mappers/hl7v2/index'
import { goldenSources } from '../../support/golden'

type Of<T extends FhirResource['resourceType']> = Extract<FhirResource, { resourceType: T }>

/** A sender of HL7's own ways: nothing configured. */
export const plainSource: MapperSource = {
  id: 'plain', title: 'plain', format: 'hl7v2', institution: { id: 'PLAIN', name: 'Plain Hospital' },
  institutions: [{ id: 'PLAIN', name: 'Plain Hospital' }], charsets: ['utf-8'], timeZone: 'Asia/Shanghai',
  assigningAuthorities: { '': { system: 'urn:hutong:plain:MR', type: 'MR' } }, silentAfterHours: 24,
  settings: {}, tables: {}, idKey: 'test',
}

export function hospital(settings: Readonly<Record<string, unknown>> = {}): MapperSource {
  const found = goldenSources.get('first-hospital')?.source
  if (!found) throw new Error('There is no first-hospital.')
  return { ...found, settings: { ...found.settings, ...settings } }
}

/** A message of the kind with these segments after its MSH. */
export function message(kind: string, segments: readonly string[], { time = '20261104101600', version = '2.4' } = {}): string {
  return [`MSH|^~\\&|HIS|SYY|HUTONG|HULI|${time}||${kind}|C1|P|${version}|||||CHN|UNICODE UTF-8`, ...segments].join('\r')
}

export function mapText(text: string, source: MapperSource = hospital()): MappingResult {
  return dialect.map(readText(text, source), source)
}

export function routeText(text: string, source: MapperSource = hospital()): Route {
  return dialect.route(readText(text, source), source)
}

function readText(text: string, source: MapperSource) {
  const grammar = grammars.get('hl7v2')
  if (!grammar) throw new Error('There is no grammar hl7v2.')
  return grammar.read(Buffer.from(text), { source, context: {} })
}

export function tellingsOf<T extends FhirResource['resourceType']>(
  result: MappingResult, type: T,
): (Telling & { resource: Of<T> })[] {
  return result.tellings.filter((telling): telling is Telling & { resource: Of<T> } => telling.resource.resourceType === type)
}

export const resourcesOf = <T extends FhirResource['resourceType']>(result: MappingResult, type: T): Of<T>[] =>
  tellingsOf(result, type).map(({ resource }) => resource)

export const codesOf = (result: MappingResult): string[] => result.issues.map(({ code, place }) => `${code} ${place}`)

const bloodPanel = 'OBR|1|P1|F1|SH01^生化^SYYLIS|||20261104080500|||||||20261104083000|BLD^静脉血|||||||20261104101500||LAB|F'

/** An ORU with one OBX, as its fields from OBX-2 on. */
export const oneResult = (obx: string, obr = bloodPanel): string =>
  message('ORU^R01', ['PID|1||SY1^^^SYY^MR||张三', obr, `OBX|1|${obx}`])
