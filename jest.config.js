/** Node's own CommonJS; the few ES-module-only packages are compiled with the rest. */
const esModules = ['jose'].join('|')

module.exports = {
  testEnvironment: 'node',
  // A machine that does other work at the same time is no fault.
  testTimeout: 30_000,
  // Jest leaves a core to others by itself: of two, that is half.
  maxWorkers: '100%',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(t|j)s$': ['@swc/jest', {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: false },
      },
      module: { type: 'commonjs' },
    }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`],
  coveragePathIgnorePatterns: ['/node_modules/', '/tests/', '/seed/'],
}
