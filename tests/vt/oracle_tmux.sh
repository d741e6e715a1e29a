#!/bin/sh
# The screens that tmux makes of a recording, for tests/vt/streams:
#
#   sh tests/vt/oracle_tmux.sh NAME.raw NAME.at > NAME.tmux
#
# The same form as oracle_xterm.js writes. The pane's program plays the
# recording and asks for the terminal's status (CSI 5 n) at each offset: its
# answer says that all before has been read.
set -eu
raw=$1
at=$2
dir=$(mktemp -d)
sock=vtoracle$$
trap 'tmux -L $sock kill-server 2>/dev/null || :; rm -rf "$dir"' EXIT

cat > "$dir/conf" <<'C'
set -g status off
set -g history-limit 1000
set -g default-terminal xterm-256color
set -sg escape-time 0
C
cat > "$dir/play.sh" <<'P'
stty raw -echo
done=0
while read -r end; do
	tail -c +$((done + 1)) "$1" | head -c $((end - done))
	done=$end
	printf '\033[5n'
	# Answers to the recording's own questions come first; ours ends in n.
	while c=$(dd bs=1 count=1 2>/dev/null </dev/tty) && [ "$c" != n ]; do :; done
	: > "$3/ready"
	while [ -e "$3/ready" ]; do sleep 0.02; done
done < "$2"
sleep 60
P
LC_ALL=C.UTF-8 tmux -u -L $sock -f "$dir/conf" new-session -d -x 120 -y 40 "sh $dir/play.sh $(realpath "$raw") $(realpath "$at") $dir"
while read -r end; do
	n=0
	while [ ! -e "$dir/ready" ]; do
		sleep 0.02
		n=$((n + 1))
		[ $n -lt 1000 ] || { echo "tmux fell silent at $end" >&2; exit 1; }
	done
	tmux -L $sock display-message -p "@ $end #{cursor_y},#{cursor_x}"
	tmux -L $sock capture-pane -e -p -N
	rm "$dir/ready"
done < "$at"
