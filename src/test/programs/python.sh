#!/bin/sh
# Lays a Python with requirements.txt into target/programs/python, once. Prints its interpreter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$here/../../.." && pwd)/target/programs
mkdir -p "$work"
if ! cmp -s "$here/requirements.txt" "$work/installed.txt"; then
    rm -rf "$work/python"
    { python3 -m venv "$work/python" &&
        "$work/python/bin/pip" install --quiet --only-binary :all: -r "$here/requirements.txt"; } \
        >"$work/python.log" 2>&1 || { cat "$work/python.log" >&2; exit 1; }
    cp "$here/requirements.txt" "$work/installed.txt"
fi
echo "$work/python/bin/python"
