import type { CsvRow } from '../../model/record'

/** Where each column of a table stands; the first of two with the same name counts. */
export function indexColumns(columns: readonly string[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>()
  for (const [position, column] of columns.entries()) if (column !== '' && !positions.has(column)) positions.set(column, position)
  return positions
}

export class Row implements CsvRow {
  private readonly seen = new Set<string>()

  constructor(
    readonly table: string,
    readonly columns: readonly string[],
    private readonly positions: ReadonlyMap<string, number>,
    private readonly cells: readonly string[],
  ) {}

  get(column: string): string | undefined {
    this.seen.add(column)
    const position = this.positions.get(column)
    return position === undefined ? undefined : this.cells[position]?.trim() || undefined
  }

  place(column: string): string {
    return `${this.table}.${column}`
  }

  unread(): string[] {
    const left: string[] = []
    for (const [column, position] of this.positions) {
      if (!this.seen.has(column) && this.cells[position]?.trim()) left.push(column)
    }
    return left.toSorted()
  }
}
