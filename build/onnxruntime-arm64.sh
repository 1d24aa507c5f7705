#!/usr/bin/env bash
# ONNX Runtime for Linux on arm64, which the portable flavour's own npm package lacks: the same release, from Microsoft's package for Node.js.
# That package holds every platform and needs a score of others; so it is fetched where arm64 is built for, and one library of it kept.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

version=1.29.0
sha512=5a3895541ef6ae220bcfc1db62fc6f9a32b213f5a6918a127ca63ef9ac68e63011eb4f47420f0cc221bf1e14a1a537097e6980773c71981f8c3124f703e4a23c
library=bin/napi-v6/linux/arm64/libonnxruntime.so.1
installed=node_modules/onnxruntime-node

if [[ -f $installed/$library ]] && grep -qF "\"version\": \"$version\"" "$installed/package.json"; then
  exit 0
fi
printf 'Installing ONNX Runtime for arm64 from npm (112 MB)\n' >&2
mkdir -p node_modules
made=$(mktemp -d node_modules/.onnxruntime-XXXXXX)
trap 'rm -rf "$made"' EXIT
npm pack --loglevel error --pack-destination "$made" "onnxruntime-node@$version" >/dev/null
archive=$made/onnxruntime-node-$version.tgz
if ! printf '%s  %s\n' "$sha512" "$archive" | sha512sum --check --status; then
  printf 'onnxruntime-node %s is not the file that was published: its SHA-512 differs from the one in %s. Nothing was installed; clear the cache of npm (npm cache clean --force) or change the registry.\n' "$version" "${BASH_SOURCE[0]##*/}" >&2
  exit 1
fi
# Dated now, since a build copies what is newer.
tar --extract --touch --gzip --file "$archive" --directory "$made" "package/$library" package/package.json

# Moved as a whole, so that a library that is there is complete.
rm -rf "$installed"
mv "$made/package" "$installed"
