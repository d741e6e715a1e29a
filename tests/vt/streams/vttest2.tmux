@ 766 20,40


         VT100 test program, version 2.7 (20221229)
         Screen size 40x80 (120 max) Line speed 38400bd
         Choose test type:

          0. Exit
          1. Test of cursor movements
          2. Test of screen features
          3. Test of character sets
          4. Test of double-sized characters
          5. Test of keyboard
          6. Test of terminal reports
          7. Test of VT52 mode
          8. Test of VT102 features (Insert/Delete Char/Line)
          9. Test of known bugs
          10. Test of reset and self-test
          11. Test non-VT100 (e.g., VT220, XTERM) terminals
          12. Modify test-parameters

          Enter choice number (0 - 12):



















@ 1299 7,13
************************************************************************************************************************
****************************************
************************************************************************************************************************

This should be three identical lines of *'s completely filling
the top of the screen without any empty lines between.
(Test of WRAP AROUND mode setting.)
Push <RETURN>











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
@ 1799 4,35
      *     *     *     *     *     *     *     *     *     *     *     *     *
      *     *     *     *     *     *     *     *     *     *     *     *     *

Test of TAB setting/resetting. These two lines
should look the same. Push <RETURN>



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
@ 2937 19,74
12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789

  This is 120 column mode, light background.
   This is 120 column mode, light background.
    This is 120 column mode, light background.
     This is 120 column mode, light background.
      This is 120 column mode, light background.
       This is 120 column mode, light background.
        This is 120 column mode, light background.
         This is 120 column mode, light background.
          This is 120 column mode, light background.
           This is 120 column mode, light background.
            This is 120 column mode, light background.
             This is 120 column mode, light background.
              This is 120 column mode, light background.
               This is 120 column mode, light background.
                This is 120 column mode, light background.
                 This is 120 column mode, light background.
                  This is 120 column mode, light background.
                   This is 120 column mode, light background.Push <RETURN>
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
@ 3912 19,73
1234567890123456789012345678901234567890123456789012345678901234567890123456789
=
  This is 80 column mode, light background.
   This is 80 column mode, light background.
    This is 80 column mode, light background.
     This is 80 column mode, light background.
      This is 80 column mode, light background.
       This is 80 column mode, light background.
        This is 80 column mode, light background.
         This is 80 column mode, light background.
          This is 80 column mode, light background.
           This is 80 column mode, light background.
            This is 80 column mode, light background.
             This is 80 column mode, light background.
              This is 80 column mode, light background.
               This is 80 column mode, light background.
                This is 80 column mode, light background.
                 This is 80 column mode, light background.
                  This is 80 column mode, light background.
                   This is 80 column mode, light background.Push <RETURN>
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
@ 5032 19,73
12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789
=
  This is 120 column mode, dark background.
   This is 120 column mode, dark background.
    This is 120 column mode, dark background.
     This is 120 column mode, dark background.
      This is 120 column mode, dark background.
       This is 120 column mode, dark background.
        This is 120 column mode, dark background.
         This is 120 column mode, dark background.
          This is 120 column mode, dark background.
           This is 120 column mode, dark background.
            This is 120 column mode, dark background.
             This is 120 column mode, dark background.
              This is 120 column mode, dark background.
               This is 120 column mode, dark background.
                This is 120 column mode, dark background.
                 This is 120 column mode, dark background.
                  This is 120 column mode, dark background.
                   This is 120 column mode, dark background.Push <RETURN>
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
@ 5989 19,72
1234567890123456789012345678901234567890123456789012345678901234567890123456789
=
  This is 80 column mode, dark background.
   This is 80 column mode, dark background.
    This is 80 column mode, dark background.
     This is 80 column mode, dark background.
      This is 80 column mode, dark background.
       This is 80 column mode, dark background.
        This is 80 column mode, dark background.
         This is 80 column mode, dark background.
          This is 80 column mode, dark background.
           This is 80 column mode, dark background.
            This is 80 column mode, dark background.
             This is 80 column mode, dark background.
              This is 80 column mode, dark background.
               This is 80 column mode, dark background.
                This is 80 column mode, dark background.
                 This is 80 column mode, dark background.
                  This is 80 column mode, dark background.
                   This is 80 column mode, dark background.Push <RETURN>
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
@ 10520 19,13

