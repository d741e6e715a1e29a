=== the simple attributes
PUSH "\e[1ma\e[2mb\e[3mc\e[5md\e[7me\e[8mf\e[9mg"
?cell 0,0 = "a" bold
?cell 0,1 = "b" bold dim
?cell 0,2 = "c" bold dim italic
?cell 0,3 = "d" bold dim italic blink
?cell 0,4 = "e" bold dim italic blink reverse
?cell 0,5 = "f" bold dim italic blink reverse hidden
?cell 0,6 = "g" bold dim italic blink reverse hidden strike

=== and back
PUSH "\e[1;2;3;4;5;7;8;9m\e[22ma\e[23mb\e[24mc\e[25md\e[27me\e[28mf\e[29mg"
?cell 0,0 = "a" italic blink reverse hidden strike under=1
?cell 0,3 = "d" reverse hidden strike
?cell 0,6 = "g"

=== an empty SGR resets
PUSH "\e[1;31ma\e[mb"
?cell 0,0 = "a" bold fg=1
?cell 0,1 = "b"

=== an empty parameter resets
PUSH "\e[1;31;;4ma"
?cell 0,0 = "a" under=1

=== SGR 0 in the middle
PUSH "\e[1;0;3ma"
?cell 0,0 = "a" italic

=== underline styles
PUSH "\e[4ma\e[4:0mb\e[4:2mc\e[4:3md\e[4:4me\e[4:5mf\e[21mg\e[4:1mh\e[24mi"
?cell 0,0 = "a" under=1
?cell 0,1 = "b"
?cell 0,2 = "c" under=2
?cell 0,3 = "d" under=3
?cell 0,4 = "e" under=4
?cell 0,5 = "f" under=5
?cell 0,6 = "g" under=2
?cell 0,7 = "h" under=1
?cell 0,8 = "i"

=== an unknown underline style is ignored
PUSH "\e[4:9ma"
?cell 0,0 = "a"

=== eight and sixteen colours
PUSH "\e[31;42ma\e[91;102mb\e[39mc\e[49md"
?cell 0,0 = "a" fg=1 bg=2
?cell 0,1 = "b" fg=9 bg=10
?cell 0,2 = "c" bg=10
?cell 0,3 = "d"

=== 256 colours with semicolons
PUSH "\e[38;5;196;48;5;21;1ma"
?cell 0,0 = "a" bold fg=196 bg=21

=== 256 colours with colons
PUSH "\e[38:5:196;48:5:21;1ma"
?cell 0,0 = "a" bold fg=196 bg=21

=== 24 bits with semicolons
PUSH "\e[38;2;1;2;3;48;2;255;254;253;4ma"
?cell 0,0 = "a" under=1 fg=#010203 bg=#fffefd

=== 24 bits with colons, without a colour space
PUSH "\e[38:2:1:2:3;48:2:255:254:253ma"
?cell 0,0 = "a" fg=#010203 bg=#fffefd

=== 24 bits with colons and an empty colour space
PUSH "\e[38:2::1:2:3;48:2::255:254:253ma"
?cell 0,0 = "a" fg=#010203 bg=#fffefd

=== 24 bits with a colour space and a tolerance
PUSH "\e[38:2:0:1:2:3:9:9ma"
?cell 0,0 = "a" fg=#010203

=== underline colour is not blink
PUSH "\e[4;58;5;5ma\e[58;2;5;5;5mb\e[58:2::1:2:3mc\e[59md"
?cell 0,0 = "a" under=1 ul=5
?cell 0,1 = "b" under=1 ul=#050505
?cell 0,2 = "c" under=1 ul=#010203
?cell 0,3 = "d" under=1

=== a colour cut short is ignored
PUSH "\e[38;5ma\e[38;2;1;2mb\e[38mc\e[38:2:1md"
?cell 0,0 = "a"
?cell 0,1 = "b"
?cell 0,2 = "c"
?cell 0,3 = "d"

=== values beyond 255 are no colours
PUSH "\e[38;5;256ma\e[38;2;1;2;300mb"
?cell 0,0 = "a"
?cell 0,1 = "b"

=== subparameters of what has none are skipped
PUSH "\e[1:5;31:7ma"
?cell 0,0 = "a" bold fg=1

=== seventeen empty parameters
PUSH "\e[1m\e[;;;;;;;;;;;;;;;;mx"
?cell 0,0 = "x"

=== an ordinary line of three colours and a curl
PUSH "\e[38:2:59:66:97;48:2:36:40:59;58:2:224:175:104;4:3mx"
?cell 0,0 = "x" under=3 fg=#3b4261 bg=#24283b ul=#e0af68

=== more parameters than there is room for
PUSH "\e[31;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;32;1;33;44mx"
?cell 0,0 = "x" bold fg=2

=== CSI > m and CSI ? m are not SGR
PUSH "\e[>4;1m\e[?4mx\e[>4mx"
?cell 0,0 = "x"
?cell 0,1 = "x"

=== more underline colours than a screen can number
SIZE 20 20
PUSH "\e[4;58:2::1:1:1ma\e[58:2::1:1:2mb"
?cell 0,1 = "b" under=1 ul=#010102

=== attributes of a wide glyph are on both halves
PUSH "\e[41m\u{4e16}"
?cell 0,0 = "\u{4e16}" wide bg=1
?cell 0,1 = tail bg=1

=== bright and bold are different things
PUSH "\e[1;34ma\e[22;94mb"
?cell 0,0 = "a" bold fg=4
?cell 0,1 = "b" fg=12
