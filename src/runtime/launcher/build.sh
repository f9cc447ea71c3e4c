#!/bin/sh
# Builds dist/caisson-launcher, or the path given, where a source is newer than it.
set -eu
cd "$(dirname "$0")"
out=${1:-../../../dist/caisson-launcher}
if [ -x "$out" ] && [ -z "$(find . -newer "$out" \( -name '*.c' -o -name '*.h' -o -name build.sh \) -print)" ]; then
	exit 0
fi
mkdir -p "$(dirname "$out")"
# Linked under a name of its own and renamed: a launcher that runs, or a build beside this one, is not disturbed.
new="$out.$$"
trap 'rm -f "$new"' EXIT
${CC:-cc} -std=gnu11 -O2 -static -D_GNU_SOURCE -Wall -Wextra -Wshadow -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
	-s -o "$new" ./*.c
mv "$new" "$out"
