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



















@ 6321 13,67
********************************************************************************
*++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+        EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE        +*
*+        E                                                          E        +*
*+        E The screen should be cleared,  and have an unbroken bor- E        +*
*+        E der of *'s and +'s around the edge,   and exactly in the E        +*
*+        E middle  there should be a frame of E's around this  text E        +*
*+        E with  one (1) free position around it.    Push <RETURN>  E        +*
*+        E                                                          E        +*
*+        EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE        +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                                                            +*
*+                                ++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++
********************************************************************************
@ 13711 13,87
************************************************************************************************************************
*++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                            EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE                            +*
*+                            E                                                          E                            +*
*+                            E The screen should be cleared,  and have an unbroken bor- E                            +*
*+                            E der of *'s and +'s around the edge,   and exactly in the E                            +*
*+                            E middle  there should be a frame of E's around this  text E                            +*
*+                            E with  one (1) free position around it.    Push <RETURN>  E                            +*
*+                            E                                                          E                            +*
*+                            EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE                            +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*+                                                                                                                    +*
*++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++*
************************************************************************************************************************
@ 14486 37,13
Test of autowrap, mixing control and print characters.
The left/right margins should have letters in order:








A                                                                              aB
                                                                                b
C                                                                              C        c
D                                                                              d
E                                                                              eF
                                                                                f
G                                                                              G        g
H                                                                              h
I                                                                              iJ
                                                                                j
K                                                                              K        k
L                                                                              l
M                                                                              mN
                                                                                n
O                                                                              O        o
P                                                                              p
Q                                                                              qR
                                                                                r
S                                                                              S        s
T                                                                              t
U                                                                              uV
                                                                                v
W                                                                              W        w
X                                                                              x
Y                                                                              yZ
                                                                                z

Push <RETURN>


@ 15295 37,13
=
=
=
A                                                                                                                      a
B
b
C                                                                                                                      c
D                                                                                                                      d
E                                                                                                                      e
F
f
G                                                                                                                      g
H                                                                                                                      h
I                                                                                                                      i
J
j
K                                                                                                                      k
L                                                                                                                      l
M                                                                                                                      m
N
n
O                                                                                                                      o
P                                                                                                                      p
Q                                                                                                                      q
R
r
S                                                                                                                      s
T                                                                                                                      t
U                                                                                                                      u
V
v
W                                                                                                                      w
X                                                                                                                      x
Y                                                                                                                      y
Z
z
=
=
=
=
@ 15632 8,13
Test of cursor-control characters inside ESC sequences.
Below should be four identical lines:
=
A B C D E F G H I
A B C D E F G H I
A B C D E F G H I
A B C D E F G H I

Push <RETURN>



























=

=
=
@ 16444 19,13
Test of leading zeros in ESC sequences.
Two lines below you should see the sentence "This is a correct sentence".
=
This is a correct sentence



=

=
=
=
=
=
=
=
=
=
=
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
@ 17154 20,40


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
=
=
=
@ 17156 21,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 17158 22,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 17240 15,0
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
