import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import type { CsvRow, UploadContext } from '../../src/model/record'
import { errorOf, gb18030, grammar, sourceWith, splitInWindows, splitWith, textOf, utf8 } from './support'

const columns = ['visitId', 'empiId', 'visitDate', 'constriction', 'diastolic', 'drugNames']
const tables = { MDC_HypertensionVisit: { columns },
  MPI_DemographicInfo: { columns: ['empiId', 'personName', 'idCard', 'sexCode'] } }
const settings = { tables }
const head = columns.join(',')
const name = 'MDC_HypertensionVisit.csv'

const cut = (bytes: Uint8Array, context: UploadContext = { name }, own = {}) =>
  splitWith('csv', bytes, { source: { settings, ...own }, context })
const readAll = (bytes: Uint8Array, context: UploadContext = { name }, own = {}) => {
  const split = cut(bytes, context, own)
  return split.pieces.map(({ start, end }) => grammar('csv').read(bytes.subarray(start, end), {
    source: sourceWith({ settings, ...own }), context: split.context,
  }))
}
const rowsOf = (bytes: Uint8Array, context?: UploadContext, own?: object) =>
  readAll(bytes, context, own).map(({ body }) => body as CsvRow)
const body = (text: string) => `${head}\nV1,E1,,,,${text}\nV2,E2,,,,${text}\nV3,E3,,,,${text}\n`
const quoted = (text: string) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
const errorsOf = (text: string) => cut(gb18030(text)).pieces.map(({ error }) => error && `${error.code} ${error.place}`)

describe('a table of a community system', () => {
  const written = gb18030(`${head}\r\nV1,E1,2026-7-6,162,96,氨氯地平\r\nV2,E2,20260811,134,82,\r\n`)

  it('gives its rows by the names of the columns', () => {
    const [first, second] = rowsOf(written)
    expect([first!.table, first!.columns, first!.get('visitId'), first!.get('drugNames')])
      .toEqual(['MDC_HypertensionVisit', columns, 'V1', '氨氯地平'])
    expect([second!.get('diastolic'), second!.get('drugNames'), second!.get('noSuchColumn')])
      .toEqual(['82', undefined, undefined])
    expect(first!.place('diastolic')).toBe('MDC_HypertensionVisit.diastolic')
  })

  it('says which columns hold something that nobody read', () => {
    const [first] = rowsOf(written)
    first!.get('visitId')
    first!.get('constriction')
    expect(first!.unread()).toEqual(['diastolic', 'drugNames', 'empiId', 'visitDate'])
  })

  it('says what its entries share: table, columns, character set, delimiter', () => {
    expect(cut(written).context).toEqual({
      name, rows: 3,
      shared: { table: 'MDC_HypertensionVisit', columns: JSON.stringify(columns), charset: 'gb18030', delimiter: ',' },
    })
  })

  it('trims cells, and tells blank ones and "" as absent', () => {
    const [row] = rowsOf(utf8(`${head}\n " V1", E1 ,""," ",　,"a ""b"" c"\n`))
    expect(columns.map(column => row!.get(column))).toEqual(['" V1"', 'E1', undefined, undefined, undefined, 'a "b" c'])
  })

  it('has the configured columns where there is no header', () => {
    const [row, ...rest] = rowsOf(gb18030('V1,E1,2026-7-6,162,96,氨氯地平\nV2,E2,2026-8-11,134,82,缬沙坦'))
    expect([row!.get('drugNames'), rest.length]).toEqual(['氨氯地平', 1])
  })

  it('has the order of its header, and the configured spelling of the names', () => {
    const [row] = rowsOf(utf8('"DIASTOLIC",extra,VisitId\n96,x,V1\n'))
    expect([row!.columns, row!.get('visitId'), row!.get('extra')]).toEqual([['diastolic', 'extra', 'visitId'], 'V1', 'x'])
  })

  it.each([
    ['its name in any case', 'mdc_hypertensionvisit.CSV', head],
    ['its name in a folder, with a date', 'export\\2026/MDC_HypertensionVisit-20261120.csv', head],
    ['its header, without a name', undefined, head],
    ['its header, against its name', 'MPI_DemographicInfo.csv', head],
  ])('is known by %s', (_, told, first) => {
    const context = told === undefined ? {} : { name: told }
    expect(rowsOf(utf8(`${first}\nV1,E1,,,,\n`), context)[0]).toMatchObject({ table: 'MDC_HypertensionVisit', columns })
  })

  it('is not taken for the table whose name begins alike', () => {
    const split = cut(utf8('a,b\n'), { name: 'MPI_DemographicInfoPlan.csv' })
    expect(split.context.shared).toMatchObject({ table: 'MPI_DemographicInfoPlan', columns: '[]' })
    expect(split.pieces.map(({ error }) => error?.code)).toEqual(['UNSUPPORTED'])
  })

  it('needs no configuration: then its name and its header say all', () => {
    const [row] = rowsOf(utf8('编号;姓名\n1;张三\n'), { name: 'patients.csv' }, { settings: {} })
    expect([row!.table, row!.get('姓名')]).toEqual(['patients', '张三'])
    expect(rowsOf(utf8('a\tb\n1,5\t2\n'), {}, { settings: {} })[0]!.get('a')).toBe('1,5')
    expect(rowsOf(utf8('a;b,c,d\n1;2\n'), {}, { settings: { delimiter: ';' } })[0]!.get('b,c,d')).toBe('2')
    expect(rowsOf(utf8('编号,姓名\n1,张三\n'), { name: 'x.csv' }, { settings: { tables: { x: {} } } })[0]!.get('姓名')).toBe('张三')
  })

  it('reads line breaks, delimiters and quotes inside quotes, and passes over blank lines', () => {
    const rows = rowsOf(utf8(`\uFEFF${head}\r\n\r\nV1,E1,,,,"甲,\r\n""乙"""\r\n   \r\nV2,E2,,,,"丙"`))
    expect(rows.map(row => row.get('drugNames'))).toEqual(['甲,\r\n"乙"', '丙'])
  })

  it('is empty where there is only a header, or nothing', () => {
    expect([cut(utf8(head)).pieces, cut(utf8('')).pieces, cut(utf8('\n \n')).pieces]).toEqual([[], [], []])
  })
})

