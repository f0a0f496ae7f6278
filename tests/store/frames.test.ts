import { frame, unframer } from '../../src/store/remote/frames'

describe('frames between processes', () => {
  it('come out whole and in order, however they are cut on the way', () => {
    const values = ['汉𠮷', new Uint8Array(1000).fill(7), [], null].map((answer, n) => ({ n, answer }))
    const sent = Buffer.concat(values.map(frame))
    for (const size of [1, 3, 4, 5, 100, 1009, sent.length]) {
      const got: unknown[] = []
      const take = unframer(value => got.push(value))
      for (let i = 0; i < sent.length; i += size) take(Buffer.from(sent.subarray(i, i + size)))
      expect(got).toEqual(values)
    }
  })
})
