=== DA1
PUSH "\e[c\e[0c"
?replies = "\e[?62;22c\e[?62;22c"

=== DA2
PUSH "\e[>c"
?replies = "\e[>0;10;1c"

=== DECID
PUSH "\eZ"
?replies = "\e[?62;22c"

=== DSR 5
PUSH "\e[5n"
?replies = "\e[0n"

=== CPR
PUSH "\e[3;7H\e[6n"
?replies = "\e[3;7R"

=== DECXCPR
PUSH "\e[3;7H\e[?6n"
?replies = "\e[?3;7;1R"

=== CPR while a wrap is pending
SIZE 5 2
PUSH "abcde\e[6n"
?replies = "\e[1;5R"

=== XTVERSION says our own name
PUSH "\e[>q\e[>0q"
?replies = "\eP>|vmdeck\e\\\eP>|vmdeck\e\\"

=== DECRQM of what codex and opencode ask
PUSH "\e[?1016$p\e[?2027$p\e[?2031$p\e[?1004$p\e[?2004$p\e[?2026$p"
?replies = "\e[?1016;0$y\e[?2027;3$y\e[?2031;2$y\e[?1004;2$y\e[?2004;2$y\e[?2026;2$y"

=== DECRQM of modes that are on
PUSH "\e[?1;6;1000;1006;1049;2004h\e[4;20h\e[?1$p\e[?6$p\e[?7$p\e[?25$p\e[?1000$p\e[?1006$p\e[?1049$p\e[?2004$p\e[4$p\e[20$p"
?replies = "\e[?1;1$y\e[?6;1$y\e[?7;1$y\e[?25;1$y\e[?1000;1$y\e[?1006;1$y\e[?1049;1$y\e[?2004;1$y\e[4;1$y\e[20;1$y"

=== DECRQM of unknown modes
PUSH "\e[?9999$p\e[99$p"
?replies = "\e[?9999;0$y\e[99;0$y"

=== OSC 10, 11 and 12 from the theme
PUSH "\e]10;?\e\\\e]11;?\a\e]12;?\a"
?replies = "\e]10;rgb:e5e5/e5e5/e5e5\e\\\e]11;rgb:0000/0000/0000\a\e]12;rgb:e5e5/e5e5/e5e5\a"

=== OSC 10 goes on to 11 and 12
PUSH "\e]10;?;?;?;?\a"
?replies = "\e]10;rgb:e5e5/e5e5/e5e5\a\e]11;rgb:0000/0000/0000\a\e]12;rgb:e5e5/e5e5/e5e5\a"

=== OSC 4
PUSH "\e]4;1;?;196;?\a"
?replies = "\e]4;1;rgb:cdcd/0000/0000\a\e]4;196;rgb:ffff/0000/0000\a"

=== OSC 4 out of range and setting are ignored
PUSH "\e]4;256;?\a\e]4;-1;?\a\e]4;1;rgb:11/22/33\a\e]11;#ffffff\a"
?replies = ""

=== the size in characters
SIZE 100 30
PUSH "\e[18t"
?replies = "\e[8;30;100t"

=== other window reports are not answered
PUSH "\e[11t\e[13t\e[14t\e[16t\e[19t\e[20t\e[21t"
?replies = ""

=== DECRQSS of SGR
PUSH "\e[1;4:3;38;5;196;48;2;1;2;3;58:5:7m\eP$qm\e\\"
?replies = "\eP1$r0;1;4:3;38:5:196;48:2::1:2:3;58:5:7m\e\\"

=== DECRQSS of plain SGR
PUSH "\eP$qm\e\\"
?replies = "\eP1$r0m\e\\"

=== DECRQSS of the margins and the cursor's shape
PUSH "\e[2;5r\e[4 q\eP$qr\e\\\eP$q q\e\\"
?replies = "\eP1$r2;5r\e\\\eP1$r4 q\e\\"

=== DECRQSS of something else
PUSH "\eP$q\"p\e\\\eP$qevil\e\\"
?replies = "\eP0$r\e\\\eP0$r\e\\"

=== XTGETTCAP knows nothing and echoes nothing
PUSH "\eP+q544e;436f\e\\"
?replies = "\eP0+r\e\\"

=== colour scheme
PUSH "\e[?996n"
?replies = "\e[?997;1n"

=== modifyOtherKeys
PUSH "\e[>4;2m\e[?4m"
?replies = "\e[>4;2m"

=== never: title reports
PUSH "\e]2;evil\a\e[21t\e[20t"
?replies = ""

=== never: clipboard reads
PUSH "\e]52;c;?\a"
?replies = ""
?events = ""

=== never: ENQ
PUSH "\x05"
?replies = ""

=== never: font, sixel and graphics queries
PUSH "\e]50;?\a\e[?2;1S\e_Gi=1,a=q;AAAA\e\\\e[?1;1S"
?replies = ""

=== replies are capped and the rest counted
PUSH "\e[6n" * 1000
?dropped = 1908
PUSH "\e[6n"
?dropped = 1914

=== a flood of 100 000 questions
PUSH "\e[6n" * 100000
?dropped = 595908

=== no replies or events in a replay
REPLAY on
PUSH "\e[6n\e[c\a\e]9;hi\a\e]2;t\a"
?replies = ""
?events = ""
?title = "t"
REPLAY off
PUSH "\e[5n"
?replies = "\e[0n"
