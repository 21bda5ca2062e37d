#!/bin/sh
# Compiles the client into a folder of its own and runs it: `sh run.sh --base-url URL ...`
set -eu
here=$(cd "$(dirname "$0")" && pwd)
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -Xlint:all,-serial -Werror -d "$classes" "$here"/src/abdm/*.java
ABDM_RECORD=${ABDM_RECORD:-$here/../record.json} java -cp "$classes" abdm.Run "$@"
