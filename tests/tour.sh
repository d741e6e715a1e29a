#!/bin/sh
# The main job without a terminal: launch a session, type into it, show its
# screen and where the time went, end it. `make run` does this in a script or a
# CI job. tour.sh VMDECK
set -eu
vmdeck=$1
name=tour-$$

say() { printf '\n$ %s\n' "$*"; }
run() { say "vmdeck $*"; "$vmdeck" "$@"; }

trap '"$vmdeck" kill "$name" --yes >/dev/null 2>&1 || :; "$vmdeck" rm "$name" --yes >/dev/null 2>&1 || :' EXIT
run doctor || [ $? = 3 ]
run up shell --name "$name"
run wait "$name" --for ':~#' --timeout 60
run send "$name" --enter 'echo the answer is $((6*7)), from $(uname -sr)'
run wait "$name" --for 'the answer is 42' --timeout 60
run screen "$name"
run exec "$name" -- cat /etc/hostname
run stop "$name" --yes
run ls --all
