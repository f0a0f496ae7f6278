/** The specification of the whole gateway (tests/stories), word for word, with everything kept in MongoDB. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describeMongo, dropDatabase, freshUrl } from './server'

jest.mock('../support/pipeline', () => {
  const real = jest.requireActual<typeof import('../support/pipeline')>('../support/pipeline')
  return {
    ...real,
    openPipeline(options: Parameters<typeof real.openPipeline>[0]) {
      const database = freshUrl()
      mockOpened.push(database)
      return real.openPipeline({ ...options, database })
    },
  }
})
const mockOpened: string[] = []
const stories = join(__dirname, '..', 'stories')

describeMongo('on MongoDB', () => {
  afterAll(() => Promise.all(mockOpened.map(dropDatabase)), 60_000)
  for (const file of readdirSync(stories).filter(name => /^\d.*\.test\.ts$/.test(name))) require(join(stories, file))
})