describe('a bad row', () => {
  it('with too many or too few cells is named by table, row number and column', () => {
    expect(errorsOf(`${head}\nV1,E1,,,,\nV2,E2,,,,,7\nV3,E3,x\nV4,E4,,,,\n`)).toEqual([
      undefined, 'SYNTAX MDC_HypertensionVisit[3]', 'SYNTAX MDC_HypertensionVisit[4].constriction', undefined,
    ])
    expect(cut(utf8(`${head}\nV1\n`)).pieces[0]!.error!.details).toEqual({ row: 2, column: 2 })
  })

  it('is none where the surplus cells are empty', () => {
    expect(errorsOf(`${head},,\nV1,E1,,,,,,\n`)).toEqual([undefined])
    expect(errorsOf(`${head}\nV1,E1,,,,,,\n`)).toEqual([undefined])
  })

  it('with a NUL is named', () => {
    expect(errorsOf(`${head}\nV1,E1,,1\u0000,,\nV2,E2,,,,\n`))
      .toEqual(['SYNTAX MDC_HypertensionVisit[2].constriction', undefined])
    expect(errorsOf(`${head}\nV1,E1,,"1\u0000",,\n`)).toEqual(['SYNTAX MDC_HypertensionVisit[2].constriction'])
  })

  it.each([
    ['opens a cell and never closes', 'V1,"E1,,,,'],
    ['opens the last cell', 'V1,E1,,,,"x'],
    ['stands before text after a closing one', 'V1,"E"1,,,,'],
  ])('with a quote that %s harms itself only', (_, bad) => {
    const others = Array.from({ length: 50 }, (__, index) => `W${index},E,,,,"药${index}"`)
    expect(errorsOf([head, 'V0,E0,,,,', bad, ...others, ''].join('\n')).filter(Boolean))
      .toEqual([expect.stringMatching(/^SYNTAX MDC_HypertensionVisit\[3\]/)])
    expect(errorsOf([head, 'V0,E0,,,,', bad].join('\n')).filter(Boolean)).toHaveLength(1)
  })

  it('between two stray quotes is not swallowed by them', () => {
    expect(errorsOf(`${head}\nV1,E1,,,,"x\nV2,E2,,,,\nV3,E3,,,,y"\n`))
      .toEqual(['SYNTAX MDC_HypertensionVisit[2].drugNames', undefined, undefined])
  })

  it('whose cell only holds a quote in its middle is read as it stands, with an issue', () => {
    const [record] = readAll(utf8(`${head}\nV1,5" x,,,,\n`))
    expect((record!.body as CsvRow).get('empiId')).toBe('5" x')
    expect(record!.issues).toMatchObject([{ code: 'stray-quote', place: 'MDC_HypertensionVisit.empiId' }])
  })

  it('is refused by `read`, too, when it is worked again', () => {
    const source = sourceWith({ settings })
    const { context } = cut(utf8(head))
    const refuse = (text: string) => errorOf(() => grammar('csv').read(utf8(text), { source, context }))
    expect(refuse('V1,E1')).toMatchObject({ code: 'SYNTAX', place: 'MDC_HypertensionVisit.visitDate' })
    expect(refuse('V1,E1,,,,,x')).toMatchObject({ code: 'SYNTAX', place: 'MDC_HypertensionVisit' })
    expect(refuse('V1,"E1,,,,')).toMatchObject({ code: 'SYNTAX', place: 'MDC_HypertensionVisit.empiId' })
    expect(errorOf(() => grammar('csv').read(utf8('V1'), { source, context: {} })).code).toBe('UNSUPPORTED')
  })

  it('over 16 MB is marked', () => {
    const bytes = Buffer.concat([utf8(`${head}\nV1,`), Buffer.alloc(16_000_000, 'x'), utf8(',,,,\nV2,E2,,,,\n')])
    expect(cut(bytes).pieces.map(({ error }) => error?.code)).toEqual(['RECORD_TOO_LARGE', undefined])
  })

  it('never puts its content into an error', () => {
    const [piece] = cut(utf8(`${head}\n11010519491231002X,张三\n`)).pieces
    expect(JSON.stringify([piece!.error!.message, piece!.error!.place, piece!.error!.details])).not.toMatch(/1101|张三/)
  })
})

