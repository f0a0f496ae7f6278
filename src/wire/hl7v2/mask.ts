/** Segments that a steward should see; another name of three letters may be somebody's. */
const segments = new Set(
  ('MSH EVN PID PD1 NK1 PV1 PV2 DB1 MRG OBR OBX ORC NTE AL1 IAM DG1 DRG PR1 GT1 IN1 IN2 IN3 ACC UB1 UB2 FT1 SPM SAC TQ1 TQ2 ROL PRT CTD CTI '
    + 'RXA RXC RXD RXE RXG RXO RXR RXV SCH RGS AIG AIL AIP AIS ARV TXA MSA ERR QRD QRF QPD QAK RCP DSC DSP MFI MFE FHS FTS BHS BTS').split(' '))

const codes = 'ACK ADT BAR DFT MDM MFN OMG OML ORG ORL ORM ORR ORU OUL PPR QBP QRY RDE RDS REF RSP SIU VXU'.replaceAll(' ', '|')
const messageType = new RegExp(`^(${codes})(\\^[A-Z]\\d\\d(\\^(${codes})_[A-Z]\\d\\d)?)?$`)

/** Segment names, MSH-1, MSH-2 and MSH-9 stay, where they are HL7's own. `masked`: the same text, of the same lines and separators. */
export function unmaskStructure(text: string, masked: string): string {
  const told = text.split(lineBreaks)
  return masked.split(lineBreaks).map((line, at) => unmaskSegment(told[at] ?? '', line)).join('')
}

const lineBreaks = /(\r\n|\r|\n)/

function unmaskSegment(line: string, masked: string): string {
  const name = line.slice(0, 3)
  const separator = line.slice(3, 4)
  if (!segments.has(name) || /[\p{L}\p{N}]/u.test(separator)) return masked
  if (name !== 'MSH' || !/[!-~]/.test(separator)) return name + masked.slice(3)
  const type = line.split(separator, 9)[8] ?? ''
  const fields = masked.split(separator)
  return [name, ...fields.slice(1, 8), ...(messageType.test(type) ? [type, ...fields.slice(9)] : fields.slice(8))].join(separator)
}
