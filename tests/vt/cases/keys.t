=== characters are themselves
?key a = "a"
?key A = "A"
?key U+e9 = "\u{e9}"
?key U+1f600 = "\u{1f600}"
?key space = " "

=== control and alt
?key ctrl+a = "\x01"
?key ctrl+space = "\x00"
?key ctrl+[ = "\e"
?key ctrl+2 = "\x00"
?key ctrl+3 = "\e"
?key ctrl+6 = "\x1e"
?key ctrl+8 = "\x7f"
?key ctrl+/ = "\x1f"
?key ctrl+? = "\x7f"
?key ctrl+9 = "9"
?key alt+a = "\ea"
?key ctrl+alt+a = "\e\x01"

=== control characters as keys
?key U+1 = "\x01"
?key U+d = "\r"
?key U+9 = "\t"
?key U+1b = "\e"
?key U+7f = "\x7f"
?key U+0 = "\x00"
?key U+1c = "\x1c"

=== what is no key
?key U+d800 = ""
?key U+85 = ""
?key U+110000 = ""
?key none = ""

=== editing keys
?key enter = "\r"
?key alt+enter = "\e\r"
?key tab = "\t"
?key shift+tab = "\e[Z"
?key backspace = "\x7f"
?key ctrl+backspace = "\b"
?key alt+backspace = "\e\x7f"
?key escape = "\e"

=== newline mode
PUSH "\e[20h"
?key enter = "\r\n"

=== cursor keys
?key up = "\e[A"
?key left = "\e[D"
?key home = "\e[H"
?key end = "\e[F"
?key begin = "\e[E"
?key ctrl+up = "\e[1;5A"
?key shift+alt+ctrl+left = "\e[1;8D"

=== application cursor keys
PUSH "\e[?1h"
?key up = "\eOA"
?key home = "\eOH"
?key ctrl+up = "\e[1;5A"
?key pageup = "\e[5~"

=== function keys
?key f1 = "\eOP"
?key f3 = "\eOR"
?key ctrl+f1 = "\e[1;5P"
?key f5 = "\e[15~"
?key f12 = "\e[24~"
?key shift+f5 = "\e[15;2~"
?key f13 = "\e[25~"
?key f20 = "\e[34~"

=== the block of six
?key insert = "\e[2~"
?key delete = "\e[3~"
?key pageup = "\e[5~"
?key pagedown = "\e[6~"
?key ctrl+delete = "\e[3;5~"

=== the keypad
?key kp5 = "5"
?key kpenter = "\r"
PUSH "\e="
?key kp5 = "\eOu"
?key kpenter = "\eOM"
?key kpadd = "\eOk"
?key ctrl+kp5 = "\eO5u"

=== modifyOtherKeys 2
PUSH "\e[>4;2m"
?key a = "a"
?key A = "A"
?key ctrl+a = "\e[27;5;97~"
?key alt+a = "\e[27;3;97~"
?key ctrl+enter = "\e[27;5;13~"

=== modifyOtherKeys 1
PUSH "\e[>4;1m"
?key ctrl+a = "\x01"
?key ctrl+9 = "\e[27;5;57~"
?key ctrl+enter = "\e[27;5;13~"

=== kitty: disambiguate
PUSH "\e[>1u"
?key a = "a"
?key A = "A"
?key ctrl+a = "\e[97;5u"
?key ctrl+A = "\e[97;6u"
?key alt+a = "\e[97;3u"
?key ctrl+shift+a = "\e[97;6u"
?key escape = "\e[27u"
?key enter = "\r"
?key shift+enter = "\e[13;2u"
?key tab = "\t"
?key shift+tab = "\e[9;2u"
?key backspace = "\x7f"
?key ctrl+backspace = "\e[127;5u"
?key up = "\e[A"
?key ctrl+up = "\e[1;5A"
?key f1 = "\e[P"
?key f3 = "\e[13~"
?key f5 = "\e[15~"
?key f13 = "\e[57376u"
?key kpenter = "\e[57414u"

=== kitty: application cursor keys make no difference
PUSH "\e[?1h\e[>1u"
?key up = "\e[A"

=== kitty: all keys as escape codes
PUSH "\e[>9u"
?key a = "\e[97u"
?key A = "\e[97;2u"
?key enter = "\e[13u"
?key tab = "\e[9u"
?key backspace = "\e[127u"
?key kp5 = "\e[57404u"

=== kitty: with their text
PUSH "\e[>25u"
?key a = "\e[97;;97u"
?key A = "\e[97;2;65u"
?key ctrl+a = "\e[97;5u"
?key U+e9 = "\e[233;;233u"

=== mouse off sends nothing
?mouse-event press left 2,3 = ""

=== mouse: clicks in the old form
PUSH "\e[?1000h"
?mouse-event press left 2,3 = "\e[M $#"
?mouse-event release left 2,3 = "\e[M#$#"
?mouse-event press right 0,0 ctrl = "\e[M2!!"
?mouse-event motion left 2,3 = ""
?mouse-event press wheelup 0,0 = "\e[M`!!"
?mouse-event release wheelup 0,0 = ""

=== mouse: clicks in SGR form
PUSH "\e[?1000;1006h"
?mouse-event press left 2,3 = "\e[<0;4;3M"
?mouse-event release left 2,3 = "\e[<0;4;3m"
?mouse-event press middle 2,3 shift = "\e[<5;4;3M"
?mouse-event press wheeldown 0,0 alt = "\e[<73;1;1M"
?mouse-event press wheelleft 0,0 = "\e[<66;1;1M"

=== mouse: drags
PUSH "\e[?1002;1006h"
?mouse-event motion left 2,3 = "\e[<32;4;3M"
?mouse-event motion none 2,3 = ""

=== mouse: any motion
PUSH "\e[?1003;1006h"
?mouse-event motion none 2,3 = "\e[<35;4;3M"

=== mouse: X10 has presses only
PUSH "\e[?9h"
?mouse-event press left 2,3 ctrl = "\e[M $#"
?mouse-event release left 2,3 = ""
?mouse-event press wheelup 2,3 = ""

=== mouse: outside of the screen is nothing
PUSH "\e[?1000;1006h"
?mouse-event press left 24,0 = ""
?mouse-event press left 0,80 = ""
?mouse-event press left -1,0 = ""

=== mouse: what the old form cannot say is not said
SIZE 300 10
PUSH "\e[?1000h"
?mouse-event press left 0,222 = "\e[M \xff!"
?mouse-event press left 0,223 = ""

=== the wheel is arrow keys on the alternate screen
PUSH "\e[?1049h"
?mouse-event press wheelup 0,0 = "\e[A\e[A\e[A"
PUSH "\e[?1h"
?mouse-event press wheeldown 0,0 = "\eOB\eOB\eOB"
PUSH "\e[?1007l"
?mouse-event press wheelup 0,0 = ""

=== paste: newlines become Enter
?paste "a\nb\r\nc\td" = "a\rb\rc\td"

=== paste: brackets
PUSH "\e[?2004h"
?paste "a\nb" = "\e[200~a\nb\e[201~"

=== paste: its markers and controls are removed
PUSH "\e[?2004h"
?paste "a\e[201~rm -rf\e[200~\x03\x1b[31m\x7f\u{9b}z\xff" = "\e[200~arm -rf[31mz\e[201~"

=== paste: a marker within a marker
PUSH "\e[?2004h"
?paste "\e[20\e[201~1~x" = "\e[200~[201~x\e[201~"

=== focus
?focus in = ""
PUSH "\e[?1004h"
?focus in = "\e[I"
?focus out = "\e[O"
