#!/bin/sh
# PostgreSQL's archive_command: archive_wal.sh PATH NAME DIRECTORY
# Whole or not at all: compressed beside its place, flushed, renamed, directory flushed. Repeating it is harmless;
# a different segment under the same name is refused, so that no archive is ever overwritten.
set -eu
target="$3/$2.gz"
draft="$3/.$2.$$"
trap 'rm -f "$draft"' EXIT
umask 022
if [ -e "$target" ]; then
    gzip -dc "$target" | cmp -s - "$1"
    exit
fi
gzip -1 -c "$1" > "$draft"
sync "$draft"
mv "$draft" "$target"
sync "$3"
