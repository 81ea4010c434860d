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

printf '{"bytes":1048576,"sha256":"%s","wrongPassword":%s,"noCredentials":%s,"absentObject":%s,"milliseconds":%s}\n' \
  "$written" "$wrong" "$anonymous" "$absent" "$(($(date +%s%3N) - started))"
