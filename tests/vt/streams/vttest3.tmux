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



















@ 1539 21,40
=
=
         Menu 3: Character-Set Tests

=
=
=
          1. Reset (G0 ASCII, G1 Latin-1, no NRC mode)
          2. Enable highlighting of non-ISO-8859-1 mapping
          3. Enable National Replacement Character (NRC) mode
          4. Specify G0 (now US ASCII)
          5. Specify G1 (now ISO Latin-1)
          6. Specify G2 (now ISO Latin-1)
          7. Specify G3 (now ISO Latin-1)
          8. Test VT100 Character Sets
          9. Test Shift In/Shift Out (SI/SO)
          10. Test VT220 Locking Shifts
          11. Test VT220 Single Shifts
          12* Test Soft Character Sets
          13. Test Keyboard Layout with G0 Selection

          Enter choice number (0 - 13):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 3300 39,53
         Selected as G0 (with SI)              Selected as G1 (with SO)
=
[1mCharacter set B (US ASCII)
[1m[0m[39m[49m          !"#$%&'()*+,-./0123456789:;<=>?       !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_      @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~       `abcdefghijklmnopqrstuvwxyz{|}~
[1mCharacter set A (British)
[1m[0m[39m[49m          !"#$%&'()*+,-./0123456789:;<=>?       !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_      @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~       `abcdefghijklmnopqrstuvwxyz{|}~
[1mCharacter set 0 (DEC Special graphics and line drawing)
[1m[0m[39m[49m          !"#$%&'()*+,-./0123456789:;<=>?       !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_      @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~       `abcdefghijklmnopqrstuvwxyz{|}~
[1mCharacter set 1 (DEC Alternate character ROM standard characters)
[1m[0m[39m[49m          !"#$%&'()*+,-./0123456789:;<=>?       !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_      @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~       `abcdefghijklmnopqrstuvwxyz{|}~
[1mCharacter set 2 (DEC Alternate character ROM special graphics)
[1m[0m[39m[49m          !"#$%&'()*+,-./0123456789:;<=>?       !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_      @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~       `abcdefghijklmnopqrstuvwxyz{|}~
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
These are the installed character sets. Push <RETURN>
@ 4050 21,40

=
         Menu 3: Character-Set Tests

         Choose test type:

          0. Exit
          1. Reset (G0 ASCII, G1 Latin-1, no NRC mode)
          2. Enable highlighting of non-ISO-8859-1 mapping
          3. Enable National Replacement Character (NRC) mode
          4. Specify G0 (now US ASCII)
          5. Specify G1 (now ISO Latin-1)
          6. Specify G2 (now ISO Latin-1)
          7. Specify G3 (now ISO Latin-1)
          8. Test VT100 Character Sets
          9. Test Shift In/Shift Out (SI/SO)
          10. Test VT220 Locking Shifts
          11. Test VT220 Single Shifts
          12* Test Soft Character Sets
          13. Test Keyboard Layout with G0 Selection

          Enter choice number (0 - 13):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=

@ 4537 39,13
         These are the G0 and G1 character sets.
=
[1mCharacter set B (US ASCII)[0m[39m[49m                     Selected as G0 (with SI)
          !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~
[1mCharacter set A (ISO Latin-1)[0m[39m[49m                  Selected as G1 (with SO)
          !"#$%&'()*+,-./0123456789:;<=>?
         @ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_
         `abcdefghijklmnopqrstuvwxyz{|}~










=

=
=
=
=
=
=
=
=
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
@ 5287 21,40

=
         Menu 3: Character-Set Tests

         Choose test type:

          0. Exit
          1. Reset (G0 ASCII, G1 Latin-1, no NRC mode)
          2. Enable highlighting of non-ISO-8859-1 mapping
          3. Enable National Replacement Character (NRC) mode
          4. Specify G0 (now US ASCII)
          5. Specify G1 (now ISO Latin-1)
          6. Specify G2 (now ISO Latin-1)
          7. Specify G3 (now ISO Latin-1)
          8. Test VT100 Character Sets
          9. Test Shift In/Shift Out (SI/SO)
          10. Test VT220 Locking Shifts
          11. Test VT220 Single Shifts
          12* Test Soft Character Sets
          13. Test Keyboard Layout with G0 Selection
=
          Enter choice number (0 - 13):
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=

@ 6024 20,40
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
@ 6106 15,0
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
