#!/bin/bash
# Puts Redoc (npm package `redoc`) beside the program, so that /docs works offline. usage: deploy/docs.sh DIRECTORY
set -euo pipefail
mkdir -p "$1"
target=$(cd "$1" && pwd)
[ -s "$target/redoc.standalone.js" ] && exit 0
version=2.1.5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
if command -v npm >/dev/null; then
    npm pack --silent "redoc@$version" >/dev/null
else
    curl -fsS --max-time 60 -O "https://registry.npmjs.org/redoc/-/redoc-$version.tgz"
fi
tar -xzf redoc-*.tgz package/bundles/redoc.standalone.js
mv package/bundles/redoc.standalone.js "$target/"
