=== a title by OSC 0 and 2, with BEL and ST
PUSH "\e]0;one\a"
?title = "one"
PUSH "\e]2;two\e\\"
?title = "two"
?events = "title one; title two"

=== OSC 1 is no title
PUSH "\e]1;icon\a"
?title = ""

=== the same title is no event
PUSH "\e]2;t\a\e]2;t\a"
?events = "title t"

=== a title is cleaned
PUSH "\e]2;a\x01b\u{202e}c\u{200b}d\u{e000}e\u{ad}f\u{9b}g\a"
?title = "abcd\u{fffd}e-fg"

=== the byte 9C inside a character does not end a title
PUSH "\e]2;\u{441}\u{43f}\u{41c}x\a"
?title = "\u{441}\u{43f}\u{41c}x"

=== a title with broken UTF-8
PUSH "\e]2;a\xe4\xb8b\a"
?title = "a\u{fffd}\u{fffd}b"

=== a title is cut between characters
PUSH "\e]2;\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}x\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\a"
?title = "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}x\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}\u{4e16}"

=== titles pushed and popped
PUSH "\e]2;one\a\e[22;0t\e]2;two\a\e[23;0t"
?title = "one"
PUSH "\e[23;0t"
?title = "one"

=== the stack of titles is bounded
PUSH "\e]2;x\a"
PUSH "\e[22t" * 100
PUSH "\e]2;y\a"
PUSH "\e[23t" * 100
?title = "x"

=== the bell
PUSH "\a\a"
?events = "bell; bell"

=== OSC 9 notifies
PUSH "\e]9;Build done\a"
?events = "notify [] [Build done]"

=== OSC 9;4 is progress
PUSH "\e]9;4;1;50\a\e]9;4;3\a\e]9;4;0;0\a\e]9;4;9;1\a\e]9;4;1;999\a"
?events = "progress 1 50; progress 3 0; progress 0 0; progress 1 100"

=== other numbered OSC 9 are not shown
PUSH "\e]9;1;500\a\e]9;9;/home\a"
?events = ""

=== OSC 9 with a number that is text
PUSH "\e]9;3 tests failed\a"
?events = "notify [] [3 tests failed]"

=== OSC 777 notifies
PUSH "\e]777;notify;Head;Body; more\a\e]777;other;x\a"
?events = "notify [Head] [Body; more]"

=== OSC 99 notifies
PUSH "\e]99;i=1:d=0;Hello\e\\\e]99;i=1:p=body;World\e\\"
?events = "notify [Hello] []; notify [] [World]"

=== OSC 99 in base64
PUSH "\e]99;e=1;aGVsbG8=\e\\\e]99;e=1;!!!\e\\"
?events = "notify [hello] []"

=== OSC 99 queries and icons are ignored
PUSH "\e]99;i=1:p=?;\e\\\e]99;i=1:p=icon;AAAA\e\\"
?events = ""
?replies = ""

=== an agent says what it is doing
PUSH "\e]7501;state=idle:app=codex\a"
?events = "agent [idle] [codex]"
PUSH "\e]7501;app=codex:state=working:x=y\e\\"
?events = "agent [working] [codex]"

=== an agent says why it waits, and for which part of it
PUSH "\e]7501;state=blocked:app=claude-code:kind=permission:msg=dHJ1c3QgdGhpcyBmb2xkZXI=\a"
?events = "agent [blocked] [claude-code] [permission] [] [trust this folder]"
PUSH "\e]7501;state=working:id=t-1:msg=!!:app=x\a"
?events = "agent [working] [x] [] [t-1] []"

=== an agent that asks whether anybody listens is told yes
PUSH "\e]7501;?\a"
?replies = "\e]7501;?\a"
PUSH "\e]7501;?\e\\"
?replies = "\e]7501;?\e\\"
?events = ""
PUSH "\e]7501;??\a"
?replies = ""

=== an agent's words are cleaned and cut
PUSH "\e]7501;state=id\x01\u{202e}le-0123456789012345678901234567890123456789\a"
?events = "agent [idle-01234567890123456789012345] []"

=== prompt marks
PUSH "\e]133;A\a\e]133;B\a\e]133;C\a\e]133;D;0\a\e]133;Z\a"
?events = "prompt A; prompt B; prompt C; prompt D"

=== a clipboard offer
PUSH "\e]52;c;aGVsbG8=\a"
?events = "clipboard 5 hello"

=== a clipboard offer is cleaned
PUSH "\e]52;c;YRtbMzFtYg==\a"
?events = "clipboard 6 a[31mb"

=== a clipboard offer that is no base64
PUSH "\e]52;c;%%%%\a\e]52;c;\a\e]52\a"
?events = ""

=== a clipboard offer that is too long
PUSH "\e]52;c;"
PUSH "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB" * 4000
PUSH "\a"
?events = ""

=== hyperlinks and unknown OSC leave no trace
PUSH "\e]8;;http://x\alink\e]8;;\a\e]1337;File=:AAAA\a\e]7;file://h/p\a"
?row 0 = "link"
?events = ""

=== OSC without a number
PUSH "\e]hello\a\e];\a\e]\ax"
?row 0 = "x"
