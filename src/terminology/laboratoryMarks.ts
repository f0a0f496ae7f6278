/**
 * Marks of mutual recognition (检验结果互认) are printed before or after an item's name: `【全国HR】钾`, `★钙`,
 * `HR 肌酐`, `赤峰 HR 尿酸`, several at once. A bare HR counts only before Chinese text: `HR` alone is the heart rate.
 */
const bracketed = /[【[［〔(（]\s*((?:\p{Script=Han}{1,8}\s*)?HR)\s*[】\]］〕)）]/gu
const star = /^\s*[★☆]\s*|\s*[★☆]\s*$/gu
const bare = /^\s*((?:\p{Script=Han}{2,6}\s*)?HR)[\s:：]*(?=\p{Script=Han})/u

/** No name of an item is longer; what is would cost its length squared. */
const longest = 500

/** The marks as printed (without brackets and blanks), and the name without them. A name that is only a mark stays a name. */
export function readRecognitionMarks(name: string): { readonly name: string; readonly marks: readonly string[] } {
  if (name.length > longest) return { name, marks: [] }
  const marks: string[] = []
  const mark = (text: string) => {
    const plain = text.replace(/\s+/g, '')
    if (!marks.includes(plain)) marks.push(plain)
    return ' '
  }
  const rest = name
    .replace(bracketed, (_, text: string) => mark(text))
    .replace(star, text => mark(text.includes('☆') ? '☆' : '★'))
    .replace(bare, (_, text: string) => mark(text))
    .trim()
  return rest === '' || marks.length === 0 ? { name, marks: [] } : { name: rest, marks }
}
