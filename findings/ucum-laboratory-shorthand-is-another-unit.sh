#!/usr/bin/env bash
# UCUM, as @lhncbc/ucum-lhc 7.1.9 (npm) reads it. Guess: a validator refuses the units that laboratories print and UCUM does not have.
# Seen: two common ones are valid and mean something else. "AU/mL" (arbitrary units of an antibody assay) is astronomical units per
# millilitre, and converts to kilometres; "K/uL" (thousands per microlitre, a blood count) is kelvins. So "valid UCUM" says nothing of
# whether the sender meant it: such texts need a table of their own before UCUM is asked. Needs npm and the npm registry. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund @lhncbc/ucum-lhc@7.1.9 >/dev/null
node -e '
const ucum = require("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance()
const seen = [["AU/mL", "km/mL"], ["K/uL", "mK/uL"]].map(([from, to]) => {
  const { status, toVal } = ucum.convertUnitTo(from, 1, to)
  return `${from}: ${ucum.validateUnitString(from).status}; 1 ${from} -> ${to}: ${status} ${toVal}`
})
console.log(seen.join("\n"))
process.exit(seen.every(line => /: valid; .*: succeeded/.test(line)) ? 0 : 1)'
# Output seen:
# AU/mL: valid; 1 AU/mL -> km/mL: succeeded 149597870.691
# K/uL: valid; 1 K/uL -> mK/uL: succeeded 999.9999999999999