describe('the character set of a table', () => {
  it('is found in the bytes, of those that the source may send', () => {
    const uploads = [gb18030(body('阿司匹林')), utf8(body('阿司匹林')), utf8(`\uFEFF${head}\n`)]
    expect(uploads.map(bytes => cut(bytes).context.shared!['charset'])).toEqual(['gb18030', 'utf-8', 'utf-8'])
    expect(rowsOf(utf8(body('阿司匹林')))[2]!.get('drugNames')).toBe('阿司匹林')
    expect(rowsOf(gb18030(body('掳茅')))[0]!.get('drugNames')).toBe('掳茅')
  })

  it('does not change for all where one row is damaged', () => {
    const bytes = Buffer.concat([utf8(body('阿司匹林')), utf8('V4,E4,,,,'), Buffer.from([0xE9, 0x98]), utf8('\n')])
    const { pieces, context } = cut(bytes)
    const source = sourceWith({ settings })
    const own = pieces.map(({ start, end }) => bytes.subarray(start, end))
    const read = (index: number) => () => grammar('csv').read(own[index]!, { source, context })
    expect((read(0)().body as CsvRow).get('drugNames')).toBe('阿司匹林')
    expect(errorOf(read(3))).toMatchObject({ code: 'CHARSET', place: 'MDC_HypertensionVisit' })
  })

  it('is UTF-8 for a UTF-8 row amid GB18030, with an issue', () => {
    const records = readAll(Buffer.concat([gb18030(body('阿司匹林')), utf8('V4,E4,,,,缬沙坦片\n')]))
    expect([(records[3]!.body as CsvRow).get('drugNames'), records[3]!.issues[0]!.code]).toEqual(['缬沙坦片', 'charset-mismatch'])
  })

  it('may show only after a window that is all ASCII', () => {
    const source = { settings }
    const first = splitWith('csv', utf8(`${head}\nV1,E1,,,,\n`), { source, context: { name }, last: false })
    expect(first.context.shared).not.toHaveProperty('charset')
    const second = splitWith('csv', gb18030('V2,E2,,,,片\n'), { source, context: first.context })
    expect(second.context).toMatchObject({ rows: 3, shared: { charset: 'gb18030' } })
  })

  it('is the same wherever windows end: amid a character, or behind many rows of ASCII', () => {
    const rows = Array.from({ length: 1200 }, (_, index) => `V${index},E${index},,,,`)
    for (const [encode, charset] of [[utf8, 'utf-8'], [gb18030, 'gb18030']] as const) {
      const bytes = encode([head.replaceAll(/[^ -~]/g, ''), ...rows, 'V,E,,,,片', ''].join('\n'))
      for (const step of [bytes.length, bytes.length - 2, bytes.length - 3, 4096]) {
        expect(splitInWindows('csv', bytes, step, { settings }, { name }).context.shared!['charset']).toBe(charset)
      }
    }
  })

  it('refuses what was lost before', () => {
    expect(errorOf(() => readAll(utf8(body('\uFFFD\uFFFD')))).code).toBe('CHARSET')
  })

  it('is decoded by row, where GB18030 second bytes equal a delimiter of other formats', () => {
    expect(rowsOf(gb18030(body('亅丂瀇|倈')))[0]!.get('drugNames')).toBe('亅丂瀇|倈')
  })
})

