#!/bin/bash
# Writes a nonce to a fresh volume, as somebody who is not root: write.sh FOLDER
set -euo pipefail

cd "$1"
if [[ $(id --user) == 0 ]]; then
  echo 'FAILED: runs as root, which proves nothing'
  exit 1
fi
if [[ -n $(ls --almost-all) ]]; then
  echo "FAILED: the volume of a new claim is not empty: $(ls --almost-all | head --lines 5)"
  exit 1
fi
{
  cat /proc/sys/kernel/random/uuid
  head --bytes 1048576 /dev/urandom
} > nonce
sha256sum nonce > nonce.sha256
sync --file-system nonce
echo "user $(id --user) wrote $(stat --format %s nonce) bytes"
printf '{"bytes":%s,"sha256":"%s"}\n' "$(stat --format %s nonce)" "$(cut --delimiter ' ' --fields 1 nonce.sha256)"