=

















Push <RETURN>
Soft scroll down region [20..21] size 2 Line 45
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
@ 15036 0,13
Push <RETURN>
Soft scroll down region [1..40] size 40 Line 45
Soft scroll down region [1..40] size 40 Line 44
Soft scroll down region [1..40] size 40 Line 43
Soft scroll down region [1..40] size 40 Line 42
Soft scroll down region [1..40] size 40 Line 41
Soft scroll down region [1..40] size 40 Line 40
Soft scroll down region [1..40] size 40 Line 39
Soft scroll down region [1..40] size 40 Line 38
Soft scroll down region [1..40] size 40 Line 37
Soft scroll down region [1..40] size 40 Line 36
Soft scroll down region [1..40] size 40 Line 35
Soft scroll down region [1..40] size 40 Line 34
Soft scroll down region [1..40] size 40 Line 33
Soft scroll down region [1..40] size 40 Line 32
Soft scroll down region [1..40] size 40 Line 31
Soft scroll down region [1..40] size 40 Line 30
Soft scroll down region [1..40] size 40 Line 29
Soft scroll down region [1..40] size 40 Line 28
Soft scroll down region [1..40] size 40 Line 27
Soft scroll down region [1..40] size 40 Line 26
Soft scroll down region [1..40] size 40 Line 25
Soft scroll down region [1..40] size 40 Line 24
Soft scroll down region [1..40] size 40 Line 23
Soft scroll down region [1..40] size 40 Line 22
Soft scroll down region [1..40] size 40 Line 21
Soft scroll down region [1..40] size 40 Line 20
Soft scroll down region [1..40] size 40 Line 19
Soft scroll down region [1..40] size 40 Line 18
Soft scroll down region [1..40] size 40 Line 17
Soft scroll down region [1..40] size 40 Line 16
Soft scroll down region [1..40] size 40 Line 15
Soft scroll down region [1..40] size 40 Line 14
Soft scroll down region [1..40] size 40 Line 13
Soft scroll down region [1..40] size 40 Line 12
Soft scroll down region [1..40] size 40 Line 11
Soft scroll down region [1..40] size 40 Line 10
Soft scroll down region [1..40] size 40 Line 9
Soft scroll down region [1..40] size 40 Line 8
Soft scroll down region [1..40] size 40 Line 7
@ 19558 19,13



















Push <RETURN>
Jump scroll down region [20..21] size 2 Line 45



















@ 24074 0,13
Push <RETURN>
Jump scroll down region [1..40] size 40 Line 45
Jump scroll down region [1..40] size 40 Line 44
Jump scroll down region [1..40] size 40 Line 43
Jump scroll down region [1..40] size 40 Line 42
Jump scroll down region [1..40] size 40 Line 41
Jump scroll down region [1..40] size 40 Line 40
Jump scroll down region [1..40] size 40 Line 39
Jump scroll down region [1..40] size 40 Line 38
Jump scroll down region [1..40] size 40 Line 37
Jump scroll down region [1..40] size 40 Line 36
Jump scroll down region [1..40] size 40 Line 35
Jump scroll down region [1..40] size 40 Line 34
Jump scroll down region [1..40] size 40 Line 33
Jump scroll down region [1..40] size 40 Line 32
Jump scroll down region [1..40] size 40 Line 31
Jump scroll down region [1..40] size 40 Line 30
Jump scroll down region [1..40] size 40 Line 29
Jump scroll down region [1..40] size 40 Line 28
Jump scroll down region [1..40] size 40 Line 27
Jump scroll down region [1..40] size 40 Line 26
Jump scroll down region [1..40] size 40 Line 25
Jump scroll down region [1..40] size 40 Line 24
Jump scroll down region [1..40] size 40 Line 23
Jump scroll down region [1..40] size 40 Line 22
Jump scroll down region [1..40] size 40 Line 21
Jump scroll down region [1..40] size 40 Line 20
Jump scroll down region [1..40] size 40 Line 19
Jump scroll down region [1..40] size 40 Line 18
Jump scroll down region [1..40] size 40 Line 17
Jump scroll down region [1..40] size 40 Line 16
Jump scroll down region [1..40] size 40 Line 15
Jump scroll down region [1..40] size 40 Line 14
Jump scroll down region [1..40] size 40 Line 13
Jump scroll down region [1..40] size 40 Line 12
Jump scroll down region [1..40] size 40 Line 11
Jump scroll down region [1..40] size 40 Line 10
Jump scroll down region [1..40] size 40 Line 9
Jump scroll down region [1..40] size 40 Line 8
Jump scroll down region [1..40] size 40 Line 7
@ 24233 38,73

