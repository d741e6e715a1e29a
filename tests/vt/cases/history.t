=== lines keep their numbers while they scroll
SIZE 10 2
PUSH "a\r\nb\r\nc"
?first = 0
?screen = 1
PUSH "\r\nd\r\ne"
?first = 0
?screen = 3
?line -3 = "a"

=== history is capped by bytes, the oldest go
SIZE 20 4 8192
PUSH "0123456789abcdef\r\n" * 5000
?row 2 = "0123456789abcdef"
?screen = 4997
?line -1 = "0123456789abcdef"
?line -4990 = ""

=== no history at all
SIZE 10 2 0
PUSH "a\r\nb\r\nc\r\nd"
?history = 0
?screen = 2
?first = 2

=== a history too small for a line
SIZE 10 2 100
PUSH "a\r\nb\r\nc\r\nd"
?history = 0
?row 1 = "d"

=== history keeps attributes, wide characters and clusters
SIZE 20 2
PUSH "\e[1;38:2::1:2:3ma\e[m\u{4e16}e\u{301}\e[48;5;9mx\e[m\r\n\r\n\r\n"
?cell -2,0 = "a" bold fg=#010203
?cell -2,1 = "\u{4e16}" wide
?cell -2,2 = tail
?cell -2,3 = "e\u{301}"
?cell -2,4 = "x" bg=9
?cell -2,5 = blank

=== history keeps the colour of a line's rest
SIZE 10 2
PUSH "ab\e[41m\e[K\e[m\r\n\r\n"
?cell -1,1 = "b"
?cell -1,9 = blank bg=1

=== history knows which lines go on
SIZE 4 2
PUSH "abcdefghijk\r\nx"
?wrapped -1 = yes
?wrapped -2 = yes
?wrapped 0 = no
?line -1 = "efgh"

=== a line of 120 wide columns
SIZE 120 2
PUSH "\u{4e16}" * 60
PUSH "\r\n\r\n"
?cell -1,118 = "\u{4e16}" wide
?wrapped -1 = no

=== a line with a style per column
SIZE 40 2
PUSH "\e[38;5;1ma\e[48;5;2mb\e[1mc\e[4md\e[58:5:3me\e[m \e[7mf\e[38;2;1;2;3mg\r\n\r\n"
?cell -1,4 = "e" bold under=1 fg=1 bg=2 ul=3
?cell -1,5 = " "
?cell -1,7 = "g" reverse fg=#010203

=== what is out of reach is blank
?line 99 = ""
?line -99 = ""
?cell 0,99 = blank

=== search: forward, backward, none
SIZE 20 3
PUSH "one\r\ntwo\r\nthree\r\none two\r\nend"
?find "two" forward -2,0 = -1,0--1,2
?find "two" forward -1,1 = 1,4-1,6
?find "two" forward 2,0 = none
?find "two" backward 2,19 = 1,4-1,6
?find "two" backward 1,4 = -1,0--1,2
?find "two" backward -1,0 = none
?find "nothing" forward -2,0 = none

=== search: a needle without capitals matches either case
PUSH "Hello HELLO hello"
?find "hello" forward 0,1 = 0,6-0,10
?find "Hello" forward 0,0 = 0,0-0,4
?find "Hello" forward 0,1 = none
?find "HELLO" forward 0,0 = 0,6-0,10

=== search: letters of other scripts
PUSH "\u{c4}PFEL \u{3a9}\u{3c9} \u{416}"
?find "\u{e4}pfel" forward 0,0 = 0,0-0,4
?find "\u{3c9}" forward 0,0 = 0,6-0,6
?find "\u{3a9}" forward 0,0 = 0,6-0,6
?find "\u{436}" forward 0,0 = 0,9-0,9

=== search: across a wrap
SIZE 5 4
PUSH "abcdefghijkl"
?find "defgh" forward 0,0 = 0,3-1,2
?find "cdefghijk" backward 3,0 = 0,2-2,0

=== search: not across an ended line
SIZE 5 4
PUSH "abcde\r\nfghij"
?find "ef" forward 0,0 = none

=== search: across history and screen
SIZE 4 2
PUSH "abcdefghijkl"
?find "defghi" forward -1,0 = -1,3-1,0

=== search: wide characters
PUSH "a\u{4e16}\u{754c}b"
?find "\u{754c}b" forward 0,0 = 0,3-0,5
?find "\u{4e16}" forward 0,0 = 0,1-0,2

=== search: blanks are spaces
PUSH "a\e[2Cb"
?find "a  b" forward 0,0 = 0,0-0,3

=== search: an empty or broken needle
PUSH "abc"
?find "" forward 0,0 = none
?find "\xff" forward 0,0 = none

=== search: overlapping matches
PUSH "aaaa"
?find "aa" forward 0,0 = 0,0-0,1
?find "aa" forward 0,1 = 0,1-0,2
?find "aa" backward 0,9 = 0,2-0,3

=== search: across a column that a wide character left over
SIZE 5 3
PUSH "abcd\u{4e16}x"
?find "d\u{4e16}x" forward 0,0 = 0,3-1,2
