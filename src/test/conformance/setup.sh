#!/bin/sh
# Lays the conformance suite, its clients and a Node that is new enough into target/conformance, once.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$here/../../.." && pwd)/target/conformance
mkdir -p "$work/lib"
cp "$here"/*.mjs "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$work/"
cp "$here"/lib/*.mjs "$work/lib/"
if ! cmp -s "$here/package-lock.json" "$work/installed.lock"; then
    # the suite wants Node 22; the npm that installs it may be older
    (cd "$work" && npm ci --engine-strict=false >npm.log 2>&1) || { cat "$work/npm.log" >&2; exit 1; }
    cp "$here/package-lock.json" "$work/installed.lock"
fi
echo "$work"
