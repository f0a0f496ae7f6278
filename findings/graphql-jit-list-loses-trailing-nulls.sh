#!/usr/bin/env bash
# graphql-jit 0.8.9 (npm) with graphql 16.11.0. Guess: a list of nullable items, each a promise, has as many items compiled as it has by
# graphql-js, with null and an error where a promise rejects. Seen: where the last promises reject before the others have resolved, compiled
# execution gives a shorter list: the nulls at its end are not there, though their errors are. A client that pairs what it asked for with
# what it got, by place, loses nothing but the end. Hutong gives faults of `nodes(ids:)` as values, not as rejections.
# Needs npm and the npm registry. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund graphql@16.11.0 graphql-jit@0.8.9 >/dev/null
node -e '
const { buildSchema, execute, parse } = require("graphql")
const { compileQuery } = require("graphql-jit")
const schema = buildSchema("type Query { items: [String] }")
const document = parse("{ items }")
const later = value => new Promise(resolve => setTimeout(resolve, 20, value))
const root = () => ({ items: [later("a"), later("b"), Promise.reject(new Error("gone")), Promise.reject(new Error("gone"))] })
const told = ({ data, errors }) => `${JSON.stringify(data.items)}, ${errors.length} errors`
;(async () => {
  const js = told(await execute({ schema, document, rootValue: root() }))
  const jit = told(await compileQuery(schema, document).query(root(), {}, {}))
  console.log(`graphql-js:  ${js}\ngraphql-jit: ${jit}`)
  process.exit(js === `["a","b",null,null], 2 errors` && jit === `["a","b"], 2 errors` ? 0 : 1)
})()'
# Output seen:
# graphql-js:  ["a","b",null,null], 2 errors
# graphql-jit: ["a","b"], 2 errors
