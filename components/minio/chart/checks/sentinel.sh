#!/bin/bash
# Objects that prove that data survived, written before something happens to the store and read after it:
# sentinel.sh write|read|remove ENDPOINT
#
# They lie in the bucket bigdata-sentinel; each is named bigdata-sentinel-N and holds the SHA-256 of its name, over and over.
set -euo pipefail
source /checks/s3.sh

step=$1
name=bigdata-sentinel
bucket=$2/$name
objects=("$name-0" "$name-1" "$name-2" "$name-3")
expected=/tmp/expected

# The content of an object: 256 KiB, more than the store keeps together with what it knows of an object.
expect_content() {
  local hash
  hash=$(printf '%s' "$1" | sha256sum)
  printf "${hash%% *}%.0s" {1..4096} > "$expected"
}

# One digest of all objects: the same whenever and wherever they are written.
digest() {
  local object
  for object in "${objects[@]}"; do
    expect_content "$object"
    sha256 "$expected"
  done | sha256sum | cut --delimiter ' ' --fields 1
}

bucket_exists() {
  local status
  until status=$(s3 GET "$bucket") && [[ $status != 000 ]]; do
    not_yet "the list of the bucket $name answered $status"
    sleep 0.5
  done
  [[ $status == 200 || $status == 404 ]] || fail "the list of the bucket $name answered $status"
  [[ $status == 200 ]]
}

# All objects as they were written, and no other.
require_all() {
  local object listed
  bucket_exists || fail "there is no bucket $name"
  listed=$(sed 's/<Key>/\n&/g' "$answer" | sed --quiet 's/^<Key>\([^<]*\).*/\1/p' | sort | xargs)
  [[ $listed == "${objects[*]}" ]] ||
    fail "expected the objects ${objects[*]} in the bucket $name, found ${listed:-none}"
  for object in "${objects[@]}"; do
    expect_content "$object"
    expect "get of $object" "$(s3 GET "$bucket/$object")" 200
    cmp --silent "$answer" "$expected" || fail "$object is not what was written"
  done
}

write() {
  local object status written=0
  bucket_exists || make_bucket "$bucket"
  for object in "${objects[@]}"; do
    status=$(s3 GET "$bucket/$object")
    if [[ $status == 404 ]]; then
      expect_content "$object"
      put "$expected" "$bucket/$object"
      written=$((written + 1))
    fi
  done
  require_all
  printf '{"records":%s,"writtenNow":%s,"sha256":"%s"}\n' "${#objects[@]}" "$written" "$(digest)"
}

read_all() {
  require_all
  expect 'get of an object that nobody wrote' "$(s3 GET "$bucket/$name-never-written")" 404
  expect 'list of a bucket that nobody made' "$(s3 GET "$bucket-never-written")" 404
  printf '{"records":%s,"unchanged":%s,"neverWrittenFound":false,"sha256":"%s"}\n' \
    "${#objects[@]}" "${#objects[@]}" "$(digest)"
}

remove() {
  local object was_there=false
  if bucket_exists; then
    was_there=true
    for object in "${objects[@]}"; do
      expect "$object removed" "$(s3 DELETE "$bucket/$object")" 204
    done
    expect 'bucket removed' "$(s3 DELETE "$bucket")" 204
  fi
  expect 'list of the removed bucket' "$(s3 GET "$bucket")" 404
  printf '{"wasThere":%s,"left":0}\n' "$was_there"
}

case $step in
  write) write ;;
  read) read_all ;;
  remove) remove ;;
  *) fail "can write, read and remove, not $step" ;;
esac
