#!/bin/bash
# Is a text in the memory of a process? memory.sh PID TEXT
while read -r range perms _; do
	case $perms in r*) ;; *) continue;; esac
	from=$((16#${range%-*})) to=$((16#${range#*-}))
	dd if="/proc/$1/mem" bs=4096 skip=$((from / 4096)) count=$(((to - from) / 4096)) 2>/dev/null
done <"/proc/$1/maps" | grep -qaF -- "$2"
