#!/usr/bin/env bash
# Builds everything and runs every test, stage by stage: `make test`. Each stage writes its log to
# build/logs/STAGE.log and shows what failed in it. A failed stage does not stop the stages that do
# not need it. The last line counts them.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

logs=build/logs
mkdir -p $logs
rm -f $logs/*.log
passed=0
failed=()

# stage NAME COMMAND...
stage() {
  local name=$1 start log=$logs/$1.log status=0
  shift
  start=$(date +%s)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ $status -eq 0 ]; then
    passed=$((passed + 1))
    printf 'ok      %-20s %4d s   %s\n' "$name" $(($(date +%s) - start)) "$(summary "$log")"
  else
    failed+=("$name")
    printf 'FAILED  %-20s %4d s   of its log, %s:\n' "$name" $(($(date +%s) - start)) "$log"
    failures "$log" | sed 's/^/    /'
  fi
  return $status
}

# Of a log: the failed tests with what they say, or the errors, or else the end.
failures() {
  { grep -aE -A 30 '^ *not ok' "$1" || grep -aE -B 12 -A 20 'error:|FAILED' "$1" ||
    tail -n 100 "$1"; } | head -n 300
}

# What a log says in one line: the test runners' totals, else its last line.
summary() {
  { grep -aE '^(All tests passed|test cases:|# (tests|pass|fail) [0-9])' "$1" || tail -n 1 "$1"; } |
    tr '\n' ' ' | cut -c1-120
}

# A browser on a busy machine may answer late: what fails runs once more, and the end names it.
repeated=()
twice() { "$@" || { repeated+=("${*: -1}") && "$@"; }; }

build() { cmake --preset "$1" && cmake --build --preset "$1"; }
finish() {
  [ ${#repeated[@]} -eq 0 ] || printf 'run twice: %s\n' "${repeated[*]}"
  [ ${#failed[@]} -eq 0 ] || printf 'failed: %s\n' "${failed[*]}"
  printf '%d passed, %d failed\n' $passed ${#failed[@]}
  exit $((${#failed[@]} > 0))
}

main() {
  stage setup cmake/setup.sh || finish
  # shellcheck disable=SC1091
  . build/env.sh

  for preset in native native-asan native-double native-clang; do
    stage "build-$preset" build $preset && stage "test-$preset" build/$preset/gradschool_tests
  done

  web=yes
  for preset in web-simd web-fast; do
    stage "build-$preset" build $preset || web=no
  done
  stage build-site npm run build || web=no

  for part in includes format tidy web; do
    stage "check-$part" cmake/check.sh $part
  done

  if [ $web = yes ]; then
    stage test-node npm run test:node
    for file in tests/browser/*.test.mjs; do
      stage "browser-$(basename "$file" .test.mjs)" twice node --test "$file"
    done
  fi
  finish
}

main
