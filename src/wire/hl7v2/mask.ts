/** Segments that a steward should see; another name of three letters may be somebody's. */
const segments = new Set(
  ('MSH EVN PID PD1 NK1 PV1 PV2 DB1 MRG OBR OBX ORC NTE AL1 IAM DG1 DRG PR1 GT1 IN1 IN2 IN3 ACC UB1 UB2 FT1 SPM SAC TQ1 TQ2 ROL PRT CTD CTI '
    + 'RXA RXC RXD RXE RXG RXO RXR RXV SCH RGS AIG AIL AIP AIS ARV TXA MSA ERR QRD QRF QPD QAK RCP DSC DSP MFI MFE FHS FTS BHS BTS').split(' '))

const codes = 'ACK ADT BAR DFT MDM MFN OMG OML ORG ORL ORM ORR ORU OUL PPR QBP QRY RDE RDS REF RSP SIU VXU'.replaceAll(' ', '|')
const messageType = new RegExp(`^(${codes})(\\^[A-Z]\\d\\d(\\^(${codes})_[A-Z]\\d\\d)?)?$`)

/** Segment names, MSH-1, MSH-2 and MSH-9 stay, where they are HL7's own. */
export const maskMessage = (text: string, mask: (value: string) => string): string =>
  text.split(/(\r\n|\r|\n)/).map((line) => maskSegment(line, mask)).join('')

function maskSegment(line: string, mask: (value: string) => string): string {
  const name = line.slice(0, 3)
  const separator = line.slice(3, 4)
  if (!segments.has(name) || /[\p{L}\p{N}]/u.test(separator)) return mask(line)
  if (name !== 'MSH' || separator === '') return name + mask(line.slice(3))
  const fields = line.split(separator).map((field, at) => (at === 0 || (at === 8 && messageType.test(field)) ? field : mask(field)))
  return fields.join(mask(separator))
}
