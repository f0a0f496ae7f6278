import { largestRow } from '../../src/store/row'
import { blobs, tasks, type Task } from './collections'
import { keep, newId, type Subject } from './storeContract'

const task = (text: string): Task => ({ id: 'a', status: 's', lane: 1, arrival: '1', size: 1, text })
/** A task whose JSON takes exactly so many bytes: three for each 汉, one for each x. */
function taskOf(bytes: number): Task {
  const room = bytes - Buffer.byteLength(JSON.stringify(task('')))
  return task('汉'.repeat(Math.floor(room / 3)) + 'x'.repeat(room % 3))
}

export function limits(subject: Subject, patience: number): void {
  describe('limits', () => {
    it('keeps a row as large as may be, and refuses one a byte larger', async () => {
      const row = taskOf(largestRow)
      await keep(subject(), tasks, [row])
      expect((await subject().get(tasks, ['a']))?.text === row.text).toBe(true)
      await expect(subject().commit(newId(), [{ verb: 'put', collection: tasks, row: taskOf(largestRow + 1) }]))
        .rejects.toMatchObject({ code: 'VALUE_TOO_LARGE' })
    }, patience)
    it('counts bytes with the rest', async () => {
      const bytes = new Uint8Array(largestRow - Buffer.byteLength('{"id":"a","kind":"k"}')).fill(0x85)
      await keep(subject(), blobs, [{ id: 'a', kind: 'k', bytes }])
      expect(Buffer.compare((await subject().get(blobs, ['a']))!.bytes!, bytes)).toBe(0)
      await expect(subject().commit(newId(), [{ verb: 'put', collection: blobs, row: { id: 'ab', kind: 'k', bytes } }]))
        .rejects.toMatchObject({ code: 'VALUE_TOO_LARGE' })
    }, patience)
    it.each<[string, object]>([
      ['no key', { status: 's', lane: 1, arrival: '1' }],
      ['an indexed field missing', { id: 'a', status: 's', lane: 1 }],
      ['null in an index', { id: 'a', status: null, lane: 1, arrival: '1' }],
      ['a boolean in an index', { id: 'a', status: true, lane: 1, arrival: '1' }],
      ['no number in an index', { id: 'a', status: 's', lane: Infinity, arrival: '1' }],
      ['half a surrogate pair in a key', { id: '\ud842', status: 's', lane: 1, arrival: '1' }],
      ['NUL in a key', { id: 'a\u0000b', status: 's', lane: 1, arrival: '1' }],
    ])('refuses a row with %s', async (_, row) => {
      await expect(subject().commit(newId(), [{ verb: 'put', collection: tasks, row }]))
        .rejects.toMatchObject({ code: 'BAD_ARGUMENT' })
    })
    it('refuses bytes that are none', async () => {
      await expect(subject().commit(newId(), [{ verb: 'put', collection: blobs, row: { id: 'a', kind: 'k', bytes: 'abc' } }]))
        .rejects.toMatchObject({ code: 'BAD_ARGUMENT', place: 'blobs.bytes' })
    })
    it('is no store any more when it is closed: a late commit is told so', async () => {
      const store = subject()
      const pending = keep(store, tasks, [task('before')])
      await Promise.all([pending, store.close()])
      await expect(store.commit(newId(), [])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    })
  })
}
