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



















@ 1221 16,39
=
=
         Menu 11: Non-VT100 Tests

=
=
=
          1. Test of VT220 features
          2. Test of VT320 features
          3. Test of VT420 features
          4. Test of VT520 features
          5. Test ISO-6429 cursor-movement
          6. Test ISO-6429 colors
          7. Test other ISO-6429 features
          8. Test XTERM special features

          Enter choice number (0 - 8):


=

=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 1666 15,39
=
=
         Menu 11.1: VT220 Tests
=
=
=
=
          1. Test reporting functions
          2. Test screen-display functions
          3. Test 8-bit controls (S7C1T/S8C1T)
          4. Test Printer (MC)
          5. Test Soft Character Sets (DECDLD)
          6. Test Soft Terminal Reset (DECSTR)
          7. Test User-Defined Keys (DECUDK)

          Enter choice number (0 - 7):

=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2000 12,39
=
=
         Menu 11.1.2: VT220 Screen-Display Tests
=
=
=
=
          1. Test Send/Receive mode (SRM)
          2. Test Visible/Invisible Cursor (DECTCEM)
          3. Test Erase Char (ECH)
          4. Test Protected-Areas (DECSCA)

          Enter choice number (0 - 4):

=

=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2002 13,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2004 14,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2006 15,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2008 16,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2010 17,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2012 18,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2457 15,39
=
=
         Menu 11.1: VT220 Tests
=
=
=
=
          1. Test reporting functions
          2. Test screen-display functions
          3. Test 8-bit controls (S7C1T/S8C1T)
          4. Test Printer (MC)
          5. Test Soft Character Sets (DECDLD)
          6. Test Soft Terminal Reset (DECSTR)
          7. Test User-Defined Keys (DECUDK)
=
          Enter choice number (0 - 7):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2791 12,39
=
=
         Menu 11.1.2: VT220 Screen-Display Tests
=
=
=
=
          1. Test Send/Receive mode (SRM)
          2. Test Visible/Invisible Cursor (DECTCEM)
          3. Test Erase Char (ECH)
          4. Test Protected-Areas (DECSCA)

          Enter choice number (0 - 4):

=

=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 2856 1,13
The cursor should be invisible
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
=
=
=
=
=
=
=
=
=
=
@ 2914 3,13
=
=
The cursor should be visible again
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
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 3243 12,39


         Menu 11.1.2: VT220 Screen-Display Tests

         Choose test type:
=
          0. Exit
          1. Test Send/Receive mode (SRM)
          2. Test Visible/Invisible Cursor (DECTCEM)
          3. Test Erase Char (ECH)
          4. Test Protected-Areas (DECSCA)
=
          Enter choice number (0 - 4):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 3245 13,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 3247 14,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 3692 15,39
=
=
         Menu 11.1: VT220 Tests
=
=
=
=
          1. Test reporting functions
          2. Test screen-display functions
          3. Test 8-bit controls (S7C1T/S8C1T)
          4. Test Printer (MC)
          5. Test Soft Character Sets (DECDLD)
          6. Test Soft Terminal Reset (DECSTR)
          7. Test User-Defined Keys (DECUDK)
=
          Enter choice number (0 - 7):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 4146 16,39
=
=
         Menu 11: Non-VT100 Tests
=
=
=
=
          1. Test of VT220 features
          2. Test of VT320 features
          3. Test of VT420 features
          4. Test of VT520 features
          5. Test ISO-6429 cursor-movement
          6. Test ISO-6429 colors
          7. Test other ISO-6429 features
          8. Test XTERM special features

          Enter choice number (0 - 8):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 4743 17,39
=
=
         Menu 11.6: ISO 6429 colors
=
=
=
=
          1. Disable color-switching
          2. Display color test-pattern
          3. Test SGR-0 color reset
          4. Test BCE-style clear line/display (ED, EL)
          5. Test BCE-style clear line/display (ECH, Indexing)
          6. Test of VT102-style features with BCE
          7. Test other ISO-6429 features with BCE
          8. Test screen features with BCE
          9. Test screen features with ISO 6429 SGR 22-27 codes

          Enter choice number (0 - 9):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 4745 18,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 5199 16,39
=
=
         Menu 11: Non-VT100 Tests
=
=
=
=
          1. Test of VT220 features
          2. Test of VT320 features
          3. Test of VT420 features
          4. Test of VT520 features
          5. Test ISO-6429 cursor-movement
          6. Test ISO-6429 colors
          7. Test other ISO-6429 features
          8. Test XTERM special features

          Enter choice number (0 - 8):

=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 5914 20,40
=
=
         VT100 test program, version 2.7 (20221229)
         Screen size 40x80 (120 max) Line speed 38400bd
=
=
=
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
=
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
