/** Formatted text (FT, TX) as FHIR `string`: lines end with LF, and control characters that FHIR forbids are gone. */
export function tidyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').trim()
}
