#!/bin/bash
# Starts the process of one interpreter; Zeppelin's server calls it by this name:
#
#   interpreter.sh -d FOLDER -c HOST -p PORT -r PORTS -i GROUP -l REPOSITORY -g NAME
#
# HOST and PORT are the server's, PORTS a range for the process. REPOSITORY is where the server puts jars that a person asked for.
set -euo pipefail

while getopts d:c:p:r:i:l:g:u: option; do
  case $option in
    d) folder=$OPTARG ;;
    c) host=$OPTARG ;;
    p) port=$OPTARG ;;
    r) ports=$OPTARG ;;
    i) group=$OPTARG ;;
    l) repository=$OPTARG ;;
    u)
      echo "[ERROR] interpreters of other users are not supported: $OPTARG"
      exit 1
      ;;
    *) ;;
  esac
done

# The Markdown interpreter lies among the jars of the server.
jars=/opt/zeppelin/interpreter-jars
if [[ ${folder##*/} == md ]]; then
  jars=/opt/zeppelin/server
fi

# shellcheck disable=SC2086 # the options are words
exec java ${ZEPPELIN_INTERPRETER_JAVA_OPTS:-} \
  -Dlog4j.configuration="file:$ZEPPELIN_CONF_DIR/log4j.properties" \
  -Dfile.encoding=UTF-8 \
  -classpath "$repository/*:$jars/*" \
  org.apache.zeppelin.interpreter.remote.RemoteInterpreterServer "$host" "$port" "$group" "$ports"
