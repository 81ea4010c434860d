#!/bin/bash
# Proves that objects are stored and that only those who may can read them: objects.sh ENDPOINT
set -euo pipefail
source /checks/s3.sh

endpoint=$1
started=$(date +%s%3N)
nonce=$(cat /proc/sys/kernel/random/uuid)
bucket=$endpoint/bigdata-check-$nonce
object=$bucket/object

clean_up() {
  s3 DELETE "$object" > /dev/null
  s3 DELETE "$bucket" > /dev/null
}

make_bucket "$bucket"
trap clean_up EXIT

head --bytes 1048576 /dev/urandom > /tmp/written
put /tmp/written "$object"
expect 'get' "$(s3 GET "$object")" 200
written=$(sha256 /tmp/written)
[[ $(sha256 "$answer") == "$written" ]] || fail 'what was read has another SHA-256 than what was written'

# The status of a list of users, asked with the given credentials: list_users USER PASSWORD
list_users() {
  signed "$1" "$2" GET "$endpoint/minio/admin/v3/list-users" --header "x-amz-content-sha256: $(sha256 /dev/null)"
}

# A user puts and gets objects, and may not administer: as_user WHO ACCESS_KEY SECRET_KEY
as_user() {
  local who=$1 access=$2 secret=$3 status
  status=$(signed "$access" "$secret" PUT "$object" --upload-file /tmp/written --header "x-amz-content-sha256: $written")
  expect "put by the $who" "$status" 200
  expect "get by the $who" "$(signed "$access" "$secret" GET "$object")" 200
  [[ $(sha256 "$answer") == "$written" ]] || fail "what the $who read has another SHA-256 than what was written"
  expect "list of users by the $who" "$(list_users "$access" "$secret")" 403
}
users=1
as_user user "$ACCESS_KEY" "$SECRET_KEY"
if [[ -n ${PREVIOUS_ACCESS_KEY:-} ]]; then
  users=2
  as_user 'previous user' "$PREVIOUS_ACCESS_KEY" "$PREVIOUS_SECRET_KEY"
fi
expect 'list of users by the server itself' "$(list_users "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD")" 200

wrong=$(signed "$MINIO_ROOT_USER" "wrong-$nonce" GET "$object")
expect 'get with a wrong password' "$wrong" 403
anonymous=$(curl --silent --max-time 30 --output /dev/null --write-out '%{http_code}' "$object" || true)
expect 'get without credentials' "$anonymous" 403
absent=$(s3 GET "$bucket/absent")
expect 'get of an absent object' "$absent" 404

expect 'object removed' "$(s3 DELETE "$object")" 204
expect 'get of the removed object' "$(s3 GET "$object")" 404
expect 'bucket removed' "$(s3 DELETE "$bucket")" 204
trap - EXIT

printf '{"bytes":1048576,"sha256":"%s","users":%s,"wrongPassword":%s,"noCredentials":%s,"absentObject":%s,"milliseconds":%s}\n' \
  "$written" "$users" "$wrong" "$anonymous" "$absent" "$(($(date +%s%3N) - started))"
