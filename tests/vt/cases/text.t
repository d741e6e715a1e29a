=== text goes into cells
PUSH "hello"
?row 0 = "hello"
?cursor = 0,5
?cell 0,0 = "h"
?cell 0,5 = blank

=== text wraps at the margin and marks the row
SIZE 5 3
PUSH "abcdefg"
?row 0 = "abcde"
?row 1 = "fg"
?wrapped 0 = yes
?wrapped 1 = no
?cursor = 1,2

=== a full line waits with its wrap
SIZE 5 3
PUSH "abcde"
?cursor = 0,4
?wrapped 0 = no
PUSH "\r\nf"
?row 1 = "f"
?wrapped 0 = no

=== without autowrap the last column is overwritten
SIZE 5 3
PUSH "\e[?7labcdefg"
?row 0 = "abcdg"
?row 1 = ""
?cursor = 0,4

=== autowrap back on goes on from the last column
SIZE 5 3
PUSH "\e[?7labcdefg\e[?7hhi"
?row 0 = "abcdh"
?row 1 = "i"

=== a written space is not a blank
PUSH "a b"
?cell 0,1 = " "
?row 0 = "a b"

=== text skips over what was not written
PUSH "a\e[Cb"
?row 0 = "a b"
?cell 0,1 = blank

=== UTF-8 of two, three and four bytes
PUSH "\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e!"
?cell 0,0 = "\u{e9}"
?cell 0,1 = "\u{20ac}"
?cell 0,2 = "\u{1d11e}"
?cursor = 0,4

=== truncated UTF-8 shows one mark and keeps the byte after it
PUSH "\xe4\xb8X"
?row 0 = "\u{fffd}X"

=== truncated UTF-8 before an escape
PUSH "\xf0\x9f\x98\e[1mX"
?cell 0,0 = "\u{fffd}"
?cell 0,1 = "X" bold

=== truncated UTF-8 before a newline
PUSH "\xc3\r\nX"
?row 0 = "\u{fffd}"
?row 1 = "X"

=== overlong, surrogates and beyond the end are no UTF-8
PUSH "\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xff"
?row 0 = "\u{fffd}\u{fffd}|\u{fffd}\u{fffd}|\u{fffd}|\u{fffd}"

=== C1 bytes are ignored
PUSH "a\x84\x9bb"
?row 0 = "ab"

=== C1 code points are ignored
PUSH "a\xc2\x9b31mb\xc2\x85c"
?row 0 = "a31mbc"

=== DEL and NUL are ignored
PUSH "a\x7f\x00b"
?row 0 = "ab"

=== wide characters take two columns
PUSH "\u{4e16}\u{754c}"
?cell 0,0 = "\u{4e16}" wide
?cell 0,1 = tail
?cell 0,2 = "\u{754c}" wide
?cursor = 0,4

=== a wide character does not break at the margin
SIZE 5 3
PUSH "abcd\u{4e16}x"
?row 0 = "abcd"
?row 1 = "\u{4e16}x"
?wrapped 0 = yes

=== a wide character at the margin without autowrap
SIZE 5 3
PUSH "\e[?7labcd\u{4e16}"
?row 0 = "abc\u{4e16}"
?cursor = 0,4

=== a wide character fills the last two columns
SIZE 4 2
PUSH "ab\u{4e16}"
?cursor = 0,3
PUSH "c"
?row 1 = "c"

=== overwriting the left half blanks the right one
PUSH "\u{4e16}\rx"
?cell 0,0 = "x"
?cell 0,1 = blank

=== overwriting the right half blanks the left one
PUSH "\u{4e16}\e[2Gx"
?cell 0,0 = blank
?cell 0,1 = "x"

=== a wide character over two halves blanks both others
PUSH "\u{4e16}\u{754c}\e[2G\u{4f60}"
?cell 0,0 = blank
?cell 0,1 = "\u{4f60}" wide
?cell 0,2 = tail
?cell 0,3 = blank

