#!/usr/bin/env bash
# @lhncbc/ucum-lhc 7.1.9 (npm). Guess: validateUnitString tells of a bad unit by what it returns. Seen: for a unit with a blank (as
# "mm Hg" is often printed) it also writes the text itself to the console, whatever the caller does: what a record says in a
# unit's field stands in the log of whoever asks. Needs npm and the npm registry. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund @lhncbc/ucum-lhc@7.1.9 >/dev/null
out=$(node -e 'const { status } = require("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance().validateUnitString("mm Hg"); process.exitCode = status === "error" ? 0 : 1' 2>&1)
echo "$out"
[[ "$out" == *'mm Hg'* ]]
# Output seen:
# Unit requested for unit string mm Hg.request unsuccessful; error thrown = Blank spaces are not allowed in unit expressions.
