/** Writing HL7 v2: fields by their HL7 numbers, text escaped as chapter 2.7 says. */

/** Escapes what the standard separators would split. */
export const escaped = (text: string): string =>
  /[\\|^~&]/.test(text) ? text.replace(/[\\|^~&]/g, each => escapes[each] ?? each) : text
const escapes: Readonly<Record<string, string>> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '~': '\\R\\', '&': '\\T\\' }

/** A segment of the fields given by number; what lies between stays empty. */
export function segment(name: string, fields: Readonly<Record<number, string | undefined>>): string {
  const values: string[] = []
  for (const [number, value] of Object.entries(fields)) if (value) values[Number(number)] = value
  let text = name
  for (let number = 1; number < values.length; number++) text += `|${values[number] ?? ''}`
  return text
}

export interface Header {
  readonly application: string
  readonly facility: string
  readonly time: string
  readonly type: string
  readonly control: string
  readonly version: string
  readonly charset?: string
}

/** MSH counts its separator as field 1. */
export function header({ application, facility, time, type, control, version, charset }: Header): string {
  return `MSH|^~\\&|${application}|${facility}|HUTONG|HULI|${time}||${type}|${control}|P|${version}|||||CHN|${charset ?? ''}`
}
