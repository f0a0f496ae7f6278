import { readSocialCreditCode } from '../../src/terminology/social-credit-code'

describe('a unified social credit code (GB 32100)', () => {
  it.each(['91350100M000100Y43', '12350206426600001U', '123502064266000032', '12350206426600021X'])('%s is valid', code => {
    expect(readSocialCreditCode(code)).toEqual({ valid: true, normalised: code })
  })

  it('may be written in lower case or full width', () => {
    expect(readSocialCreditCode('91350100m000100y４３')).toEqual({ valid: true, normalised: '91350100M000100Y43' })
  })

  it('with another check character is refused', () => {
    expect(readSocialCreditCode('91350100M000100Y44')).toEqual({ valid: false, reason: 'check-digit' })
  })

  it.each(['', '350206001', '91350100I000100Y43'])('%p has not its shape', text => {
    expect(readSocialCreditCode(text)).toEqual({ valid: false, reason: 'shape' })
  })
})
