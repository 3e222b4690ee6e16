#!/usr/bin/env bash
# Checks the sources without building: include directions, formatting, clang-tidy; the page's
# TypeScript, formatting and HTML through npm. `check.sh fmt` rewrites what formatting finds instead.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck disable=SC1091
[ -f build/env.sh ] && . build/env.sh

mapfile -t cpp < <(find src tests -name '*.h' -o -name '*.cpp' -o -name '*.inc' | sort)
mapfile -t units < <(find src tests -name '*.cpp' ! -name main_web.cpp ! -name main_engine.cpp ! -name main_quiz.cpp | sort)

case ${1:-all} in
fmt)
  clang-format -i "${cpp[@]}"
  npm run --silent fmt
  ;;
includes) node cmake/check_includes.mjs ;;
format)
  clang-format --dry-run --Werror "${cpp[@]}"
  echo "clang-format: ${#cpp[@]} files"
  ;;
tidy)
  cmake --preset native >/dev/null
  # Units outside the compilation database (the benchmark's own) have no flags to check them with.
  mapfile -t known < <(for unit in "${units[@]}"; do
    if grep -q "/$unit\"" build/native/compile_commands.json; then echo "$unit"; fi
  done)
  # Generated headers must be there; the compiler's own warnings are the compilers' business.
  cmake --build --preset native --target grad_ui >/dev/null
  printf '%s\n' "${known[@]}" | xargs -P "$(nproc)" -n 4 \
    clang-tidy -p build/native --quiet --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings generated' >&2)
  echo "clang-tidy: ${#known[@]} files"
  ;;
web) npm run --silent check ;;
all)
  for part in includes format tidy web; do "$0" "$part"; done
  ;;
*)
  echo "check.sh: unknown part '$1' (fmt, includes, format, tidy, web)" >&2
  exit 2
  ;;
esac