describe('a stream of a table', () => {
  it('is cut alike in windows of any size, and looks for a header once', () => {
    const bytes = gb18030(`${head}\r\nV1,E1,,,,"甲\r\n乙"\r\n\r\n${head}\r\nV2,"E2,,,,\r\nV3,E3,,,,\r\nV4,E4,,,,"丁"`)
    const whole = cut(bytes)
    expect(whole.pieces).toHaveLength(5)
    fc.assert(fc.property(fc.integer({ min: 1, max: bytes.length }), step => {
      const cutUp = splitInWindows('csv', bytes, step, { settings }, { name })
      expect(cutUp.texts).toEqual(textOf(bytes, whole))
      expect(cutUp.context).toEqual(whole.context)
    }))
  })

  it('does not wait for ever behind a quote that never closes', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `W${index},E,2026-11-20,120,80,x`)
    const bytes = utf8([head, 'V1,"E1,,,,', ...rows, ''].join('\n'))
    const { pieces, consumed } = splitWith('csv', bytes, { source: { settings }, context: { name }, last: false })
    expect([pieces.length, consumed]).toEqual([5001, bytes.length])
  })

  it('reads any cells that a strict writer wrote, as csv-parse does', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '中', ' ', '1', ';', '\''), maxLength: 8 })
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), written => {
      const rows = written.map(([one, two, three]) => [`k${one}`, two, three])
      const bytes = utf8(`a,b,c\n${rows.map(row => row.map(quoted).join(',')).join('\n')}\n`)
      const expected = (parse(bytes, { from: 2 }) as string[][]).map(row => row.map(each => each.trim() || undefined))
      expect(rowsOf(bytes, {}, { settings: {} }).map(row => ['a', 'b', 'c'].map(column => row.get(column)))).toEqual(expected)
    }))
  })
})
