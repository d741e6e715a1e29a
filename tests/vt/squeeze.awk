# Makes oracle files small and their rows independent: a row begins with the
# SGR that is in force from the row before (tmux goes on with it), and one that
# is as in the screen before becomes "=".
/^@ / { row = 0; fg = bg = attr = ""; print; next }
{
	line = attr fg bg $0
	rest = $0
	while (match(rest, /\033\[[0-9;:]*m/)) {
		code = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (code ~ /^\033\[0?m/) fg = bg = attr = ""
		else if (code ~ /^\033\[0;/) { fg = bg = ""; attr = code }
		else if (code ~ /^\033\[39m/) fg = ""
		else if (code ~ /^\033\[49m/) bg = ""
		else if (code ~ /^\033\[(3[0-8]|9[0-7])/) fg = code
		else if (code ~ /^\033\[(4[0-8]|10[0-7])/) bg = code
		else attr = attr code
	}
	if (fg bg attr == "")
		sub(/ +$/, "", line)
	print (row in was && was[row] == line) ? "=" : line
	was[row++] = line
}
