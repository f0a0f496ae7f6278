/**
 * What a terminal obeys instead of showing it: control characters (C0, DEL, C1), marks that turn the direction of text or
 * stand for nothing that is seen (Unicode: Cc, Cf, Zl, Zp, Default_Ignorable_Code_Point), and halves of a surrogate pair.
 */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** One line of text with all that a terminal would obey written out: ESC is `\u001b`. So it stays JSON where it was JSON. */
export const harmlessLine = (text: string): string => text.replace(obeyed, written)

/** Text of several lines: line feeds and tabs are left as they are. */
export const harmless = (text: string): string =>
  text.replace(obeyed, character => character === '\n' || character === '\t' ? character : written(character))

const written = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => String.raw`\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
