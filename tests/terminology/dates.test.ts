import { readDate } from '../../src/terminology/dates'

const options = { timeZone: 'Asia/Shanghai', unknownDates: ['1900-01-01'] }
const value = (text: string): string | undefined => {
  const reading = readDate(text, options)
  return reading.valid ? reading.value : reading.reason
}

describe('a date as systems write it', () => {
  it.each(['2024-6-1', '20240601', '2024/06/01', '2024.6.1', '2024年6月1日', ' 2024-06-01 '])('%p is a day', text => {
    expect(value(text)).toBe('2024-06-01')
  })

  it.each([['2024', '2024'], ['202406', '2024-06'], ['2024-6', '2024-06']])('%s stays partial', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  it('stands, when partial, at its start in the zone', () => {
    expect(readDate('202406', options)).toMatchObject({ precision: 'month', instant: '2024-05-31T16:00:00.000Z' })
  })

  it.each([
    ['2024-06-15 10:20:00', '2024-06-15T10:20:00+08:00'], ['2024/6/15 9:05', '2024-06-15T09:05:00+08:00'],
    ['20240615102030', '2024-06-15T10:20:30+08:00'], ['2024-06-15 10:20:00.0', '2024-06-15T10:20:00+08:00'],
    ['2024-06-15T10:20:00Z', '2024-06-15T10:20:00+00:00'], ['20240615102000.123+0900', '2024-06-15T10:20:00.123+09:00'],
    ['202406151020', '2024-06-15T10:20:00+08:00'], ['2024-06-15T10:20:00-05:30', '2024-06-15T10:20:00-05:30'],
  ])('%s is %s', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  it('has its instant in UTC', () => {
    expect(readDate('2024-06-15 10:20:00', options)).toMatchObject({ precision: 'time', instant: '2024-06-15T02:20:00.000Z' })
  })

  it('knows the summer time that China kept from 1986 to 1991', () => {
    expect(value('1988-07-01 08:00:00')).toBe('1988-07-01T08:00:00+09:00')
    expect(value('1988-12-01 08:00:00')).toBe('1988-12-01T08:00:00+08:00')
  })

  it('with an hour but no minutes is a day whose instant keeps the hour', () => {
    expect(readDate('2024061510', options))
      .toMatchObject({ value: '2024-06-15', precision: 'day', instant: '2024-06-15T02:00:00.000Z' })
  })

  it.each([
    '2024-13-45', '2023-02-29', '20240631', '2024-06-15 24:00:00', '2024-06-15 10:61', '0000-01-01',
  ])('%s never was', text => {
    expect(value(text)).toBe('no-such-date')
  })

  it('that the source writes for "unknown" is unknown, with or without a time', () => {
    expect(value('1900-01-01')).toBe('unknown')
    expect(value('1900-01-01 00:00:00')).toBe('unknown')
    expect(value('1900')).toBe('1900')
  })

  it.each(['', 'abc', '12/06/2024', '2024-06-15T', '20240', '2024-06-15 10'])('%p is no date', text => {
    expect(value(text)).toBe('shape')
  })
})
