#!/usr/bin/env bash
# fhirpath 5.2.0 (npm). Guess: a DateTime that says its offset, plus a month, is the same instant on every machine, in the offset that
# it came with. Seen: the sum is made in the time zone of the host and told in the host's offset. Where the day is clamped (30 January to
# the end of February) two hosts differ by a whole day. A due date computed by a FHIRPath of a programme ("+ 1 month", "+ 3 months")
# so moves with the server's TZ: set TZ for the process, or add to dates without a time. Needs npm and the npm registry. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund fhirpath@5.2.0 >/dev/null
sum() {
  TZ=$1 node -e '
    const [sum] = require("fhirpath").evaluate({}, "@2024-01-30T20:00:00Z + 1 month")
    console.log(process.env.TZ, String(sum), "is", new Date(String(sum)).toISOString())'
}
utc=$(sum UTC); shanghai=$(sum Asia/Shanghai)
echo "$utc"; echo "$shanghai"
[[ "$utc" == *'is 2024-02-29T20:00:00.000Z' && "$shanghai" == *'is 2024-02-28T20:00:00.000Z' ]]
# Output seen:
# UTC 2024-02-29T20:00:00-00:00 is 2024-02-29T20:00:00.000Z
# Asia/Shanghai 2024-02-29T04:00:00+08:00 is 2024-02-28T20:00:00.000Z
