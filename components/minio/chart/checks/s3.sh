# Requests to the object store, signed by curl. Sourced by the checks.
#
# Environment: MINIO_ROOT_USER, MINIO_ROOT_PASSWORD, and those of users. Secrets reach curl by standard input only, never by its arguments.

fail() {
  echo "FAILED: $*"
  exit 1
}

told=
# Says what is missing, once: how long that may take, whoever runs the check decides.
not_yet() {
  [[ $1 == "$told" ]] || echo "not yet: $1"
  told=$1
}

# A value between the double quotes of a curl configuration file.
quoted() {
  local value=${1//\\/\\\\}
  printf '%s' "${value//\"/\\\"}"
}

# The body of the last answer.
answer=/tmp/answer

# Prints the status of a request signed with the given credentials, 000 without an answer:
# signed USER PASSWORD METHOD URL [OPTION…]
signed() {
  local user=$1 password=$2 method=$3 url=$4
  shift 4
  printf 'user = "%s:%s"\n' "$(quoted "$user")" "$(quoted "$password")" |
    curl --config - --silent --connect-timeout 3 --max-time 30 --aws-sigv4 aws:amz:us-east-1:s3 \
      --output "$answer" --write-out '%{http_code}' --request "$method" "$@" "$url" || true
}

# Likewise with the store's own credentials: s3 METHOD URL [OPTION…]
s3() {
  signed "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" "$@"
}

# Fails unless the status is the expected one: expect WHAT STATUS EXPECTED
expect() {
  [[ $2 == "$3" ]] || fail "$1 answered $2 instead of $3"
  echo "$1: $2"
}

# Tries again while there is no answer: a Service may take some seconds to follow its pods.
make_bucket() {
  local status
  until status=$(s3 PUT "$1") && [[ $status != 000 ]]; do
    not_yet "bucket made answered $status"
    sleep 0.5
  done
  expect 'bucket made' "$status" 200
}

# Puts a file; the store compares it with the SHA-256 that is signed: put FILE URL
put() {
  expect "put of $(stat --format %s "$1") bytes" \
    "$(s3 PUT "$2" --upload-file "$1" --header "x-amz-content-sha256: $(sha256 "$1")")" 200
}

# The SHA-256 of a file.
sha256() {
  sha256sum "$1" | cut --delimiter ' ' --fields 1
}
