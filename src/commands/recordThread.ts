/** A worker thread that reads large records: it is given the sources' folder, and reads the sources by itself. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadSources } from '../../mappers'
import { readInThread } from '../intake'
import type { ReadingTask } from '../intake'
import { isHutongError } from '../model/errors'
import type { Reply } from '../operation/threads'
import { grammars } from '../wire'

export interface RecordThreadData { readonly idKey: string; readonly folder?: string }

const { idKey, folder } = workerData as RecordThreadData
const mappings = loadSources({ idKey, ...folder === undefined ? {} : { folder } })

parentPort?.on('message', ({ task, bytes }: { task: ReadingTask; bytes: Uint8Array }) => {
  const reply = replyTo(task, bytes)
  const buffer = 'answer' in reply ? reply.answer.many.buffer : undefined
  parentPort?.postMessage(reply, buffer instanceof ArrayBuffer && buffer.byteLength > 0 ? [buffer] : [])
})

function replyTo(task: ReadingTask, bytes: Uint8Array): Reply {
  try {
    const { head, many } = readInThread(task, bytes, { mappings, grammars })
    // A small Buffer may lie in memory that others use, too: what is given away must be its own.
    return { answer: { head, many: many.byteLength === many.buffer.byteLength ? many : Uint8Array.from(many) } }
  } catch (error) {
    if (isHutongError(error)) return { ours: { code: error.code, message: error.message, place: error.place, details: error.details } }
    const { name, stack } = error instanceof Error ? error : new Error(typeof error)
    // The message may quote the record.
    return { fault: { name, stack: stack?.split('\n').filter(line => line.startsWith('    at ')).join('\n') ?? '' } }
  }
}
