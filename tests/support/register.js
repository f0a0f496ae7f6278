/** Lets plain Node run the sources: `node -r ./tests/support/register.js some/file.ts` (for child processes of tests and for benches). */
const { readFileSync } = require('node:fs')
const Module = require('node:module')
const { transformSync } = require('@swc/core')

const options = {
  swcrc: false,
  configFile: false,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: false },
  },
  module: { type: 'commonjs' },
}

process.setSourceMapsEnabled(true)
/* oxlint-disable no-underscore-dangle -- Node's own names */
Module._extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename)
}