=== ASCII over a row of wide characters
PUSH "\u{4e16}\u{754c}\u{4f60}\e[2Gabc"
?row 0 = " abc\u{4f60}"
?cell 0,4 = "\u{4f60}" wide
PUSH "\e[2Gab\e[5Gz"
?row 0 = " abcz"
?cell 0,5 = blank

=== a combining mark joins the glyph before it
PUSH "e\u{301}x"
?cell 0,0 = "e\u{301}"
?cell 0,1 = "x"

=== a combining mark joins across a pending wrap
SIZE 3 2
PUSH "abe\u{301}"
?cell 0,2 = "e\u{301}"
?cursor = 0,2
PUSH "x"
?row 1 = "x"

=== a combining mark joins a wide character
PUSH "\u{4e16}\u{301}"
?cell 0,0 = "\u{4e16}\u{301}" wide
?cell 0,1 = tail

=== a mark without a glyph before it is dropped
PUSH "\u{301}x"
?row 0 = "x"

=== a mark after a blank is dropped
PUSH "\e[5C\u{301}x"
?row 0 = "     x"

=== marks beyond six code points are dropped
PUSH "a" 
PUSH "\u{301}" * 40
?cell 0,0 = "a\u{301}\u{301}\u{301}\u{301}\u{301}"
?cursor = 0,1

=== many clusters, more than there is room for at once
SIZE 10 4
PUSH "a\u{301}b\u{302}c\u{303}" * 3000
?row 0 = "c\u{303}a\u{301}b\u{302}c\u{303}a\u{301}b\u{302}c\u{303}a\u{301}b\u{302}c\u{303}"

=== old and new emoji are wide
PUSH "\u{1f600}\u{1f970}\u{1fae0}\u{1f9cb}|"
?cell 0,0 = "\u{1f600}" wide
?cell 0,2 = "\u{1f970}" wide
?cell 0,4 = "\u{1fae0}" wide
?cell 0,6 = "\u{1f9cb}" wide
?cursor = 0,9

=== a text symbol is narrow and U+FE0F makes it wide
PUSH "\u{2764}|\u{2764}\u{fe0f}|"
?cell 0,0 = "\u{2764}"
?cell 0,1 = "|"
?cell 0,2 = "\u{2764}\u{fe0f}" wide
?cell 0,4 = "|"

=== U+FE0F after a letter is dropped
PUSH "a\u{fe0f}b"
?cell 0,0 = "a"
?cell 0,1 = "b"

=== U+FE0F after a wide emoji changes nothing
PUSH "\u{1f600}\u{fe0f}|"
?cell 0,0 = "\u{1f600}\u{fe0f}" wide
?cell 0,2 = "|"

=== U+FE0F in the last column stays narrow
SIZE 3 2
PUSH "ab\u{2764}\u{fe0f}"
?cell 0,2 = "\u{2764}\u{fe0f}"
?cursor = 0,2

=== U+FE0F takes over half of a wide glyph behind
PUSH "x\u{4e16}\u{4e16}\r\u{2764}\u{fe0f}"
?cell 0,0 = "\u{2764}\u{fe0f}" wide
?cell 0,1 = tail
?cell 0,2 = blank
?cell 0,3 = "\u{4e16}" wide

=== a keycap is one wide glyph
PUSH "1\u{fe0f}\u{20e3}|"
?cell 0,0 = "1\u{fe0f}\u{20e3}" wide
?cell 0,2 = "|"

=== a family is one glyph of two columns
PUSH "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}|"
?cell 0,0 = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}" wide
?cell 0,2 = "|"
?cursor = 0,3

=== a family of four is cut and still takes two columns
PUSH "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}|"
?cell 0,0 = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}" wide
?cell 0,2 = "|"

=== a flag is one glyph of two columns
PUSH "\u{1f1e9}\u{1f1ea}|"
?cell 0,0 = "\u{1f1e9}\u{1f1ea}" wide
?cell 0,2 = "|"

=== three regional indicators are a flag and a rest
PUSH "\u{1f1e9}\u{1f1ea}\u{1f1eb}|"
?cell 0,0 = "\u{1f1e9}\u{1f1ea}" wide
?cell 0,2 = "\u{1f1eb}"
?cell 0,3 = "|"

