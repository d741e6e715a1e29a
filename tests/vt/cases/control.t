=== carriage return, line feed, backspace
PUSH "abc\rx\ny\bz"
?row 0 = "xbc"
?row 1 = " z"

=== VT and FF are line feeds
PUSH "a\x0bb\x0cc"
?cursor = 2,3

=== backspace stops at the left
PUSH "\b\bx"
?cursor = 0,1

=== backspace from a pending wrap
SIZE 5 2
PUSH "abcde\bX"
?row 0 = "abcXe"

=== newline mode
PUSH "\e[20habc\ndef"
?row 1 = "def"

=== tabs
PUSH "\ta\tb"
?cursor = 0,17
?cell 0,8 = "a"

=== tab stops at the last column
SIZE 10 2
PUSH "\t\tx"
?cell 0,9 = "x"

=== setting and clearing tab stops
PUSH "\e[3g\e[5G\eH\r\tx"
?cell 0,4 = "x"
PUSH "\e[5G\e[g\r\ty"
?cell 0,79 = "y"

=== default tab stops again
PUSH "\e[3g\e[?5W\tx"
?cell 0,8 = "x"

=== CHT and CBT
PUSH "\e[3Ix"
?cursor = 0,25
PUSH "\e[2Z"
?cursor = 0,16

=== CUP and HVP
PUSH "\e[5;10H"
?cursor = 4,9
PUSH "\e[2;3f"
?cursor = 1,2
PUSH "\e[H"
?cursor = 0,0
PUSH "\e[;5H"
?cursor = 0,4

=== CUP is clamped
PUSH "\e[999;999H"
?cursor = 23,79
PUSH "\e[0;0H"
?cursor = 0,0

=== CUU CUD CUF CUB
PUSH "\e[10;10H\e[2A\e[3B\e[4C\e[5D"
?cursor = 10,8

=== CUF to the largest number and beyond
PUSH "\e[10;10H\e[2147483646C"
?cursor = 9,79
PUSH "\e[99999999999999999999999B"
?cursor = 23,79
PUSH "\e[18446744073709551616D"
?cursor = 23,0

=== CNL and CPL
PUSH "\e[5;10H\e[2E"
?cursor = 6,0
PUSH "\e[5C\e[F"
?cursor = 5,0

=== CHA HPA VPA HPR VPR
PUSH "\e[7G"
?cursor = 0,6
PUSH "\e[9`\e[3d"
?cursor = 2,8
PUSH "\e[2a\e[2e"
?cursor = 4,10

=== cursor motion stops at the margins inside the region
PUSH "\e[5;10r\e[7;1H\e[99A"
?cursor = 4,0
PUSH "\e[99B"
?cursor = 9,0

=== cursor motion outside of the region stops at the screen
PUSH "\e[5;10r\e[2;1H\e[99A"
?cursor = 0,0
PUSH "\e[15;1H\e[99B"
?cursor = 23,0

=== ED below, above, all
SIZE 4 3
PUSH "aaa\r\nbbb\r\nccc\e[2;2H\e[J"
?row 0 = "aaa"
?row 1 = "b"
?row 2 = ""
PUSH "\e[1J"
?row 0 = ""
?row 1 = ""

=== ED 2 leaves the cursor
PUSH "abc\r\ndef\e[2J"
?row 0 = ""
?cursor = 1,3

=== ED 3 erases the history
SIZE 5 2
PUSH "a\r\nb\r\nc\r\nd"
?history = 2
PUSH "\e[3J"
?history = 0
?row 1 = "d"
?first = 2

=== EL right, left, all
PUSH "abcdef\e[4G\e[K"
?row 0 = "abc"
PUSH "\e[2G\e[1K"
?row 0 = "  c"
PUSH "\e[2K"
?row 0 = ""

=== EL while a wrap is pending leaves the last column
SIZE 5 2
PUSH "abcde\e[K"
?row 0 = "abcde"

=== EL breaks a wrapped line
SIZE 5 3
PUSH "abcdefg\e[1;3H\e[K"
?wrapped 0 = no

=== ECH
PUSH "abcdef\e[2G\e[3X"
?row 0 = "a   ef"
?cell 0,1 = blank
PUSH "\e[999X"
?row 0 = "a"

=== ICH and DCH
PUSH "abcdef\e[2G\e[2@"
?row 0 = "a  bcdef"
PUSH "\e[3P"
?row 0 = "acdef"
PUSH "\e[99P"
?row 0 = "a"

=== ICH splits a wide character at the cursor
PUSH "\u{4e16}b\e[2G\e[@"
?cell 0,0 = blank
?row 0 = "   b"

=== DCH of half a wide character
PUSH "a\u{4e16}b\e[2G\e[P"
?row 0 = "a b"

=== DCH brings blanks in the background colour
SIZE 4 2
PUSH "abcd\e[1G\e[41m\e[2P"
?cell 0,1 = "d"
?cell 0,2 = blank bg=1
?cell 0,3 = blank bg=1

