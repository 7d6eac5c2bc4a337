# Sourced by the other scripts: where the root is, how they speak, how a build folder is made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cores=$(nproc)
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

say() { printf '%s\n' "${bold}== $*${plain}"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 2; }

# configure FOLDER OPTIONS...: makes or refreshes a build folder. Prints CMake's words only when they matter. A folder
# made earlier keeps its generator, since CMake refuses to change it.
configure() {
  local folder=$1 log status=0
  shift
  [ -f "$folder/CMakeCache.txt" ] || set -- -G Ninja "$@"
  log=$(cmake -S . -B "$folder" "$@" 2>&1) || status=$?
  [ "$status" = 0 ] || { printf '%s\n' "$log"; die "cmake could not configure $folder"; }
  grep -E 'Matrix products' <<<"$log" || true
}
