import { lines } from './plain'

/** Thirty records of five patients, whose first records come before the patients themselves; every tenth cannot be read. */
export const crashLines: readonly Uint8Array[] = Array.from({ length: 30 }, (_, n) => {
  const patient = `p${n % 5}`
  if (n % 10 === 9) return lines(`{"broken ${n}`)
  return lines({ control: `c${n}`, patient, values: { [`v${n}`]: n }, ...(n >= 5 && { name: `name ${n}` }), doctor: 'd' })
})
