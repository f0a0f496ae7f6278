#!/usr/bin/env bash
# @lhncbc/ucum-lhc 7.1.9 (npm). Guess: u[IU]/mL converts to m[IU]/L, since both are [IU] and only prefixes differ; UCUM § 24 makes
# arbitrary units incommensurable with *other* units only. Seen: every conversion of an arbitrary unit fails, even to a prefix of
# itself, and even from [IU] to [iU], which UCUM defines as equal to it. Thyrotropin is reported in u[IU]/mL by some analysers
# and in m[IU]/L by others, so a trend of both needs a factor from elsewhere. Needs npm and the npm registry. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund @lhncbc/ucum-lhc@7.1.9 >/dev/null
node -e '
const ucum = require("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance()
const seen = [["u[IU]/mL", "m[IU]/L"], ["[IU]", "[iU]"], ["k[IU]/L", "[IU]/L"], ["umol/mL", "mmol/L"]].map(([from, to]) => {
  const { status, toVal, msg } = ucum.convertUnitTo(from, 3, to)
  return `3 ${from} -> ${to}: ${status} ${toVal} ${(msg ?? []).join(" ")}`.trim()
})
console.log(seen.join("\n"))
const failed = seen.filter(line => /: failed null Attempt to convert to arbitrary unit/.test(line)).length
process.exit(failed === 3 && /: succeeded 3/.test(seen[3]) ? 0 : 1)'
# Output seen:
# 3 u[IU]/mL -> m[IU]/L: failed null Attempt to convert to arbitrary unit "m[IU]/L"
# 3 [IU] -> [iU]: failed null Attempt to convert to arbitrary unit "[iU]"
# 3 k[IU]/L -> [IU]/L: failed null Attempt to convert to arbitrary unit "[IU]/L"
# 3 umol/mL -> mmol/L: succeeded 3.0000000000000004
