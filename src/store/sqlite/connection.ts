/** The one file that knows the driver, its traps included. */
import Database from 'libsql'
import { HutongError, isHutongError } from '../../model/errors'

export type Value = null | number | string | Uint8Array
export type Columns = Readonly<Record<string, unknown>>
type Statement = ReturnType<Database.Database['prepare']>

const mostStatements = 500

/** One connection; every call is synchronous. Faults are thrown as STORE_BUSY, STORE_UNAVAILABLE, VALUE_TOO_LARGE or INTERNAL. */
export class Connection {
  private readonly database: Database.Database
  private open = true
  private readonly statements = new Map<string, Statement>()

  /** `onFault` hears of every STORE_UNAVAILABLE, with SQLite's code. */
  constructor(path: string, private readonly onFault: (code: string) => void = () => undefined) {
    this.database = this.translated(() => new Database(path))
  }

  /** The driver ends the process when it is asked for anything of a database that is closed. */
  get inTransaction(): boolean {
    return this.open && this.database.inTransaction
  }

  /** Runs statements that take no parameters. */
  exec(sql: string): void {
    this.requireOpen()
    this.translated(() => this.database.exec(sql))
  }

  /** Writes, and tells how many rows changed. */
  run(sql: string, values: readonly Value[] = []): number {
    return this.translated(() => this.prepare(sql).run(bound(values)).changes)
  }

  first(sql: string, values: readonly Value[] = []): Columns | undefined {
    return this.translated(() => this.prepare(sql).get(bound(values)) as Columns | undefined)
  }

  /** All rows; bytes come as ArrayBuffer. */
  all(sql: string, values: readonly Value[] = []): readonly Columns[] {
    return this.translated(() => this.prepare(sql).all(bound(values)) as Columns[])
  }

  /** Gives up what is not committed: the driver itself lets go of its locks only when its statements are collected. */
  close(): void {
    if (!this.open) return
    if (this.database.inTransaction) this.exec('ROLLBACK')
    this.open = false
    this.statements.clear()
    this.database.close()
  }

  private translated<T>(call: () => T): T {
    try {
      return call()
    } catch (error) {
      const known = translate(error)
      if (isHutongError(known) && known.code === 'STORE_UNAVAILABLE') this.onFault(String(known.details?.['cause']))
      throw known
    }
  }

  private requireOpen(): void {
    if (!this.open) throw new HutongError('STORE_UNAVAILABLE', 'The store is closed.')
  }

  private prepare(sql: string): Statement {
    this.requireOpen()
    const known = this.statements.get(sql)
    if (known) return known
    if (this.statements.size >= mostStatements) {
      for (const oldest of [...this.statements.keys()].slice(0, mostStatements / 2)) this.statements.delete(oldest)
    }
    const statement = this.database.prepare(sql)
    this.statements.set(sql, statement)
    return statement
  }
}

/** The driver aborts the process on a value that it cannot bind, so that none may get there. */
function bound(values: readonly Value[]): Value[] {
  for (const value of values) {
    if (value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array) continue
    throw new HutongError('INTERNAL', `SQLite cannot keep a value of type ${typeof value}.`)
  }
  return values as Value[]
}

const translations = [
  [/^SQLITE_(BUSY|LOCKED)/, 'STORE_BUSY', 'Another process holds the database.'],
  [/^SQLITE_TOOBIG/, 'VALUE_TOO_LARGE', 'A value is over what SQLite can hold.'],
  [/^SQLITE_(IOERR|FULL|CANTOPEN|CORRUPT|NOTADB|READONLY|PERM|AUTH|PROTOCOL|NOMEM)/, 'STORE_UNAVAILABLE',
    'The database cannot be read or written.'],
  [/^SQLITE_/, 'INTERNAL', 'SQLite refused a statement.'],
] as const

/** SQLite's own words can hold values: only its code goes on. */
function translate(error: unknown): unknown {
  const code = String((error as { code?: unknown } | null)?.code)
  const [, ours, message] = translations.find(([theirs]) => theirs.test(code)) ?? []
  return ours ? new HutongError(ours, message, undefined, { cause: code }) : error
}
