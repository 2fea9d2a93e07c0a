#!/bin/bash
# Puts Redoc (npm package `redoc`) beside the program, so that /docs works offline. usage: deploy/docs.sh DIRECTORY
set -euo pipefail
target=$1
[ -s "$target/redoc.standalone.js" ] && exit 0
command -v npm >/dev/null || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent redoc@2.1.5 >/dev/null
tar -xzf redoc-*.tgz package/bundles/redoc.standalone.js
mkdir -p "$OLDPWD/$target"
mv package/bundles/redoc.standalone.js "$OLDPWD/$target/"
