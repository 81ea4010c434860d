#!/bin/bash
# Reads back what another pod wrote, and makes sure that a change would have been noticed: read.sh FOLDER CLASS
set -euo pipefail

cd "$1"
fail() {
  echo "FAILED: $*"
  exit 1
}

[[ -s nonce && -s nonce.sha256 ]] || fail 'what the other pod wrote is not there'
sha256sum --check --status nonce.sha256 || fail 'what was read has another SHA-256 than what was written'
echo 'the SHA-256 is the one that the other pod wrote'

{
  head --bytes 1 nonce | tr '[:xdigit:]' x
  tail --bytes +2 nonce
} > /tmp/nonce
changed=$(cd /tmp && sha256sum --check --status "$1/nonce.sha256" && echo accepted || echo refused)
[[ $changed == refused ]] || fail 'a nonce with one changed byte passed as well: the comparison proves nothing'

printf '{"storageClass":"%s","user":%s,"bytes":%s,"sha256":"%s","changedByte":"%s"}\n' \
  "$2" "$(id --user)" "$(stat --format %s nonce)" "$(cut --delimiter ' ' --fields 1 nonce.sha256)" "$changed"
