#!/usr/bin/env bash
# usage: dependencies.sh ARCH: builds the libraries of the wheel into build/wheel/ARCH/sysroot, which has what find_package needs.
# A library is built again only if its pin or recipe, one before it in pins.txt, or the compiler has changed.
source "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
architecture=$1
check_architecture "$architecture"
make_tools
export SOURCE_DATE_EPOCH=1  # OpenSSL writes the time of its build into the library, which later commits use too
sources=$work/sources
building=$work/$architecture/dependencies
sysroot=$work/$architecture/sysroot

# with_cmake NAME OPTION…
with_cmake() {
  cmake -G Ninja -S "$sources/$1" -B "$building/$1" -DHUBCACHE_ARCH="$architecture" \
    -DCMAKE_TOOLCHAIN_FILE="$packaging/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
    -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -Wno-dev "${@:2}"
  DESTDIR=$sysroot cmake --build "$building/$1" --target install
}

# Only what TLS 1.2 and 1.3, X.509 and the digests need. The assembly stays: it makes SHA-256 fast.
# The paths that OpenSSL would read its configuration and certificates from do not exist: src/http/certificates.cc finds the
# system's certificates, and the configuration of a distribution is for another version.
build_openssl() {
  local left_out=(
    apps autoload-config cmp cms comp ct deprecated docs dso dtls engine fips http legacy module nextprotoneg ocsp psk quic rfc3779
    sctp shared srp srtp ssl3 tests tls1 tls1_1 ts ui-console uplink
    argon2 aria bf blake2 camellia cast des dsa ec2m gost idea md4 mdc2 ml-dsa ocb rc2 rc4 rc5 rmd160 scrypt seed siv slh-dsa sm2
    sm3 sm4 whirlpool
  )
  mkdir -p "$building/openssl"
  cd "$building/openssl"
  CC=$architecture-cc CXX=$architecture-c++ AR=zig-ar RANLIB=zig-ranlib "$sources/openssl/Configure" "linux-$architecture" \
    --prefix=/usr --libdir=lib --openssldir=/nonexistent/hubcache "${left_out[@]/#/no-}" -O2 -ffunction-sections -fdata-sections
  make -s -j"$(nproc)" build_libs
  make -s install_dev DESTDIR="$sysroot"
}

# Debian's tar file lacks a folder that zlib's CMake needs.
build_zlib() {
  mkdir -p "$building/zlib"
  cd "$building/zlib"
  CC=$architecture-cc AR=zig-ar RANLIB=zig-ranlib CFLAGS="-O3 -fPIC -ffunction-sections -fdata-sections" \
    "$sources/zlib/configure" --static --prefix=/usr
  make -j"$(nproc)" libz.a
  make install DESTDIR="$sysroot"
}

# HTTP and HTTPS alone, with gzip, for which src/http/transfer.cc asks. It has no certificates of its own: see above.
build_curl() {
  local off=(
    BUILD_CURL_EXE BUILD_LIBCURL_DOCS BUILD_MISC_DOCS BUILD_TESTING CURL_BROTLI CURL_CA_FALLBACK CURL_USE_LIBPSL CURL_USE_LIBSSH2
    CURL_USE_PKGCONFIG CURL_ZSTD ENABLE_CURL_MANUAL USE_LIBIDN2 USE_NGHTTP2
  )
  local on=(
    BUILD_STATIC_LIBS CURL_DISABLE_ALTSVC CURL_DISABLE_AWS CURL_DISABLE_DOH CURL_DISABLE_FORM_API CURL_DISABLE_HSTS
    CURL_DISABLE_KERBEROS_AUTH CURL_DISABLE_MIME CURL_DISABLE_NEGOTIATE_AUTH CURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG
    CURL_DISABLE_SRP CURL_DISABLE_WEBSOCKETS CURL_USE_OPENSSL CURL_ZLIB HTTP_ONLY
  )
  off=("${off[@]/%/=OFF}")
  on=("${on[@]/%/=ON}")
  with_cmake curl -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none "${off[@]/#/-D}" "${on[@]/#/-D}"
}

build_fmtlib() {
  with_cmake fmtlib -DFMT_TEST=OFF -DFMT_DOC=OFF
}

build_spdlog() {
  with_cmake spdlog -DSPDLOG_FMT_EXTERNAL=ON -DSPDLOG_BUILD_EXAMPLE=OFF -DSPDLOG_BUILD_TESTS=OFF
}

build_simdjson() {
  with_cmake simdjson -DSIMDJSON_DEVELOPER_MODE=OFF
}

build_xxhash() {
  install -D --mode 644 --target-directory "$sysroot/usr/include" "$sources"/xxhash/xxhash.h
}

# copy_headers PACKAGE FOLDER…: of a package for all architectures
copy_headers() {
  local folder
  for folder in "${@:2}"; do
    mkdir -p "$sysroot/usr/$(dirname "$folder")"
    cp -a "$sources/$1/usr/$folder" "$sysroot/usr/$folder"
  done
}

build_libboost1.81-dev() { copy_headers libboost1.81-dev include/boost; }
build_libcli11-dev() { copy_headers libcli11-dev include/CLI share/cmake/CLI11; }
build_nlohmann-json3-dev() { copy_headers nlohmann-json3-dev include/nlohmann share/cmake/nlohmann_json; }

state=$(cat "$packaging"/{toolchain.cmake,requirements.txt} "$work"/bin/*; declare -f with_cmake copy_headers)
mkdir -p "$sysroot" "$building"
while read -r pin; do
  package=$(awk '{ print $2 }' <<<"$pin")
  state=$(printf '%s\n' "$state" "$pin" "$(declare -f "build_$package")" | sha256sum)
  [[ $(cat "$building/$package.done" 2>/dev/null) != "$state" ]] || continue
  rm -rf "${building:?}/$package" "$building/$package.done"
  began=$SECONDS
  set +e
  (set -e; "build_$package") >"$building/$package.log" 2>&1 </dev/null  # not with ||, which would turn off errexit in it
  status=$?
  set -e
  if [[ $status != 0 ]]; then
    tail -n 40 "$building/$package.log" >&2
    fail "$package does not build for $architecture; the whole output: $building/$package.log"
  fi
  echo "$state" >"$building/$package.done"
  printf 'built %s for %s in %d s\n' "$package" "$architecture" $((SECONDS - began))
done < <(grep -v '^#' "$packaging/pins.txt")