=== a skin tone joins a hand
PUSH "\u{1f44d}\u{1f3fd}|"
?cell 0,0 = "\u{1f44d}\u{1f3fd}" wide
?cell 0,2 = "|"

=== a skin tone on a narrow hand makes it wide
PUSH "\u{261d}\u{1f3fd}|"
?cell 0,0 = "\u{261d}\u{1f3fd}" wide
?cell 0,2 = "|"

=== a skin tone on something else stands alone
PUSH "\u{1f680}\u{1f3fd}"
?cell 0,0 = "\u{1f680}" wide
?cell 0,2 = "\u{1f3fd}" wide

=== the rainbow flag widens its narrow base
PUSH "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}|"
?cell 0,0 = "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}" wide
?cell 0,2 = "|"

=== a joiner between letters is dropped
PUSH "a\u{200d}b"
?cell 0,0 = "a"
?cell 0,1 = "b"

=== a joiner at the end of an emoji is not kept
PUSH "\u{1f468}\u{200d}x"
?cell 0,0 = "\u{1f468}" wide
?cell 0,2 = "x"

=== a control between joiner and emoji keeps them apart
PUSH "\u{1f468}\u{200d}\e[m\u{1f469}"
?cell 0,0 = "\u{1f468}" wide
?cell 0,2 = "\u{1f469}" wide

=== Hangul vowels and finals join the first letter
PUSH "\u{1112}\u{1161}\u{11ab}|"
?cell 0,0 = "\u{1112}\u{1161}\u{11ab}" wide
?cell 0,2 = "|"

=== bidi controls are dropped
PUSH "a\u{202e}b\u{2066}c\u{200f}d\u{61c}e"
?row 0 = "abcde"

=== zero-width and format characters are dropped
PUSH "a\u{200b}b\u{feff}c\u{2060}d\u{fff9}e\u{ad}f"
?row 0 = "abcde-f"

=== tags and other variation selectors are dropped
PUSH "a\u{e0041}b\u{e0100}c\u{fe0e}d\u{fe00}e"
?row 0 = "abcde"

=== private use, non-characters and unassigned are replaced
PUSH "\u{e000}\u{f0000}\u{fdd0}\u{ffff}\u{378}\u{10fffd}|"
?row 0 = "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}|"

=== line and paragraph separators are replaced
PUSH "a\u{2028}b\u{2029}c"
?row 0 = "a\u{fffd}b\u{fffd}c"
?cursor = 0,5

=== ambiguous width is one column
PUSH "\u{2026}\u{b1}\u{3b1}|"
?cursor = 0,4

=== DEC line drawing in G0
PUSH "\e(0lqkx\e(Bq"
?row 0 = "\u{250c}\u{2500}\u{2510}\u{2502}q"

=== DEC line drawing in G1 by SO and SI
PUSH "\e)0a\x0eq\x0fb"
?row 0 = "a\u{2500}b"

=== single shifts
PUSH "\e*0\e+A\eNqq\eO##"
?row 0 = "\u{2500}q\u{a3}#"

=== locking shifts to G2 and G3
PUSH "\e*0\enq\e+A\eo#\x0fq"
?row 0 = "\u{2500}\u{a3}q"

=== the British set
PUSH "\e(A#1\e(B#"
?row 0 = "\u{a3}1#"

=== UTF-8 goes through in the line drawing set
PUSH "\e(0\u{e9}q\e(B"
?row 0 = "\u{e9}\u{2500}"

=== a wide character in a screen one column wide
SIZE 1 4
PUSH "\u{4e16}a"
?row 0 = "\u{fffd}"
?row 1 = "a"

=== insert mode pushes to the right
SIZE 8 2
PUSH "abcdef\e[3G\e[4hXY\e[4lZ"
?row 0 = "abXYZdef"

=== insert mode with a wide character at the margin
SIZE 6 2
PUSH "abcd\u{4e16}\e[1G\e[4hx"
?row 0 = "xabcd"
?cell 0,5 = blank

=== a long run of text
SIZE 10 3
PUSH "0123456789" * 1000
?row 2 = "0123456789"
?wrapped 1 = yes
