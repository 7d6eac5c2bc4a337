#!/usr/bin/env bash
# check_install.sh BUILD [CXX]: installs BUILD into a temporary prefix, then builds and runs the consumer twice, once
# by find_package(talweg CONFIG) and once by pkg-config. Works for a static and for a shared library.
set -euo pipefail
build=$1 cxx=${2:-g++}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() {
  local expected="minimum at 3, -1" got
  got=$("$@") || { echo "$1 ended with status $?"; exit 1; }
  [ "$got" = "$expected" ] || { echo "$1 printed \"$got\" instead of \"$expected\""; exit 1; }
}

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
for header in talweg/talweg.hpp talweg/training.hpp talweg/version.hpp talweg/base/error.hpp; do
  [ -f "$work/prefix/include/$header" ] || { echo "not installed: include/$header"; exit 1; }
done
for header in talweg/present/format.hpp talweg/train/online/run.hpp talweg/optim/verdict.hpp; do
  [ ! -f "$work/prefix/include/$header" ] || { echo "internal, and installed: include/$header"; exit 1; }
done

echo "find_package(talweg CONFIG REQUIRED)"
# Moved before use: nothing installed may name the prefix that it was installed to.
mv "$work/prefix" "$work/moved"
cmake -S "$here/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_CXX_COMPILER="$cxx" >"$work/log" 2>&1 &&
  cmake --build "$work/consumer" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
run "$work/consumer/consumer"

echo "pkg-config talweg"
libdir=$(dirname "$(find "$work/moved" -name talweg.pc)")
export PKG_CONFIG_PATH=$libdir
[ "$(pkg-config --modversion talweg)" = "$(sed -n 's/^#define TALWEG_VERSION_[A-Z]* \([0-9]*\)$/\1/p' "$here/../../talweg/version.hpp" | paste -sd.)" ] ||
  { echo "talweg.pc has another version than talweg/version.hpp"; exit 1; }
# shellcheck disable=SC2046  # the flags are words
"$cxx" -std=c++20 "$here/consumer/main.cpp" -o "$work/by_pkg_config" $(pkg-config --cflags --libs talweg)
LD_LIBRARY_PATH=$libdir/.. run "$work/by_pkg_config"

echo "the example of the README"
awk '/^```cpp/ {inside = 1; next} /^```/ {inside = 0; if (found) exit} inside {print; found = 1}' \
  "$here/../../README.md" >"$work/readme.cpp"
# shellcheck disable=SC2046
"$cxx" -std=c++20 "$work/readme.cpp" -o "$work/readme" $(pkg-config --cflags --libs talweg)
LD_LIBRARY_PATH=$libdir/.. "$work/readme" | grep -q '^x = 1\.00000., y = 1\.00000.$\|^x = 0\.99999., y = 0\.99999.$' ||
  { echo "the README's example does not find the minimum (1, 1)"; exit 1; }

# Not every build contains the command (the shared-library check leaves it out).
if [ -x "$work/moved/bin/talweg" ]; then
  echo "the installed command"
  "$work/moved/bin/talweg" list optimizers >"$work/list" || { echo "bin/talweg list optimizers failed"; exit 1; }
  grep -q adam "$work/list" || { echo "bin/talweg list optimizers does not know adam"; exit 1; }
fi
echo "installed, found and run"
