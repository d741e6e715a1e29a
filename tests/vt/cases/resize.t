=== sizes out of bounds are refused
RESIZE! 0 24
RESIZE! 80 0
RESIZE! -1 -1
RESIZE! 30000 30000
RESIZE! 1001 24
PUSH "x"
?row 0 = "x"

=== narrower: lines wrap
SIZE 10 4
PUSH "abcdefgh"
RESIZE 5 4
?row 0 = "abcde"
?row 1 = "fgh"
?wrapped 0 = yes
?cursor = 1,3

=== wider: lines join again
SIZE 5 4
PUSH "abcdefghijkl\r\nmn"
RESIZE 20 4
?row 0 = "abcdefghijkl"
?row 1 = "mn"
?wrapped 0 = no
?cursor = 1,2

=== there and back
SIZE 10 5
PUSH "abcdefghij\r\nklmnopqrstuv\r\n\r\nw"
RESIZE 3 5
RESIZE 10 5
?row 0 = "abcdefghij"
?row 1 = "klmnopqrst"
?row 2 = "uv"
?row 3 = ""
?row 4 = "w"
?cursor = 4,1

=== lines that the program ended stay apart
SIZE 5 3
PUSH "abcde\r\nfg"
RESIZE 10 3
?row 0 = "abcde"
?row 1 = "fg"

=== history wraps anew too
SIZE 6 2
PUSH "abcdef\r\nghijkl\r\nmn\r\nop"
?history = 2
RESIZE 3 2
?history = 4
?line -1 = "jkl"
?line -2 = "ghi"
?line -4 = "abc"
?row 0 = "mn"
?row 1 = "op"

=== a logical line across history and screen
SIZE 4 2
PUSH "abcdefghijkl"
?history = 1
RESIZE 12 2
?history = 0
?row 0 = "abcdefghijkl"
?cursor = 0,11

=== a change of width is a new generation, a change of height is not
SIZE 10 4
?generation = 0
RESIZE 10 6
?generation = 0
RESIZE 12 6
?generation = 1

=== lower: lines go into the history and keep their numbers
SIZE 10 4
PUSH "a\r\nb\r\nc\r\nd"
RESIZE 10 2
?history = 2
?screen = 2
?row 0 = "c"
?line -1 = "b"
?cursor = 1,1

=== lower: blank rows under the cursor go first
SIZE 10 6
PUSH "a\r\nb"
RESIZE 10 3
?history = 0
?row 0 = "a"
?row 1 = "b"
?cursor = 1,1

=== higher: lines come back out of the history
SIZE 10 2
PUSH "a\r\nb\r\nc\r\nd"
RESIZE 10 4
?history = 0
?row 0 = "a"
?row 3 = "d"
?cursor = 3,1

=== higher than there are lines
SIZE 10 2
PUSH "a\r\nb\r\nc"
RESIZE 10 10
?row 0 = "a"
?row 3 = ""
?cursor = 2,1

=== the cursor stays at its place in the text
SIZE 10 4
PUSH "abcdefghij\e[1;8H"
RESIZE 5 4
?cursor = 1,2
RESIZE 10 4
?cursor = 0,7

=== the cursor behind the text stays behind it
SIZE 20 4
PUSH "abc\e[1;11H"
RESIZE 15 4
?cursor = 0,10
RESIZE 8 4
?cursor = 0,7

=== a pending wrap becomes a place and comes back
SIZE 5 3
PUSH "abcde"
RESIZE 8 3
?cursor = 0,5
PUSH "f"
?row 0 = "abcdef"
RESIZE 6 3
?cursor = 0,5
PUSH "g"
?row 1 = "g"

=== wide characters move whole
SIZE 6 3
PUSH "a\u{4e16}\u{754c}b"
RESIZE 4 3
?row 0 = "a\u{4e16}"
?row 1 = "\u{754c}b"
?wrapped 0 = yes
RESIZE 6 3
?row 0 = "a\u{4e16}\u{754c}b"

=== a wide character in one column
SIZE 4 3
PUSH "\u{4e16}"
RESIZE 1 3
?row 0 = "\u{fffd}"

=== one column, insert mode and a wide character
SIZE 10 3
PUSH "ab\u{4e16}\e[4h"
RESIZE 1 3
PUSH "x\u{754c}y"
RESIZE 10 3
?cursor = 0,6

=== clusters survive
SIZE 8 3
PUSH "e\u{301}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}x1\u{fe0f}\u{20e3}"
RESIZE 3 3
?cell 0,0 = "e\u{301}"
?cell 0,1 = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}" wide
RESIZE 8 3
?cell 0,4 = "1\u{fe0f}\u{20e3}" wide

=== attributes survive
SIZE 8 3
PUSH "\e[1;4:3;31;42;58:5:7mabcdef"
RESIZE 4 3
?cell 1,1 = "f" bold under=3 fg=1 bg=2 ul=7

=== a coloured rest of a line survives
SIZE 6 3
PUSH "ab\e[44m\e[K"
RESIZE 10 3
?cell 0,1 = "b"
?cell 0,9 = blank bg=4
RESIZE 10 5
?cell 0,9 = blank bg=4

=== blanks in the middle of a line survive
SIZE 8 3
PUSH "a\e[5Cb"
RESIZE 4 3
?row 0 = "a   "
?row 1 = "  b"
RESIZE 8 3
?row 0 = "a     b"

=== the alternate screen is cut, not wrapped
SIZE 6 3
PUSH "\e[?1049habcdef\r\nxy"
RESIZE 3 3
?row 0 = "abc"
?row 1 = "xy"
RESIZE 6 3
?row 0 = "abc"

=== a wide character cut by the edge of the alternate screen is blank
SIZE 6 2
PUSH "\e[?1049hab\u{4e16}"
RESIZE 3 2
?row 0 = "ab"
?cell 0,2 = blank

=== the alternate screen keeps its cursor in sight
SIZE 6 4
PUSH "\e[?1049ha\r\nb\r\nc\r\nd"
RESIZE 6 2
?row 1 = "d"
?cursor = 1,1

=== the main screen is wrapped while the alternate one is shown
SIZE 10 4
PUSH "abcdefgh\e[?1049halt"
RESIZE 4 4
PUSH "\e[?1049l"
?row 0 = "abcd"
?row 1 = "efgh"
?cursor = 1,3

=== margins and tabs after a resize
SIZE 10 6
PUSH "\e[2;4r"
RESIZE 30 8
PUSH "\eP$qr\e\\\t\t\t"
?replies = "\eP1$r1;8r\e\\"
?cursor = 0,24

=== many resizes
SIZE 20 10
PUSH "The quick brown fox \u{4e16}\u{754c}\r\n" * 30
RESIZE 2 1
RESIZE 500 500
RESIZE 2 3
RESIZE 1000 1
RESIZE 3 1000
RESIZE 20 10
?row 7 = "The quick brown fox "
?row 8 = "\u{4e16}\u{754c}"
?row 9 = ""

=== the history's cap holds through a resize
SIZE 80 24 20000
PUSH "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n" * 2000
RESIZE 10 24
RESIZE 80 24
?row 22 = "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789"