Origin mode test. This line should be at the bottom of the screen.




































This line should be the one above the bottom of the screen. Push <RETURN>

@ 24380 0,59
This line should be at the top of the screen. Push <RETURN>

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

Origin mode test. This line should be at the bottom of the screen.
@ 24961 38,30
                   Graphic rendition test pattern:
=
=
vanilla                                [1mbold
[1m
[1m[0m[39m[49m     [4munderline[0m[39m[49m                              [1;4mbold underline
[1;4m
[1;4m[0;5m[39m[49mblink[0m[39m[49m                                  [1;5mbold blink
[1;5m
[1;5m[0m[39m[49m     [4;5munderline blink[0m[39m[49m                        [1;4;5mbold underline blink
[1;4;5m
[1;4;5m[0;7m[39m[49mnegative[0m[39m[49m                               [1;7mbold negative
[1;7m
[1;7m[0m[39m[49m     [4;7munderline negative[0m[39m[49m                     [1;4;7mbold underline negative
[1;4;7m
[1;4;7m[0;5;7m[39m[49mblink negative[0m[39m[49m                         [1;5;7mbold blink negative
[1;5;7m
[1;5;7m[0m[39m[49m     [4;5;7munderline blink negative[0m[39m[49m               [1;4;5;7mbold underline blink negative
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m
[1;4;5;7m[0m[39m[49mDark background. Push <RETURN>

@ 25008 38,31
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
[1;4;5;7m[0m[39m[49mLight background. Push <RETURN>
=
@ 26353 23,13
AAAAA
AAAAA
AAAAA
AAAAA



           normal      bold        underscored blinking    reversed

stars:     **********  [1m**********[0m[39m[49m  [4m**********[0m[39m[49m  [5m**********[0m[39m[49m  [7m**********
[7m
[7m[0m[39m[49mline:      qqqqqqqqqq  [1mqqqqqqqqqq[0m[39m[49m  [4mqqqqqqqqqq[0m[39m[49m  [5mqqqqqqqqqq[0m[39m[49m  [7mqqqqqqqqqq
[7m
[7m[0m[39m[49mx'es:      xxxxxxxxxx  [1mxxxxxxxxxx[0m[39m[49m  [4mxxxxxxxxxx[0m[39m[49m  [5mxxxxxxxxxx[0m[39m[49m  [7mxxxxxxxxxx
[7m
[7m[0m[39m[49mdiamonds:  ``````````  [1m``````````[0m[39m[49m  [4m``````````[0m[39m[49m  [5m``````````[0m[39m[49m  [7m``````````
[7m
[7m
[7m
[7m
[7m[0m[39m[49mTest of the SAVE/RESTORE CURSOR feature. There should
be ten characters of each flavour, and a rectangle
of 5 x 4 A's filling the top left of the screen.
Push <RETURN>















=
@ 27063 20,40


         VT100 test program, version 2.7 (20221229)
         Screen size 40x80 (120 max) Line speed 38400bd
         Choose test type:
=
          0. Exit
          1. Test of cursor movements
          2. Test of screen features
          3. Test of character sets
          4. Test of double-sized characters
          5. Test of keyboard
          6. Test of terminal reports
          7. Test of VT52 mode
          8. Test of VT102 features (Insert/Delete Char/Line)
          9. Test of known bugs
          10. Test of reset and self-test
          11. Test non-VT100 (e.g., VT220, XTERM) terminals
          12. Modify test-parameters

          Enter choice number (0 - 12):



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
@ 27065 21,0
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
=
=
@ 27067 22,0
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
=
=
@ 27069 23,0
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
=
=
@ 27151 15,0
=
=



=





                             That's all, folks!







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
