#!/usr/bin/env bash
# SecantusDB 0.7.0b3 (PyPI; MongoDB's wire protocol over WiredTiger), asked by pymongo 4.15.4. Guess: an index changes how fast a
# question is answered, never what is answered. Seen: with an index of two ascending fields, a descending and a further one, equality on the first
# two with `$gte` on the descending one gives half of the rows; with the index named by hint(), or without an index, all of them.
# Tests that run on it must name such indexes. Needs python3 (3.10 to 3.13) with venv, and PyPI. Exits non-zero where this changes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv v; v/bin/pip install --quiet --disable-pip-version-check SecantusDB==0.7.0b3 pymongo==4.15.4
v/bin/python - <<'PYTHON'
import socket, subprocess, sys, time, pymongo
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([sys.prefix + "/bin/secantusd-py", "--host", "127.0.0.1", "--port", str(port), "--storage-path", "db", "--log-level", "WARNING"])
try:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(.1)
    client = pymongo.MongoClient(f"mongodb://127.0.0.1:{port}/?directConnection=true")
    rows = client.finding.rows
    rows.insert_many([{"_id": n, "who": f"p{n % 3}", "what": f"T{n % 2}", "when": f"2024-{1 + n % 12:02d}", "id": n} for n in range(120)])
    asked = {"who": "p1", "what": "T0", "when": {"$gte": "2024-05"}}
    without = len(list(rows.find(asked)))
    rows.create_index([("who", 1), ("what", 1), ("when", -1), ("id", 1)], name="newest")
    chosen, named = len(list(rows.find(asked))), len(list(rows.find(asked).hint("newest")))
    print(f"without an index {without}, with the index {chosen}, with the index named {named}")
finally:
    server.terminate()
    server.wait()
sys.exit(0 if (without, chosen, named) == (20, 10, 20) else 1)
PYTHON
# Output seen:
# without an index 20, with the index 10, with the index named 20
