@ 2551 39,18
Plain text, then 世界 wide, é combining, äöü.
line 0:
line 1: the quick brown fox jumps over the lazy dog
line 2: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 3: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jump
s over the lazy dog
line 4:
line 5: the quick brown fox jumps over the lazy dog
line 6: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 7: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jump
s over the lazy dog
line 8:
line 9: the quick brown fox jumps over the lazy dog
line 10: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 11: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 12:
line 13: the quick brown fox jumps over the lazy dog
line 14: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 15: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 16:
line 17: the quick brown fox jumps over the lazy dog
line 18: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 19: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 20:
line 21: the quick brown fox jumps over the lazy dog
line 22: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 23: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 24:
line 25: the quick brown fox jumps over the lazy dog
line 26: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 27: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 28:
line 29: the quick brown fox jumps over the lazy dog
line 30: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m/tmp/vt-sample.txt
@ 7677 39,1
line 62: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 63: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 64:
line 65: the quick brown fox jumps over the lazy dog
line 66: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 67: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 68:
line 69: the quick brown fox jumps over the lazy dog
line 70: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 71: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 72:
line 73: the quick brown fox jumps over the lazy dog
line 74: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 75: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 76:
line 77: the quick brown fox jumps over the lazy dog
line 78: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 79: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 80:
line 81: the quick brown fox jumps over the lazy dog
line 82: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 83: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 84:
line 85: the quick brown fox jumps over the lazy dog
line 86: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 87: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 88:
line 89: the quick brown fox jumps over the lazy dog
line 90: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
line 91: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox jum
ps over the lazy dog
line 92:
:
@ 13841 39,1
line 63: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 64:
line 65: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 66: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 67: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 68:
line 69: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 70: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 71: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 72:
line 73: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 74: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 75: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 76:
line 77: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 78: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 79: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 80:
line 81: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 82: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 83: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 84:
line 85: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 86: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 87: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 88:
line 89: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 90: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 91: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 92:
line 93: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
=
@ 17135 39,1
line 31: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 32:
line 33: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 34: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 35: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 36:
line 37: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 38: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 39: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 40:
line 41: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 42: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 43: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 44:
line 45: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 46: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 47: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 48:
line 49: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 50: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 51: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 52:
line 53: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 54: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 55: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 56:
line 57: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 58: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 59: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
=
line 60:
line 61: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
=
@ 20236 39,1
Plain text, then 世界 wide, é combining, äöü.
line 0:
line 1: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 2: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 3: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jump
s over the lazy dog
line 4:
line 5: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 6: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 7: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jump
s over the lazy dog
line 8:
line 9: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 10: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 11: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 12:
line 13: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 14: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 15: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 16:
line 17: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 18: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 19: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 20:
line 21: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 22: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 23: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 24:
line 25: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 26: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 27: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jum
ps over the lazy dog
line 28:
line 29: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 30: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
=
@ 23373 39,5
line 169: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 170: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 171: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 172:
line 173: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 174: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 175: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 176:
line 177: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 178: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 179: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 180:
line 181: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 182: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 183: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 184:
line 185: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 186: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 187: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 188:
line 189: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 190: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 191: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 192:
line 193: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 194: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 195: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
line 196:
line 197: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 198: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog
line 199: the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m jumps over the lazy dog the quick brown [7mfox[0m[39m[49m ju
mps over the lazy dog
[7m(END)
@ 25747 39,45

                   [1mSUMMARY[0m[39m[49m [1mOF[0m[39m[49m [1mLESS[0m[39m[49m [1mCOMMANDS
[1m
[1m[0m[39m[49m      Commands marked with * may be preceded by a number, [4mN[0m[39m[49m.
      Notes in parentheses indicate the behavior if [4mN[0m[39m[49m is given.
      A key preceded by a caret indicates the Ctrl key; thus ^K is ctrl-K.

  h  H                 Display this help.
  q  :q  Q  :Q  ZZ     Exit.
 ---------------------------------------------------------------------------

                           [1mMOVING
[1m
[1m[0m[39m[49m  e  ^E  j  ^N  CR  *  Forward  one line   (or [4mN[0m[39m[49m lines).
  y  ^Y  k  ^K  ^P  *  Backward one line   (or [4mN[0m[39m[49m lines).
  f  ^F  ^V  SPACE  *  Forward  one window (or [4mN[0m[39m[49m lines).
  b  ^B  ESC-v      *  Backward one window (or [4mN[0m[39m[49m lines).
  z                 *  Forward  one window (and set window to [4mN[0m[39m[49m).
  w                 *  Backward one window (and set window to [4mN[0m[39m[49m).
  ESC-SPACE         *  Forward  one window, but don't stop at end-of-file.
  d  ^D             *  Forward  one half-window (and set half-window to [4mN[0m[39m[49m).
  u  ^U             *  Backward one half-window (and set half-window to [4mN[0m[39m[49m).
  ESC-)  RightArrow *  Right one half screen width (or [4mN[0m[39m[49m positions).
  ESC-(  LeftArrow  *  Left  one half screen width (or [4mN[0m[39m[49m positions).
  ESC-}  ^RightArrow   Right to last column displayed.
  ESC-{  ^LeftArrow    Left  to first column.
  F                    Forward forever; like "tail -f".
  ESC-F                Like F but stop when search pattern is found.
  r  ^R  ^L            Repaint screen.
  R                    Repaint screen, discarding buffered input.
        ---------------------------------------------------
        Default "window" is the screen height.
        Default "half-window" is half of the screen height.
 ---------------------------------------------------------------------------

                          [1mSEARCHING
[1m
[1m[0m[39m[49m  /[4mpattern[0m[39m[49m          *  Search forward for ([4mN[0m[39m[49m-th) matching line.
  ?[4mpattern[0m[39m[49m          *  Search backward for ([4mN[0m[39m[49m-th) matching line.
[7mHELP -- Press RETURN for more, or q when done
@ 28876 0,0
=





=



=























=





