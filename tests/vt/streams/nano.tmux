@ 4091 1,4
[7m  GNU nano 7.2                                       /tmp/vt-sample.txt                                                 
[7m  1[0m[39m[49m Plain text, then 世界 wide, é combining, äöü.
[7m  2[0m[39m[49m line 0:
[7m  3[0m[39m[49m line 1: the quick brown fox jumps over the lazy dog
[7m  4[0m[39m[49m line 2: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m  5[0m[39m[49m line 3: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox[7m>
[7m  6[0m[39m[49m line 4:
[7m  7[0m[39m[49m line 5: the quick brown fox jumps over the lazy dog
[7m  8[0m[39m[49m line 6: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m  9[0m[39m[49m line 7: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fox[7m>
[7m 10[0m[39m[49m line 8:
[7m 11[0m[39m[49m line 9: the quick brown fox jumps over the lazy dog
[7m 12[0m[39m[49m line 10: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 13[0m[39m[49m line 11: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 14[0m[39m[49m line 12:
[7m 15[0m[39m[49m line 13: the quick brown fox jumps over the lazy dog
[7m 16[0m[39m[49m line 14: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 17[0m[39m[49m line 15: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 18[0m[39m[49m line 16:
[7m 19[0m[39m[49m line 17: the quick brown fox jumps over the lazy dog
[7m 20[0m[39m[49m line 18: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 21[0m[39m[49m line 19: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 22[0m[39m[49m line 20:
[7m 23[0m[39m[49m line 21: the quick brown fox jumps over the lazy dog
[7m 24[0m[39m[49m line 22: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 25[0m[39m[49m line 23: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 26[0m[39m[49m line 24:
[7m 27[0m[39m[49m line 25: the quick brown fox jumps over the lazy dog
[7m 28[0m[39m[49m line 26: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 29[0m[39m[49m line 27: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 30[0m[39m[49m line 28:
[7m 31[0m[39m[49m line 29: the quick brown fox jumps over the lazy dog
[7m 32[0m[39m[49m line 30: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 33[0m[39m[49m line 31: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 34[0m[39m[49m line 32:
[7m 35[0m[39m[49m line 33: the quick brown fox jumps over the lazy dog
[7m 36[0m[39m[49m line 34: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
                                                   [7m[ Read 201 lines ]
[7m^G[0m[39m[49m Help        [7m^O[0m[39m[49m Write Out   [7m^W[0m[39m[49m Where Is    [7m^K[0m[39m[49m Cut         [7m^T[0m[39m[49m Execute     [7m^C[0m[39m[49m Location    [7mM-U[0m[39m[49m Undo       [7mM-A[0m[39m[49m Set Mark
[7m^X[0m[39m[49m Exit        [7m^R[0m[39m[49m Read File   [7m^\[0m[39m[49m Replace     [7m^U[0m[39m[49m Paste       [7m^J[0m[39m[49m Justify     [7m^/[0m[39m[49m Go To Line  [7mM-E[0m[39m[49m Redo       [7mM-6[0m[39m[49m Copy
@ 4232 4,10
[7m  GNU nano 7.2                                       /tmp/vt-sample.txt *                                               
[7m  1[0m[39m[49m hello Plain text, then 世界 wide, é combining, äöü.
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 7983 5,29
=
[7m 35[0m[39m[49m line 33: the quick brown fox jumps over the lazy dog
[7m 36[0m[39m[49m line 34: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 37[0m[39m[49m line 35: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 38[0m[39m[49m line 36:
[7m 39[0m[39m[49m line 37: the quick brown [30m[103mfox[39m[49m jumps over the lazy dog
[7m 40[0m[39m[49m line 38: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 41[0m[39m[49m line 39: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 42[0m[39m[49m line 40:
[7m 43[0m[39m[49m line 41: the quick brown fox jumps over the lazy dog
[7m 44[0m[39m[49m line 42: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 45[0m[39m[49m line 43: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 46[0m[39m[49m line 44:
[7m 47[0m[39m[49m line 45: the quick brown fox jumps over the lazy dog
[7m 48[0m[39m[49m line 46: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 49[0m[39m[49m line 47: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 50[0m[39m[49m line 48:
[7m 51[0m[39m[49m line 49: the quick brown fox jumps over the lazy dog
[7m 52[0m[39m[49m line 50: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 53[0m[39m[49m line 51: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 54[0m[39m[49m line 52:
[7m 55[0m[39m[49m line 53: the quick brown fox jumps over the lazy dog
[7m 56[0m[39m[49m line 54: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 57[0m[39m[49m line 55: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 58[0m[39m[49m line 56:
[7m 59[0m[39m[49m line 57: the quick brown fox jumps over the lazy dog
[7m 60[0m[39m[49m line 58: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 61[0m[39m[49m line 59: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 62[0m[39m[49m line 60:
[7m 63[0m[39m[49m line 61: the quick brown fox jumps over the lazy dog
[7m 64[0m[39m[49m line 62: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 65[0m[39m[49m line 63: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 66[0m[39m[49m line 64:
[7m 67[0m[39m[49m line 65: the quick brown fox jumps over the lazy dog
[7m 68[0m[39m[49m line 66: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 69[0m[39m[49m line 67: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 70[0m[39m[49m line 68:

=
=
@ 9439 5,4
=
=
=
=
=
[7m 39[0m[39m[49m line 38: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 40[0m[39m[49m line 39: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 41[0m[39m[49m line 40:
[7m 42[0m[39m[49m line 41: the quick brown fox jumps over the lazy dog
[7m 43[0m[39m[49m line 42: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 44[0m[39m[49m line 43: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 45[0m[39m[49m line 44:
[7m 46[0m[39m[49m line 45: the quick brown fox jumps over the lazy dog
[7m 47[0m[39m[49m line 46: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 48[0m[39m[49m line 47: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 49[0m[39m[49m line 48:
[7m 50[0m[39m[49m line 49: the quick brown fox jumps over the lazy dog
[7m 51[0m[39m[49m line 50: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 52[0m[39m[49m line 51: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 53[0m[39m[49m line 52:
[7m 54[0m[39m[49m line 53: the quick brown fox jumps over the lazy dog
[7m 55[0m[39m[49m line 54: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 56[0m[39m[49m line 55: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 57[0m[39m[49m line 56:
[7m 58[0m[39m[49m line 57: the quick brown fox jumps over the lazy dog
[7m 59[0m[39m[49m line 58: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 60[0m[39m[49m line 59: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 61[0m[39m[49m line 60:
[7m 62[0m[39m[49m line 61: the quick brown fox jumps over the lazy dog
[7m 63[0m[39m[49m line 62: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 64[0m[39m[49m line 63: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 65[0m[39m[49m line 64:
[7m 66[0m[39m[49m line 65: the quick brown fox jumps over the lazy dog
[7m 67[0m[39m[49m line 66: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 68[0m[39m[49m line 67: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 69[0m[39m[49m line 68:
[7m 70[0m[39m[49m line 69: the quick brown fox jumps over the lazy dog
=
=
=
@ 12716 7,4
=
=
=
=
=
[7m 39[0m[39m[49m line 37: the quick brown fox jumps over the lazy dog
[7m 40[0m[39m[49m line 38: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 41[0m[39m[49m line 39: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 42[0m[39m[49m line 40:
[7m 43[0m[39m[49m line 41: the quick brown fox jumps over the lazy dog
[7m 44[0m[39m[49m line 42: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 45[0m[39m[49m line 43: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 46[0m[39m[49m line 44:
[7m 47[0m[39m[49m line 45: the quick brown fox jumps over the lazy dog
[7m 48[0m[39m[49m line 46: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 49[0m[39m[49m line 47: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 50[0m[39m[49m line 48:
[7m 51[0m[39m[49m line 49: the quick brown fox jumps over the lazy dog
[7m 52[0m[39m[49m line 50: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 53[0m[39m[49m line 51: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 54[0m[39m[49m line 52:
[7m 55[0m[39m[49m line 53: the quick brown fox jumps over the lazy dog
[7m 56[0m[39m[49m line 54: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 57[0m[39m[49m line 55: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 58[0m[39m[49m line 56:
[7m 59[0m[39m[49m line 57: the quick brown fox jumps over the lazy dog
[7m 60[0m[39m[49m line 58: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 61[0m[39m[49m line 59: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 62[0m[39m[49m line 60:
[7m 63[0m[39m[49m line 61: the quick brown fox jumps over the lazy dog
[7m 64[0m[39m[49m line 62: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 65[0m[39m[49m line 63: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 66[0m[39m[49m line 64:
[7m 67[0m[39m[49m line 65: the quick brown fox jumps over the lazy dog
[7m 68[0m[39m[49m line 66: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 69[0m[39m[49m line 67: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 70[0m[39m[49m line 68:
=
=
=
@ 18154 1,0
[7m                                                   Main nano help text                                                  
[7m[0m[36m[49mM-U[39m              Undo the last operation
[36mM-E[39m              Redo the last undone operation

[36mM-A[39m    ([36m^6[39m)      Mark text starting from the cursor position
[36mM-6[39m    ([36mM-^[39m)     Copy current line (or marked region) and store it in cutbuffer

[36mM-][39m              Go to the matching bracket

[36m^Q[39m               Search backward for a string or a regular expression
[36mM-Q[39m              Search next occurrence backward
[36mM-W[39m              Search next occurrence forward

[36m^B[39m     ([36m◂[39m)       Go back one character
[36m^F[39m     ([36m▸[39m)       Go forward one character
[36m^◂[39m     ([36mM-Space[39m) Go back one word
[36m^▸[39m     ([36m^Space[39m)  Go forward one word
[36m^A[39m     ([36mHome[39m)    Go to beginning of current line
[36m^E[39m     ([36mEnd[39m)     Go to end of current line

[36m^P[39m     ([36m▴[39m)       Go to previous line
[36m^N[39m     ([36m▾[39m)       Go to next line
[36mM-▴[39m    ([36mM--[39m)     Scroll up one line without moving the cursor textually
[36mM-▾[39m    ([36mM-+[39m)     Scroll down one line without moving the cursor textually

[36m^▴[39m     ([36mM-7[39m)     Go to previous block of text
[36m^▾[39m     ([36mM-8[39m)     Go to next block of text
[36mM-([39m    ([36mM-9[39m)     Go to beginning of paragraph; then of previous paragraph
[36mM-)[39m    ([36mM-0[39m)     Go just beyond end of paragraph; then of next paragraph

[36m^Y[39m     ([36mPgUp[39m)    Go one screenful up
[36m^V[39m     ([36mPgDn[39m)    Go one screenful down
[36mM-\[39m    ([36m^Home[39m)   Go to the first line of the file
[36mM-/[39m    ([36m^End[39m)    Go to the last line of the file

[36mM-◂[39m    ([36mM-,[39m)     Switch to the previous file buffer
[36mM-▸[39m    ([36mM-.[39m)     Switch to the next file buffer
=
[7m^L[0m[39m[49m Refresh          [7m^W[0m[39m[49m Where Is         [7mM-Q[0m[39m[49m Previous        [7m^P[0m[39m[49m Prev Line        [7m^Y[0m[39m[49m Prev Page        [7mM-\[0m[39m[49m First Line
[7m^X[0m[39m[49m Close            [7m^Q[0m[39m[49m Where Was        [7mM-W[0m[39m[49m Next            [7m^N[0m[39m[49m Next Line        [7m^V[0m[39m[49m Next Page        [7mM-/[0m[39m[49m Last Line
@ 22075 7,4
[7m  GNU nano 7.2                                       /tmp/vt-sample.txt *                                               
[7m 35[0m[39m[49m line 33: the quick brown fox jumps over the lazy dog
[7m 36[0m[39m[49m line 34: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 37[0m[39m[49m line 35: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 38[0m[39m[49m line 36:
[7m 39[0m[39m[49m line 37: the quick brown fox jumps over the lazy dog
[7m 40[0m[39m[49m line 38: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 41[0m[39m[49m line 39: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 42[0m[39m[49m line 40:
[7m 43[0m[39m[49m line 41: the quick brown fox jumps over the lazy dog
[7m 44[0m[39m[49m line 42: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 45[0m[39m[49m line 43: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 46[0m[39m[49m line 44:
[7m 47[0m[39m[49m line 45: the quick brown fox jumps over the lazy dog
[7m 48[0m[39m[49m line 46: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 49[0m[39m[49m line 47: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 50[0m[39m[49m line 48:
[7m 51[0m[39m[49m line 49: the quick brown fox jumps over the lazy dog
[7m 52[0m[39m[49m line 50: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 53[0m[39m[49m line 51: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 54[0m[39m[49m line 52:
[7m 55[0m[39m[49m line 53: the quick brown fox jumps over the lazy dog
[7m 56[0m[39m[49m line 54: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 57[0m[39m[49m line 55: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 58[0m[39m[49m line 56:
[7m 59[0m[39m[49m line 57: the quick brown fox jumps over the lazy dog
[7m 60[0m[39m[49m line 58: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 61[0m[39m[49m line 59: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 62[0m[39m[49m line 60:
[7m 63[0m[39m[49m line 61: the quick brown fox jumps over the lazy dog
[7m 64[0m[39m[49m line 62: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 65[0m[39m[49m line 63: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 66[0m[39m[49m line 64:
[7m 67[0m[39m[49m line 65: the quick brown fox jumps over the lazy dog
[7m 68[0m[39m[49m line 66: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog
[7m 69[0m[39m[49m line 67: the quick brown fox jumps over the lazy dog the quick brown fox jumps over the lazy dog the quick brown fo[7m>
[7m 70[0m[39m[49m line 68:
=
[7m^G[0m[39m[49m Help        [7m^O[0m[39m[49m Write Out   [7m^W[0m[39m[49m Where Is    [7m^K[0m[39m[49m Cut         [7m^T[0m[39m[49m Execute     [7m^C[0m[39m[49m Location    [7mM-U[0m[39m[49m Undo       [7mM-A[0m[39m[49m Set Mark
[7m^X[0m[39m[49m Exit        [7m^R[0m[39m[49m Read File   [7m^\[0m[39m[49m Replace     [7m^U[0m[39m[49m Paste       [7m^J[0m[39m[49m Justify     [7m^/[0m[39m[49m Go To Line  [7mM-E[0m[39m[49m Redo       [7mM-6[0m[39m[49m Copy
@ 22389 0,0





































=


