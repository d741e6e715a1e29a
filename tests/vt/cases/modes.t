=== 1049 keeps the main screen and its cursor
PUSH "main\e[5;5H\e[?1049h\e[2Jalt"
?modes = alt
?row 0 = ""
PUSH "\e[?1049l"
?modes = 
?row 0 = "main"
?cursor = 4,4

=== a second 1049 is harmless
PUSH "main\e[?1049halt\e[?1049hx\e[?1049l"
?row 0 = "main"
?cursor = 0,4

=== 1049 starts from a blank screen
PUSH "\e[?1049hxyz\e[?1049l\e[?1049h"
?row 0 = ""

=== 47 keeps what was there
PUSH "\e[?47halt\e[?47lm\e[?47h"
?row 0 = "alt"

=== 1047 erases on the way out
PUSH "\e[?1047halt\e[?1047l\e[?47h"
?row 0 = ""

=== 1048 saves and restores the cursor
PUSH "\e[3;3H\e[?1048h\e[H\e[?1048l"
?cursor = 2,2

=== the alternate screen has no history
SIZE 3 2
PUSH "\e[?1049ha\r\nb\r\nc\r\nd"
?history = 0
?row 1 = "d"

=== the cursor is seen or not
PUSH "\e[?25l"
?visible = no
PUSH "\e[?25h"
?visible = yes

=== cursor shapes
?shape = block blink
PUSH "\e[2 q"
?shape = block
PUSH "\e[3 q"
?shape = underline blink
PUSH "\e[6 q"
?shape = bar
PUSH "\e[0 q"
?shape = block blink
PUSH "\e[9 q"
?shape = block blink

=== blinking by mode 12
PUSH "\e[?12l"
?shape = block
PUSH "\e[?12h"
?shape = block blink

=== mouse modes exclude one another
PUSH "\e[?1000h"
?mouse = clicks
PUSH "\e[?1002h"
?mouse = drag
PUSH "\e[?1003;1006h"
?mouse = any sgr
PUSH "\e[?1003l"
?mouse = off sgr
PUSH "\e[?9h"
?mouse = x10 sgr

=== several modes at once
PUSH "\e[?1;1004;2004h"
?modes = focus paste cursor-keys
PUSH "\e[?1;1004;2004l"
?modes = 

=== application keypad
PUSH "\e="
?modes = keypad
PUSH "\e>"
?modes = 
PUSH "\e[?66h"
?modes = keypad

=== reverse screen marks all rows
SIZE 5 3
CLEAN
PUSH "\e[?5h"
?modes = reverse
?dirty = 0 1 2

=== modes saved and restored
PUSH "\e[?2004h\e[?2004s\e[?2004l\e[?2004r"
?modes = paste

=== unknown modes are ignored
PUSH "\e[?31337h\e[99hx"
?row 0 = "x"
?modes = 

=== a synchronised frame is held for 150 ms at most
TIME 1000
PUSH "\e[?2026hx"
?held = yes
?deadline = 1150
TIME 1149
?held = yes
TIME 1150
?held = no

=== the end of a frame lets it go
TIME 1000
PUSH "\e[?2026hx\e[?2026l"
?held = no
?deadline = 0

=== frame upon frame without a pause is shown all the same
TIME 1000
PUSH "\e[?2026ha\e[?2026l\e[?2026hb"
TIME 1100
PUSH "\e[?2026l\e[?2026hc"
?deadline = 1150
TIME 1151
?held = no

=== a frame that was taken gives the next its full time
TIME 1000
PUSH "\e[?2026ha\e[?2026l"
CLEAN
TIME 1100
PUSH "\e[?2026hb"
?deadline = 1250

=== a frame that changed nothing does not count
CLEAN
TIME 1000
PUSH "\e[?2026h\e[?2026l"
TIME 5000
PUSH "\e[?2026hx"
?held = yes

=== damage is per row
SIZE 10 4
PUSH "\e[?25l"
CLEAN
?changed = no
?dirty = 
PUSH "\e[3;1Hx"
?changed = yes
?dirty = 2
CLEAN
?dirty = 

=== moving the cursor is a change but no damage
SIZE 10 4
CLEAN
PUSH "\e[3;1H"
?changed = yes
?dirty = 
CLEAN
?changed = no

=== scrolling into the history moves the damage with its lines
SIZE 10 4
PUSH "a\r\nb\r\nc\r\nd"
CLEAN
PUSH "\r\ne"
?scrolled = 1
?dirty = 3

=== scrolling in a region damages its rows
SIZE 10 5
PUSH "\e[2;4r\e[4;1H"
CLEAN
PUSH "\n"
?scrolled = 0
?dirty = 1 2 3

=== rows under a region that feeds the history change their numbers
SIZE 10 4
PUSH "\e[1;2r\e[2;1H"
CLEAN
PUSH "\n"
?scrolled = 1
?dirty = 1 2 3

=== changing screens damages everything
SIZE 10 3
CLEAN
PUSH "\e[?1049h"
?dirty = 0 1 2

=== a question is no damage
SIZE 10 3
CLEAN
PUSH "\e[6n\e[c"
?changed = no

=== kitty flags: push, ask, pop
?kitty = 0
PUSH "\e[>1u"
?kitty = 1
PUSH "\e[>9u\e[?u"
?kitty = 9
?replies = "\e[?9u"
PUSH "\e[<u"
?kitty = 1
PUSH "\e[<5u"
?kitty = 0

=== kitty flags that cannot be kept are masked
PUSH "\e[>7u\e[?u"
?replies = "\e[?1u"
PUSH "\e[=31u\e[?u"
?replies = "\e[?25u"

=== kitty flags: set, add and remove
PUSH "\e[=1u\e[=8;2u"
?kitty = 9
PUSH "\e[=1;3u"
?kitty = 8

=== kitty flags: the stack is bounded
PUSH "\e[>1u" * 100
PUSH "\e[<99u"
?kitty = 0

=== kitty flags are per screen
PUSH "\e[>1u\e[?1049h"
?kitty = 0
PUSH "\e[>8u\e[?1049l"
?kitty = 1
