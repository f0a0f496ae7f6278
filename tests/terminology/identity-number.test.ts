import { readIdentityNumber } from '../../src/terminology/identity-number'

describe('a resident identity number (GB 11643)', () => {
  it('is read into birth date, sex and county of issue', () => {
    expect(readIdentityNumber('11010519491231002X')).toEqual({
      valid: true, normalised: '11010519491231002X', kind: 'resident', birthDate: '1949-12-31', sex: 'female', county: '110105',
    })
  })

  it('may be written with a lower-case x, full-width digits and blanks', () => {
    for (const text of ['11010519491231002x', '１１０１０５１９４９１２３１００２Ｘ', ' 110105 19491231 002X ']) {
      expect(readIdentityNumber(text)).toMatchObject({ valid: true, normalised: '11010519491231002X' })
    }
  })

  it('of 15 digits is of the nineteen-hundreds, and its 18-digit form is computed', () => {
    expect(readIdentityNumber('110105491231002')).toEqual({
      valid: true, normalised: '11010519491231002X', kind: 'resident-15', birthDate: '1949-12-31', sex: 'female',
      county: '110105',
    })
  })

  it.each([
    '81000019901015002', '82000019901015002', '83000019901015002',
  ])('as a residence permit %s… carries no county', body => {
    const valid = [...'0123456789X'].map(check => readIdentityNumber(body + check)).filter(reading => reading.valid)
    expect(valid).toEqual([expect.objectContaining({ kind: 'hmt-permit', county: '', birthDate: '1990-10-15', sex: 'female' })])
  })

  it('of a foreign permanent resident begins with 9 and carries no county', () => {
    const valid = [...'0123456789X'].map(check =>
      readIdentityNumber(`91184019801113001${check}`)).filter(reading => reading.valid)
    expect(valid)
      .toEqual([expect.objectContaining({ kind: 'foreign-permanent', county: '', birthDate: '1980-11-13', sex: 'male' })])
  })

  it.each([
    ['110105194912310021', 'check-digit'],
    ['', 'shape'], ['1101051949123100', 'shape'], ['01010519491231002X', 'shape'], ['11010519491231X02X', 'shape'],
    ['110105491331002', 'birth-date'], ['110105230229002', 'birth-date'],
  ])('%s is refused: %s', (text, reason) => {
    expect(readIdentityNumber(text)).toEqual({ valid: false, reason })
  })

  it('with a right check digit and a day that never was is refused', () => {
    const readings = [...'0123456789X'].map(check => readIdentityNumber(`11010520230229002${check}`))
    expect(readings.filter(reading => !reading.valid && reading.reason === 'birth-date')).toHaveLength(1)
  })
})
