# Requests to the object store, signed by curl. Sourced by the checks.
#
# Environment: MINIO_ROOT_USER, MINIO_ROOT_PASSWORD. Secrets reach curl by standard input only, never by its arguments.

fail() {
  echo "FAILED: $*"
  exit 1
}

# A value between the double quotes of a curl configuration file.
quoted() {
  local value=${1//\\/\\\\}
  printf '%s' "${value//\"/\\\"}"
}

# Prints the status of a request signed with the given credentials: signed USER PASSWORD METHOD URL [OPTION…]
signed() {
  local user=$1 password=$2 method=$3 url=$4
  shift 4
  printf 'user = "%s:%s"\n' "$(quoted "$user")" "$(quoted "$password")" |
    curl --config - --silent --max-time 30 --aws-sigv4 aws:amz:us-east-1:s3 --output /dev/null \
      --write-out '%{http_code}' --request "$method" "$@" "$url" || true
}

# Likewise with the store's own credentials: s3 METHOD URL [OPTION…]
s3() {
  signed "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" "$@"
}

# Fails unless the status is one that is expected: expect WHAT STATUS EXPECTED…
expect() {
  local what=$1 status=$2 expected
  shift 2
  for expected in "$@"; do
    if [[ $status == "$expected" ]]; then
      echo "$what: $status"
      return
    fi
  done
  fail "$what answered $status instead of $*"
}

# Puts a file: put FILE URL
put() {
  expect "put of $(stat --format %s "$1") bytes" \
    "$(s3 PUT "$2" --header 'Content-Type: application/octet-stream' --data-binary "@$1")" 200
}

# The SHA-256 of a file.
sha256() {
  sha256sum "$1" | cut --delimiter ' ' --fields 1
}
