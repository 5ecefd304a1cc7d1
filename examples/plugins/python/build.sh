#!/bin/sh
# Makes the component. The compiler comes from PyPI, into target/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../../.." && pwd)/target
tools=$target/componentize-py
mkdir -p "$target/plugins/examples"
[ -x "$tools/bin/componentize-py" ] || {
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --requirement "$here/requirements.txt"
}
"$tools/bin/componentize-py" --wit-path "$here/../../../plugin-sdk/wit/decoder.wit" --world decoder componentize \
    --stub-wasi --python-path "$here" --output "$target/plugins/examples/door-counter-py.wasm" door_counter