=== IL and DL
SIZE 3 4
PUSH "a\r\nb\r\nc\r\nd\e[2;2H\e[L"
?row 1 = ""
?row 2 = "b"
?row 3 = "c"
?cursor = 1,0
PUSH "\e[2M"
?row 1 = "c"
?row 2 = ""

=== IL and DL outside of the region do nothing
SIZE 3 4
PUSH "a\r\nb\r\nc\r\nd\e[2;3r\e[4;1H\e[L\e[M"
?row 3 = "d"

=== DL at the top is not history
SIZE 3 3
PUSH "a\r\nb\r\nc\e[H\e[M"
?row 0 = "b"
?history = 0

=== scrolling puts lines into the history
SIZE 3 2
PUSH "a\r\nb\r\nc\r\nd"
?row 0 = "c"
?line -1 = "b"
?line -2 = "a"
?history = 2
?screen = 2

=== SU goes into the history, SD does not take from it
SIZE 3 3
PUSH "a\r\nb\r\nc\e[2S"
?row 0 = "c"
?history = 2
PUSH "\e[T"
?row 0 = ""
?row 1 = "c"
?history = 2

=== SU by more than there is keeps no blank lines
SIZE 5 10
PUSH "a\r\nb\e[999S"
?history = 2
?line -1 = "b"
PUSH "\e[999S\e[999S"
?history = 4

=== SD with mouse parameters is none
SIZE 3 3
PUSH "a\e[1;1;1;1;1T"
?row 0 = "a"

=== a region that begins at the top feeds the history
SIZE 3 4
PUSH "\e[4;1Hs\e[1;3r\e[1;1Ha\r\nb\r\nc\r\nd"
?row 0 = "b"
?row 2 = "d"
?row 3 = "s"
?line -1 = "a"

=== a region further down does not
SIZE 3 4
PUSH "t\e[2;4r\e[2;1Ha\r\nb\r\nc\r\nd"
?row 0 = "t"
?row 1 = "b"
?history = 0

=== a line that wraps at the bottom of a region goes on
SIZE 4 4
PUSH "\e[2;3r\e[3;1Habcdef"
?row 1 = "abcd"
?row 2 = "ef"
?wrapped 1 = yes
?wrapped 2 = no

=== a line that wraps at the bottom of the screen, under the region, stays
SIZE 4 4
PUSH "\e[1;2r\e[4;1Habcdef"
?row 3 = "efcd"
?wrapped 3 = no
?cursor = 3,2

=== DECSTBM homes and clamps
PUSH "\e[5;5H\e[2;999r"
?cursor = 0,0
PUSH "\eP$qr\e\\"
?replies = "\eP1$r2;24r\e\\"

=== a DECSTBM that makes no sense is ignored
PUSH "\e[5;10r\e[3;3H\e[10;5r\e[7;7r"
?cursor = 2,2
PUSH "\eP$qr\e\\"
?replies = "\eP1$r5;10r\e\\"

=== LF below the region does not scroll
SIZE 3 4
PUSH "a\e[1;2r\e[4;1Hx\n\n"
?row 0 = "a"
?row 3 = "x"
?cursor = 3,1

=== RI above the region does not scroll
SIZE 3 4
PUSH "a\e[3;4r\e[1;1H\eM\eM"
?row 0 = "a"
?cursor = 0,0

=== RI at the top scrolls down
SIZE 3 3
PUSH "a\r\nb\e[H\eM"
?row 0 = ""
?row 1 = "a"
?row 2 = "b"

=== IND and NEL
PUSH "ab\eDc\eEd"
?row 1 = "  c"
?row 2 = "d"

=== origin mode
PUSH "\e[5;10r\e[?6h"
?cursor = 4,0
PUSH "\e[2;3H"
?cursor = 5,2
PUSH "\e[99;1H"
?cursor = 9,0
PUSH "\e[3d"
?cursor = 6,0
PUSH "\e[?6l"
?cursor = 0,0

=== CPR in origin mode counts from the margin
PUSH "\e[5;10r\e[?6h\e[2;3H\e[6n"
?replies = "\e[2;3R"

=== DECSC and DECRC keep place, pen, charset and origin mode
PUSH "\e[5;10r\e[?6h\e[31m\e(0\e[2;2H\e7\e[?6l\e(B\e[m\e[20;20H\e8q"
?cell 5,1 = "\u{2500}" fg=1
?modes = origin

=== DECRC without DECSC goes home
PUSH "\e[5;5H\e[31m\e8x"
?cursor = 0,1
?cell 0,0 = "x"

=== DECSC keeps a pending wrap
SIZE 5 2
PUSH "abcde\e7\e[H\e8f"
?row 1 = "f"

=== CSI s and u
PUSH "\e[5;5H\e[s\e[H\e[u"
?cursor = 4,4

=== REP repeats the last character
PUSH "a\e[3b"
?row 0 = "aaaa"

=== REP with nothing to repeat
PUSH "\e[b\e[5b"
?cursor = 0,0

=== REP after RIS
PUSH "x\ec\e[b"
?row 0 = ""

