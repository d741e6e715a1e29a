# A page of docs/ as a manual page: awk -f docs/man.awk -v page=NAME -v section=5
# -v brief="..." -v version=... FILE. Knows what those pages use: headings, paragraphs,
# tables (a term and what it says), code (indented or fenced), lists, `code`, links.

function text(s,    out, i, c, code) {
	while (match(s, /\[[^]]*\]\([^)]*\)/)) # a link is its text
		s = substr(s, 1, RSTART - 1) substr(s, RSTART + 1, index(substr(s, RSTART), "]") - 2) substr(s, RSTART + RLENGTH)
	gsub(/\*\*/, "\001", s)
	gsub(/\\\|/, "|", s)
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "`" || c == "\001") { out = out (code ? "\\fR" : "\\fB"); code = !code }
		else if (c == "\\") out = out "\\e"
		else if (c == "-") out = out "\\-"
		else if (c == "~") out = out "\\(ti"
		else if (c == "^") out = out "\\(ha"
		else out = out c
	}
	if (code) out = out "\\fR"
	if (out ~ /^[.']/) out = "\\&" out
	return out
}
# One sentence a line, as manual pages have it.
function say(s) {
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	if (s == "") return
	s = text(s)
	gsub(/\. +/, ".\n", s)
	gsub(/\n\./, "\n\\\\\\&.", s)
	print s
}
function end_code() { if (incode) { print ".fi\n.RE"; incode = 0 } }
function begin_code() { if (!incode) { print ".PP\n.RS 4\n.nf"; incode = 1 } }
function raw(s) {
	gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/~/, "\\(ti", s); gsub(/\^/, "\\(ha", s); gsub(/`/, "\\(ga", s)
	if (s ~ /^[.']/) s = "\\&" s
	print s
}
function paragraph() { if (broken) print fresh ? "" : ".PP"; broken = fresh = 0 }

BEGIN {
	print ".\\\" Made from " ARGV[ARGC - 1] " by docs/man.awk."
	printf ".TH %s %s \"2026-11-22\" \"vmdeck %s\" \"%s\"\n", toupper(page), section, version, section == 5 ? "File Formats" : "Miscellaneous"
	gsub(/-/, "\\-", page)
	printf ".SH NAME\n%s \\- %s\n.SH DESCRIPTION\n", page, text(brief)
	started = 1
}
/^```/ { if (fence) { end_code(); fence = 0 } else { begin_code(); fence = 1 } next }
fence { raw($0); next }
/^    / && !list { begin_code(); raw(substr($0, 5)); next }
incode && /^$/ { held = 1; next }
{ if (incode) end_code(); held = 0 }
/^# / { next }
/^##+ / {
	level = /^## / ? ".SH " : ".SS "
	sub(/^#+ /, "")
	print level (level == ".SH " ? toupper(text($0)) : text($0))
	broken = list = 0; started = 1; next
}
/^\| *---/ { next }
/^\|/ {
	if (!intable) { intable = 1; n = split($0, head, /[^\\]\|/); next } # the headings
	line = $0; gsub(/\\\|/, "\002", line)
	n = split(line, cell, "|")
	for (i = 2; i < n; i++) { gsub(/^ +| +$/, "", cell[i]); gsub(/\002/, "|", cell[i]) }
	print ".TP"
	print text(cell[2])
	said = 0
	if (n > 5) { # term, value, default, says
		print text(cell[3] (cell[4] != "" ? ", default " cell[4] : "") ".")
		said = 1
	}
	for (i = n > 5 ? 5 : 3; i < n; i++) if (cell[i] != "") { say(cell[i] (cell[i] ~ /\.$/ ? "" : ".")); said = 1 }
	if (!said) print "\\&"
	started = 0
	next
}
intable { intable = 0; broken = 1 }
/^$/ { broken = 1; list = 0; next }
/^[*-] / { print ".IP \\(bu 2"; list = 1; broken = 0; started = 0; say(substr($0, 3)); next }
{ if (broken && !started && !list) print ".PP"; broken = started = 0; say($0) }
END {
	end_code()
	print ".SH SEE ALSO\n.BR vmdeck (1)"
}
