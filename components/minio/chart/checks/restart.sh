#!/bin/bash
# Proves that an object outlives the pod: restart.sh ENDPOINT NAMESPACE POD PERSISTENT
set -euo pipefail
source /checks/s3.sh

endpoint=$1
pod=https://kubernetes.default.svc/api/v1/namespaces/$2/pods/$3
persistent=$4
account=/var/run/secrets/kubernetes.io/serviceaccount
nonce=$(cat /proc/sys/kernel/random/uuid)
bucket=$endpoint/bigdata-check-$nonce
object=$bucket/object

# Asks the API server as this pod's ServiceAccount: kubernetes METHOD URL
kubernetes() {
  printf 'header = "Authorization: Bearer %s"\n' "$(< $account/token)" |
    curl --config - --silent --fail --max-time 30 --cacert $account/ca.crt --request "$1" "$2"
}

# The pod's own uid is the first in its JSON; nothing while there is no pod.
uid() {
  { kubernetes GET "$pod" || true; } | grep --only-matching '"uid": *"[^"]*"' | head --lines 1 || true
}

clean_up() {
  s3 DELETE "$object" > /dev/null
  s3 DELETE "$bucket" > /dev/null
}

make_bucket "$bucket"
trap clean_up EXIT
head --bytes 1048576 /dev/urandom > /tmp/written
put /tmp/written "$object"
written=$(sha256 /tmp/written)

before=$(uid)
[[ -n $before ]] || fail "cannot see the pod $3: is the Role of the check in place?"
started=$(date +%s%3N)
kubernetes DELETE "$pod" > /dev/null || fail "cannot delete the pod $3"
echo "deleted the pod $3"

until after=$(uid) && [[ -n $after && $after != "$before" ]]; do
  not_yet "the pod $3 is not replaced"
  sleep 0.5
done
# Anything but a failed connection or an overloaded server: the Service leads to ready pods only.
until status=$(s3 GET "$object") && [[ $status =~ ^[24] ]]; do
  not_yet "the replaced pod does not answer, status $status"
  sleep 0.5
done
took=$(($(date +%s%3N) - started))

if [[ $persistent == true ]]; then
  expect 'get after the restart' "$status" 200
  [[ $(sha256 "$answer") == "$written" ]] || fail 'what was read has another SHA-256 than what was written before'
  survived=true
else
  expect 'get after the restart, without a volume' "$status" 404
  survived=false
fi
printf '{"persistent":%s,"objectSurvived":%s,"sha256":"%s","backAfterMilliseconds":%s}\n' \
  "$persistent" "$survived" "$written" "$took"
