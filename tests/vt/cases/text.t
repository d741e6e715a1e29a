=== text goes into cells
PUSH "hello"
?row 0 = "hello"
?cursor = 0,5
?cell 0,0 = "h"
?cell 0,5 = blank

=== text wraps at the margin and marks the row
SIZE 5 3
PUSH "abcdefg"
?row 0 = "abcde"
?row 1 = "fg"
?wrapped 0 = yes
?wrapped 1 = no
?cursor = 1,2
