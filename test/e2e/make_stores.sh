#!/bin/sh
# Installs versitygw, an S3 service in front of a folder, in $HUBCACHE_SDK_VENVS/stores. It needs Go 1.25 or later; without it
# the tests with an S3 service are skipped.
set -eu

version=v1.8.0
: "${HUBCACHE_SDK_VENVS:?set it to the folder that the environments go to}"
folder=$HUBCACHE_SDK_VENVS/stores
[ "$(cat "$folder/version" 2>/dev/null)" = "$version" ] && exit
go=$(go env GOVERSION 2>/dev/null) || go=none
case $go in
  go1.2[5-9]* | go1.[3-9][0-9]*) ;;
  *) echo "the tests with an S3 service are skipped: they need Go 1.25 or later, and there is $go" && exit ;;
esac
mkdir -p "$folder"
echo "making $folder"
GOBIN=$folder go install "github.com/versity/versitygw/cmd/versitygw@$version"
echo "$version" >"$folder/version"
