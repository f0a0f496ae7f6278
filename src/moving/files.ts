import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What moves is health records: for the eyes of the user who moves them. */
export const ownerOnly = 0o600

/** A file that is there whole or not at all, whatever happens. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', ownerOnly)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  await syncFolder(dirname(path))
}

/** A new name is on the disk only when its folder is; Windows knows no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