=== REP after a mark at the start of a line
PUSH "\u{301}\e[5b"
?cursor = 0,0
PUSH "a\r\n\u{301}\e[5b"
?row 1 = ""

=== REP after a motion does nothing
PUSH "a\e[C\e[3b"
?row 0 = "a"

=== REP of a wide character near the margin
SIZE 5 3
PUSH "\e[1;4H\u{4e16}\e[2b"
?row 0 = "   \u{4e16}"
?row 1 = "\u{4e16}\u{4e16}"

=== REP of more than a line is cut to a line
SIZE 5 4
PUSH "a\e[2147483647b"
?row 0 = "aaaaa"
?row 1 = "a"
?row 2 = ""

=== REP of a line drawing character
PUSH "\e(0q\e[3b"
?row 0 = "\u{2500}\u{2500}\u{2500}\u{2500}"

=== DECALN fills the screen and resets the margins
SIZE 3 3
PUSH "\e[2;3r\e[31m\e#8"
?row 0 = "EEE"
?row 2 = "EEE"
?cell 1,1 = "E"
?cursor = 0,0
PUSH "\eP$qr\e\\"
?replies = "\eP1$r1;3r\e\\"

=== a row of DECALN can be written and scrolled
SIZE 4 2
PUSH "\e#8\e[2GX\e[2;1H\n"
?line -1 = "EXEE"
?row 0 = "EEEE"

=== DECSTR
PUSH "\e[5;10r\e[?6h\e[4h\e[31m\e[?25l\e[?1h\e(0abc\e[!p"
?modes = 
?visible = yes
PUSH "\e[Hq"
?cell 0,0 = "q"

=== RIS
SIZE 10 3
PUSH "\e]2;t\a\e[?1049h\e[31mabc\e[?2004h\e[?25l\ec"
?row 0 = ""
?cursor = 0,0
?modes = 
?visible = yes
?title = ""
PUSH "x"
?cell 0,0 = "x"

=== RIS keeps the history
SIZE 3 2
PUSH "a\r\nb\r\nc\ec"
?history = 1
?line -1 = "a"

=== BCE: erasing takes the background
PUSH "\e[44m\e[K"
?cell 0,0 = blank bg=4
?cell 0,79 = blank bg=4
PUSH "\e[2J"
?cell 23,0 = blank bg=4

=== BCE: scrolling takes the background
SIZE 3 2
PUSH "\e[44m\r\n\n"
?cell 1,0 = blank bg=4
?cell 0,0 = blank

=== BCE: IL, ICH and ECH
SIZE 5 3
PUSH "abc\e[45m\e[1G\e[@"
?cell 0,0 = blank bg=5
PUSH "\e[3G\e[X"
?cell 0,2 = blank bg=5
PUSH "\e[L"
?cell 0,4 = blank bg=5

=== text in the middle of an erased line keeps the rest
PUSH "\e[44m\e[K\e[m\e[5Gx"
?cell 0,3 = blank bg=4
?cell 0,4 = "x"
?cell 0,5 = blank bg=4

=== erasing keeps no attributes but the background
PUSH "\e[1;4;7;31;42m\e[K"
?cell 0,0 = blank bg=2

=== C0 controls act within a sequence
PUSH "ab\e[\r2Cx"
?row 0 = "abx"

=== CAN and SUB end a sequence
PUSH "\e[31\x18m\e[3\x1am"
?row 0 = "mm"
?cell 0,0 = "m"

=== ESC begins a new sequence
PUSH "\e[31\e[32mx"
?cell 0,0 = "x" fg=2

=== a malformed CSI is ignored whole
PUSH "\e[1?31mx\e[ 3mx\e[1 !qx"
?row 0 = "xxx"
?cell 0,0 = "x"

=== an unknown CSI is ignored
PUSH "\e[5y\e[?5y\e[>5yx"
?row 0 = "x"

=== an unknown escape is ignored
PUSH "\e%G\e F\e#3\eVx"
?row 0 = "x"

=== UTF-8 in a sequence ends it
PUSH "\e[3\u{e9}x"
?row 0 = "\u{e9}x"

=== DEL within a sequence is ignored
PUSH "\e[3\x7f1mx"
?cell 0,0 = "x" fg=1

=== APC, PM, SOS and DCS are swallowed
PUSH "a\e_Gf=24;AAAA\e\\b\e^pm\e\\c\eXsos\x07\e\\d\eP1;2qsixel\e\\e"
?row 0 = "abcde"

=== BEL ends only OSC
PUSH "\e_apc\x07still\e\\x"
?row 0 = "x"

=== a string is ended by CAN
PUSH "\e]2;title\x18x"
?row 0 = "x"
?title = ""

=== a string is ended by the escape of the next sequence
PUSH "\e]2;title\e[31mx"
?title = "title"
?cell 0,0 = "x" fg=1

=== a string longer than the cap is ignored to its end
PUSH "\e]2;"
PUSH "0123456789" * 14000
PUSH "\ax"
?title = ""
?row 0 = "x"
