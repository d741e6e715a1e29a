#!/bin/sh
# Ask both oracles about every recording:
#
#   sh tests/vt/oracles.sh DIR NODE_DIR
#
# DIR has the recordings, NODE_DIR the node_modules that oracle_xterm.js needs.
set -eu
here=$(dirname "$0")
for raw in "$1"/*.raw; do
	name=${raw%.raw}
	sh "$here/oracle_tmux.sh" "$raw" "$name.at" | awk -f "$here/squeeze.awk" > "$name.tmux"
	NODE_PATH=$2 node "$here/oracle_xterm.js" "$raw" "$name.at" 2>/dev/null |
		awk -f "$here/squeeze.awk" > "$name.xterm"
done
