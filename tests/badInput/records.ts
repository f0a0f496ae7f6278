/** Records of the sources' goldens, to be made worse. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import type { SeedUpload } from '../../seed'

export const golden = (source: string, file: string): Buffer => readFileSync(join(__dirname, '../../mappers/sources', source, 'golden', file))
export const text = (file: string): string => iconv.decode(golden('first-hospital', file), 'gb18030')
export const gb = (content: string): Buffer => iconv.encode(content, 'gb18030')

export const upload = (source: string, bytes: Uint8Array, name = 'upload'): SeedUpload => ({ source, name, bytes, arrivedAt: '2026-11-20T02:00:00.000Z' })
export const first = (bytes: Uint8Array): SeedUpload => upload('first-hospital', bytes)
