/** Formatted text (FT, TX) as FHIR `string`: lines end with LF, and control characters that FHIR forbids are gone. */
export function tidyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '').trim()
}
