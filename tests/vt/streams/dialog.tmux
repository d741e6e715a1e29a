@ 4147 27,48









[44m                            [1m[36m [37m[47mlqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mk
[30m[47m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m Pick[39m                                                     [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m lqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[1m[37mk[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                       [1m[31m[44ma[0m[30m[47m  [1m[37m[44mAlpha[0m[39m[47m                       [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                       [31mb[30m  Beta[39m                        [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                       [31mc[30m  Gamma[39m                       [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m m[1m[37mqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mtqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mu[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[39m[47m               [1m[37m[44m<[33m  OK  [37m>[0m[39m[47m        [30m<[1mCancel[0m[30m[47m>[39m                   [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mm[0m[30m[47mqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj[1m[40m  
[1m[30m[40m[0m[39m[44m                              [1m[36m 
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
@ 8353 27,48
=
=
=
=
=
=
=
=
=
=
[30m[47m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m Which[39m                                                    [30mx[1m[40m  
=
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                     [1m[37m[44m[*][0m[30m[47m [1m[31m[44ma[0m[30m[47m  [1m[37m[44mAlpha[0m[39m[47m                     [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                     [30m[ ] [31mb[30m  Beta[39m                      [1m[37mx[0m[30m[47m x[1m[40m  
[1m[30m[40m[0m[39m[44m                            [1m[36m [37m[47mx[0m[30m[47m x[39m                                                      [1m[37mx[0m[30m[47m x[1m[40m  
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 9871 21,51
=
=
=
=
=
=
=
=
=






[44m                                      [1m[36m [37m[47mlqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mk
[30m[47m[39m[44m                                      [1m[36m [37m[47mx[0m[39m[47m [30mReally?[39m                              [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                      [1m[36m [37m[47mx[0m[39m[47m                                      [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                      [1m[36m [37m[47mx[0m[39m[47m                                      [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                      [1m[36m [37m[47mx[0m[39m[47m                                      [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                      [1m[36m [37m[47mtqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mu[1m[40m  
[1m[30m[40m[0m[39m[44m                                      [1m[36m [37m[47mx[0m[30m[47m         [1m[37m[44m<[33m [37mY[33mes [37m>[0m[30m[47m     <[1m [0m[31m[47mN[1m[30mo  [0m[30m[47m>          x[1m[40m  
[1m[30m[40m[0m[39m[44m                                      [1m[36m [37m[47mm[0m[30m[47mqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj[1m[40m  
[1m[30m[40m[0m[39m[44m                                        [1m[36m 
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
[1m[36m[44m
=
=
=
=
=
=
=
=
=
=
@ 15951 27,49
=
=
=
=
=
=
=
=
=
=
[44m                                 [1m[36m [37m[47mlqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mk
[30m[47m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m When[39m                                           [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[39m[47m                                                [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[39m[47m       [30mMonth[39m            [30mYear[39m                    [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[39m[47m       [1m[37mlqqqqqqqqqqqqqqq[0m[30m[47mk[1m[37mlqqqqqqqqqqqqqqq[0m[30m[47mk[39m       [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[39m[47m       [1m[37mx[0m[30m[47mNovember[39m       [30mx[1m[37mx[0m[30m[47m2026[39m           [30mx[39m       [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[39m[47m       [1m[37mm[0m[30m[47mqqqqqqqqqqqqqqqj[1m[37mm[0m[30m[47mqqqqqqqqqqqqqqqj[39m       [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mlqqqqq[32m↑(-)[37mqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mk       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[30m[47m    Sun Mon Tue Wed Thu Fri Sat x       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[30m[47m 45   1   2   3   4   5   6   7 x       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[30m[47m 46   8   9  10  11  12  13  14 x       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[30m[47m 47  15  16  17  18  19  20  21 x       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[30m[47m 48  [1m[37m[44m22[0m[30m[47m  23  24  25  26  27  28 x       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[30m[47m 49  29  30[39m                     [30mx       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mx[0m[39m[47m                                [30mx       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[30m[47m       [1m[37mm[0m[30m[47mqqqqq[1m[32m↓(+)[0m[30m[47mqqqqqqqqqqqqqqqqqqqqqqqj       x[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mtqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq[0m[30m[47mu[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mx[0m[39m[47m           [1m[37m[44m<[33m  [37mO[33mK  [37m>[0m[39m[47m      [30m<[31mC[1m[30mancel[0m[30m[47m>[39m               [30mx[1m[40m  
[1m[30m[40m[0m[39m[44m                                 [1m[36m [37m[47mm[0m[30m[47mqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj[1m[40m  
[1m[30m[40m[0m[39m[44m                                   [1m[36m 
=
=
=
=
=
=
=
=
=
=
@ 16004 0,0
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
