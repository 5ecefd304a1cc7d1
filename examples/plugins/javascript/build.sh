#!/bin/sh
# Makes the component. The compiler comes from npm, into target/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../../.." && pwd)/target
tools=$target/componentize-js
mkdir -p "$tools" "$target/plugins/examples"
cp "$here/package.json" "$tools/"
[ -x "$tools/node_modules/.bin/componentize-qjs" ] || npm --prefix "$tools" install --no-audit --no-fund --silent
"$tools/node_modules/.bin/componentize-qjs" --wit "$here/../../../plugin-sdk/wit/decoder.wit" --world decoder \
    --js "$here/door-counter.js" --output "$target/plugins/examples/door-counter-js.wasm" --stub-wasi --opt-size --sync
