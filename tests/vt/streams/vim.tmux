@ 2108 0,8
[38;5;130m      1 [35m#include [31m<stdarg.h>
[31m[38;5;130m      2 [35m#include [31m<stdint.h>
[31m[38;5;130m      3 [35m#include [31m<stdio.h>
[31m[38;5;130m      4 [35m#include [31m<stdlib.h>
[31m[38;5;130m      5 [35m#include [31m<string.h>
[31m[38;5;130m      6 
[38;5;130m      7 [35m#include [31m"engine/vt/utf8.h"
[31m[38;5;130m      8 [35m#include [31m"engine/vt/vt.h"
[31m[38;5;130m      9 [35m#include [31m"tests/vt/script.h"
[31m[38;5;130m     10 
[38;5;130m     11 [32menum[39m { TEXT_MAX = [31m8192[39m };
[38;5;130m     12 
[38;5;130m     13 [32mstruct[39m script {
[38;5;130m     14 [39m        [32mstruct[39m vt *vt;
[38;5;130m     15 [39m        [32muint64_t[39m now;
[38;5;130m     16 [39m        [32mbool[39m bytewise;
[38;5;130m     17 [39m        [32mchar[39m events[TEXT_MAX];
[38;5;130m     18 [39m        [32mchar[39m got[TEXT_MAX]; [34m/* what a query found */
[34m[38;5;130m     19 [39m};
[38;5;130m     20 
[38;5;130m     21 [34m/* Reading the script. */
[34m[38;5;130m     22 
[38;5;130m     23 [32mstatic[39m [32mconst[39m [32mchar[39m *skip([32mconst[39m [32mchar[39m *s)
[38;5;130m     24 [39m{
[38;5;130m     25 [39m        [38;5;130mwhile[39m (*s == [31m' '[39m)
[38;5;130m     26 [39m                s++;
[38;5;130m     27 [39m        [38;5;130mreturn[39m s;
[38;5;130m     28 [39m}
[38;5;130m     29 
[38;5;130m     30 [34m/* A quoted string with escapes; bytes, or -1. *s is left behind it. */
[34m[38;5;130m     31 [32mstatic[39m [32mint[39m quoted([32mconst[39m [32mchar[39m **s, [32mchar[39m *out, [32mint[39m cap)
[38;5;130m     32 [39m{
[38;5;130m     33 [39m        [32mconst[39m [32mchar[39m *p = skip(*s);
[38;5;130m     34 [39m        [32mint[39m n = [31m0[39m;
[38;5;130m     35 
[38;5;130m     36 [39m        [38;5;130mif[39m (*p++ != [31m'"'[39m)
[38;5;130m     37 [39m                [38;5;130mreturn[39m -[31m1[39m;
[38;5;130m     38 [39m        [38;5;130mwhile[39m (*p && *p != [31m'"'[39m) {
[38;5;130m     39 [39m                [38;5;130mif[39m (n + [31m5[39m > cap)
"~/vt-sample.c" 585 lines, 15986 bytes
@ 4535 36,8
[38;5;130m     38 [39m        [38;5;130mwhile[39m (*p && *p != [31m'"'[39m) {
[38;5;130m     39 [39m                [38;5;130mif[39m (n + [31m5[39m > cap)
[38;5;130m     40 [39m                        [38;5;130mreturn[39m -[31m1[39m;
[38;5;130m     41 [39m                [38;5;130mif[39m (*p != [35m'\\'[39m) {
[38;5;130m     42 [39m                        out[n++] = *p++;
[38;5;130m     43 [39m                        [38;5;130mcontinue[39m;
[38;5;130m     44 [39m                }
[38;5;130m     45 [39m                p++;
[38;5;130m     46 [39m                [38;5;130mif[39m (*p == [31m'x'[39m) {
[38;5;130m     47 [39m                        [32mchar[39m hex[[31m3[39m] = { p[[31m1[39m], p[[31m1[39m] ? p[[31m2[39m] : [31m0[39m, [31m0[39m };
[38;5;130m     48 
[38;5;130m     49 [39m                        out[n++] = ([32mchar[39m)strtol(hex, [31mNULL[39m, [31m16[39m);
[38;5;130m     50 [39m                        p += [31m3[39m;
[38;5;130m     51 [39m                } [38;5;130melse[39m [38;5;130mif[39m (*p == [31m'u'[39m) {
[38;5;130m     52 [39m                        [32mchar[39m *end;
[38;5;130m     53 [39m                        [32muint32_t[39m cp = ([32muint32_t[39m)strtoul(p + [31m2[39m, &end, [31m16[39m);
[38;5;130m     54 
[38;5;130m     55 [39m                        n += vt_utf8_put(([32muint8_t[39m *)out + n, cp);
[38;5;130m     56 [39m                        p = end + [31m1[39m;
[38;5;130m     57 [39m                } [38;5;130melse[39m {
[38;5;130m     58 [39m                        [32mconst[39m [32mchar[39m *at = strchr([31m"errnnttbbaa[35m\\\\\"\"[31m0"[39m, *p);
[38;5;130m     59 
[38;5;130m     60 [39m                        out[n++] = *p == [31m'e'[39m ? [35m'\033'[39m : *p == [31m'r'[39m ? [35m'\r'[39m : *p == [31m'n'[39m ? [35m'\n'[39m :
[38;5;130m     61 [39m                                   *p == [31m't'[39m ? [35m'\t'[39m : *p == [31m'b'[39m ? [35m'\b'[39m : *p == [31m'a'[39m ? [35m'\a'[39m :
[38;5;130m     62 [39m                                   *p == [31m'0'[39m ? [35m'\0'[39m : at ? *p : [31m'?'[39m;
[38;5;130m     63 [39m                        p++;
[38;5;130m     64 [39m                }
[38;5;130m     65 [39m        }
[38;5;130m     66 [39m        [38;5;130mif[39m (*p != [31m'"'[39m)
[38;5;130m     67 [39m                [38;5;130mreturn[39m -[31m1[39m;
[38;5;130m     68 [39m        *s = p + [31m1[39m;
[38;5;130m     69 [39m        out[n] = [35m'\0'[39m;
[38;5;130m     70 [39m        [38;5;130mreturn[39m n;
[38;5;130m     71 [39m}
[38;5;130m     72 
[38;5;130m     73 [34m/* Bytes as the script writes them, with quotes. */
[34m[38;5;130m     74 [32m[103mstatic[39m[49m [32mvoid[39m quote([32mchar[39m *out, [32msize_t[39m cap, [32mconst[39m [32mchar[39m *bytes, [32msize_t[39m n)
[38;5;130m     75 [39m{
[38;5;130m     76 [39m        [32msize_t[39m used = [31m0[39m;
/static
@ 8175 20,14
[38;5;130m     79 [39m        [38;5;130mfor[39m ([32msize_t[39m i = [31m0[39m; i < n && used + [31m8[39m < cap; i++) {
[38;5;130m     80 [39m                [32muint8_t[39m c = ([32muint8_t[39m)bytes[i];
[38;5;130m     81 [39m                [32mconst[39m [32mchar[39m *named = c == [35m'\033'[39m ? [31m"[35m\\[31me"[39m : c == [35m'\r'[39m ? [31m"[35m\\[31mr"[39m : c == [35m'\n'[39m ? [31m"[35m\\[31mn"[39m :
[38;5;130m     82 [39m                                    c == [35m'\t'[39m ? [31m"[35m\\[31mt"[39m : c == [35m'\b'[39m ? [31m"[35m\\[31mb"[39m : c == [35m'\a'[39m ? [31m"[35m\\[31ma"[39m :
[38;5;130m     83 [39m                                    c == [31m'"'[39m ? [31m"[35m\\\"[31m"[39m : c == [35m'\\'[39m ? [31m"[35m\\\\[31m"[39m : [31mNULL[39m;
[38;5;130m     84 [39m
[38;5;130m     85 [39m                [38;5;130mif[39m (named)
[38;5;130m     86 [39m                        used += ([32msize_t[39m)sprintf(out + used, [31m"[35m%s[31m"[39m, named);
[38;5;130m     87 [39m                [38;5;130melse[39m [38;5;130mif[39m (c < [31m0x20[39m || c == [31m0x7f[39m)
[38;5;130m     88 [39m                        used += ([32msize_t[39m)sprintf(out + used, [31m"[35m\\[31mx[35m%02x[31m"[39m, c);
[38;5;130m     89 [39m                [38;5;130melse
[38;5;130m     90 [39m                        out[used++] = ([32mchar[39m)c;
[38;5;130m     91 [39m        }
[38;5;130m     92 [39m        out[used++] = [31m'"'[39m;
[38;5;130m     93 [39m        out[used] = [35m'\0'[39m;
[38;5;130m     94 [39m}
[38;5;130m     95 
[38;5;130m     96 [34m/* Events. */[39m
[38;5;130m     97 [39m
[38;5;130m     98 [32m[103mstatic[39m[49m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...) __attribute__((format(printf, [31m2[39m, [31m3[39m)));
[38;5;130m     99 [39mfoo bar
[38;5;130m    100 [32m[103mstatic[39m[49m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...)
[38;5;130m    101 [39m{
[38;5;130m    102 [39m        [32mstruct[39m script *s = owner;
[38;5;130m    103 [39m        [32msize_t[39m n = strlen(s->events);
[38;5;130m    104 [39m        [32mva_list[39m ap;
[38;5;130m    105 [39m
[38;5;130m    106 [39m        [38;5;130mif[39m (n && n + [31m2[39m < [38;5;130msizeof[39m(s->events)) {
[38;5;130m    107 [39m                strcpy(s->events + n, [31m"; "[39m);
[38;5;130m    108 [39m                n += [31m2[39m;
[38;5;130m    109 [39m        }
[38;5;130m    110 [39m        va_start(ap, fmt);
[38;5;130m    111 [39m        vsnprintf(s->events + n, [38;5;130msizeof[39m(s->events) - n, fmt, ap);
[38;5;130m    112 [39m        va_end(ap);
[38;5;130m    113 [39m}
[38;5;130m    114 [39m
[38;5;130m    115 [32m[103mstatic[39m[49m [32mvoid[39m on_bell([32mvoid[39m *owner)
[38;5;130m    116 [39m{
[38;5;130m    117 [39m        note(owner, [31m"bell"[39m);
=
@ 12546 0,24
[38;5;130m    107 [39m                n += [31m2[39m;
[38;5;130m    108 [39m        }
[38;5;130m    109 [39m        va_start(ap, fmt);
[38;5;130m    110 [39m        vsnprintf(s->events + n, [38;5;130msizeof[39m(s->events) - n, fmt, ap);
[38;5;130m    111 [39m        va_end(ap);
[38;5;130m    112 [39m}
[38;5;130m    113 [39m
[38;5;130m    114 [32m[103mstatic[39m[49m [32mvoid[39m on_bell([32mvoid[39m *owner)
[38;5;130m    115 [39m{
[38;5;130m    116 [39m        note(owner, [31m"bell"[39m);
[38;5;130m    117 [39m}
[38;5;130m    118 [39m
[38;5;130m    119 [32m[103mstatic[39m[49m [32mvoid[39m on_title([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *title)
[38;5;130m    120 [39m{
[38;5;130m    121 [39m        note(owner, [31m"title [35m%s[31m"[39m, title);
[38;5;130m    122 [39m}
[38;5;130m    123 [39m
[38;5;130m    124 [32m[103mstatic[39m[49m [32mvoid[39m on_notify([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *title, [32mconst[39m [32mchar[39m *body)
[38;5;130m    125 [39m{
[1;7m~/vt-sample.c [+]                                                                                                       
[1;7m[0m[38;5;130m[49m     90 [39m                        out[used++] = ([32mchar[39m)c;
[38;5;130m     91 [39m        }
[38;5;130m     92 [39m        out[used++] = [31m'"'[39m;
[38;5;130m     93 [39m        out[used] = [35m'\0'[39m;
[38;5;130m     94 [39m}
[38;5;130m     95 [39m
[38;5;130m     96 [34m/* Events. */[39m
[38;5;130m     97 [39m
[38;5;130m     98 [32m[103mstatic[39m[49m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...) __attribute__((format(printf, [31m2[39m, [31m3[39m)));
[38;5;130m     99 [39mfoo bar
[38;5;130m    100 [32m[103mstatic[39m[49m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...)
[38;5;130m    101 [39m{
[38;5;130m    102 [39m        [32mstruct[39m script *s = owner;
[38;5;130m    103 [39m        [32msize_t[39m n = strlen(s->events);
[38;5;130m    104 [39m        [32mva_list[39m ap;
[38;5;130m    105 [39m
[38;5;130m    106 [39m        [38;5;130mif[39m (n && n + [31m2[39m < [38;5;130msizeof[39m(s->events)) {
[38;5;130m    107 [39m                n += [31m2[39m;
[7m~/vt-sample.c [+]                                                                                                       
[7m
@ 13740 0,24
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
[7m[0m[39m[49m5 more lines; before #3  0 seconds ago
@ 21408 0,8
[38;5;130m      1 [35m#include [31m<stdarg.h>[94m$[39m
[38;5;130m      2 [35m#include [31m<stdint.h>[94m$[39m
[38;5;130m      3 [35m#include [31m<stdio.h>[94m$[39m
[38;5;130m      4 [35m#include [31m<stdlib.h>[94m$[39m
[38;5;130m      5 [35m#include [31m<string.h>[94m$[39m
[38;5;130m      6 [94m$[39m
[38;5;130m      7 [35m#include [31m"engine/vt/utf8.h"[94m$[39m
[38;5;130m      8 [35m#include [31m"engine/vt/vt.h"[94m$[39m
[38;5;130m      9 [35m#include [31m"tests/vt/script.h"[94m$[39m
[38;5;130m     10 [94m$[39m
[38;5;130m     11 [32menum[39m { TEXT_MAX = [31m8192[39m };[94m$[39m
[38;5;130m     12 [94m$[39m
[38;5;130m     13 [32mstruct[39m script {[94m$[39m
[38;5;130m     14 [34m^I[32mstruct[39m vt *vt;[94m$[39m
[38;5;130m     15 [34m^I[32muint64_t[39m now;[94m$[39m
[38;5;130m     16 [34m^I[32mbool[39m bytewise;[94m$[39m
[38;5;130m     17 [34m^I[32mchar[39m events[TEXT_MAX];[94m$
[94m[38;5;130m     18 [34m^I[32mchar[39m got[TEXT_MAX]; [34m/* what a query found */[94m$[39m
[38;5;130m     19 [39m};[94m$[39m
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
[7m[0m[39m[49m585 lines yanked
@ 24593 0,10
[38;5;130m     18 [34m^I[32mchar[39m got[TEXT_MAX]; [34m/* what a query found */[94m$[39m     [7m|[0m[38;5;130m[49m      1 [35m#include [31m<stdarg.h>[94m$
[94m[38;5;130m     19 [39m};[94m$[39m                                                 [7m|[0m[38;5;130m[49m      2 [35m#include [31m<stdint.h>[94m$
[94m[38;5;130m     20 [94m$[39m                                                   [7m|[0m[38;5;130m[49m      3 [35m#include [31m<stdio.h>[94m$
[94m[38;5;130m     21 [34m/* Reading the script. */[94m$[39m                          [7m|[0m[38;5;130m[49m      4 [35m#include [31m<stdlib.h>[94m$
[94m[38;5;130m     22 [94m$[39m                                                   [7m|[0m[38;5;130m[49m      5 [35m#include [31m<string.h>[94m$
[94m[38;5;130m     23 [32m[103mstatic[39m[49m [32mconst[39m [32mchar[39m *skip([32mconst[39m [32mchar[39m *s)[94m$[39m             [7m|[0m[38;5;130m[49m      6 [94m$
[94m[38;5;130m     24 [39m{[94m$[39m                                                  [7m|[0m[38;5;130m[49m      7 [35m#include [31m"engine/vt/utf8.h"[94m$
[94m[38;5;130m     25 [34m^I[38;5;130mwhile[39m (*s == [31m' '[39m)[94m$[39m                                [7m|[0m[38;5;130m[49m      8 [35m#include [31m"engine/vt/vt.h"[94m$
[94m[38;5;130m     26 [34m^I^I[39ms++;[94m$[39m                                           [7m|[0m[38;5;130m[49m      9 [35m#include [31m"tests/vt/script.h"[94m$
[94m[38;5;130m     27 [34m^I[38;5;130mreturn[39m s;[94m$[39m                                        [7m|[0m[38;5;130m[49m     10 [94m$[39m
[38;5;130m     28 [39m}[94m$[39m                                                  [7m|[0m[38;5;130m[49m     11 [32menum[39m { TEXT_MAX = [31m8192[39m };[94m$
[94m[38;5;130m     29 [94m$[39m                                                   [7m|[0m[38;5;130m[49m     12 [94m$
[94m[38;5;130m     30 [34m/* A quoted string with escapes; bytes, or -1. *s is[7m[39m|[0m[38;5;130m[49m     13 [32mstruct[39m script {[94m$[39m
[34m left behind it. */[94m$[39m                                        [7m|[0m[38;5;130m[49m     14 [34m^I[32mstruct[39m vt *vt;[94m$
[94m[38;5;130m     31 [32m[103mstatic[39m[49m [32mint[39m quoted([32mconst[39m [32mchar[39m **s, [32mchar[39m *out, [32mint[39m cap[7m|[0m[38;5;130m[49m     15 [34m^I[32muint64_t[39m now;[94m$
[94m[39m)[94m$[39m                                                          [7m|[0m[38;5;130m[49m     16 [34m^I[32mbool[39m bytewise;[94m$
[94m[38;5;130m     32 [39m{[94m$[39m                                                  [7m|[0m[38;5;130m[49m     17 [34m^I[32mchar[39m events[TEXT_MAX];[94m$
[94m[38;5;130m     33 [34m^I[32mconst[39m [32mchar[39m *p = skip(*s);[94m$[39m                        [7m|[0m[38;5;130m[49m     18 [34m^I[32mchar[39m got[TEXT_MAX]; [34m/* what a query found */[94m$
[94m[38;5;130m     34 [34m^I[32mint[39m n = [31m0[39m;[94m$[39m                                       [7m|[0m[38;5;130m[49m     19 [39m};[94m$[39m
[1;7m~/vt-sample.c [+]                                            [0;7m[39m[49m~/vt-sample.c [+]                                          
[0;7m[0m[38;5;130m[49m    675 [39m                        out[used++] = ([32mchar[39m)c;
[38;5;130m    676 [39m        }
[38;5;130m    677 [39m        out[used++] = [31m'"'[39m;
[38;5;130m    678 [39m        out[used] = [35m'\0'[39m;
[38;5;130m    679 [39m}
[38;5;130m    680 [39m
[38;5;130m    681 [34m/* Events. */[39m
[38;5;130m    682 [39m
[38;5;130m    683 [32m[103mstatic[39m[49m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...) __attribute__((format(printf, [31m2[39m, [31m3[39m)));
[38;5;130m    684 [39mfoo bar
[38;5;130m    685 [32m[103mstatic[39m[49m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...)
[38;5;130m    686 [39m{
[38;5;130m    687 [39m        [32mstruct[39m script *s = owner;
[38;5;130m    688 [39m        [32msize_t[39m n = strlen(s->events);
[38;5;130m    689 [39m        [32mva_list[39m ap;
[38;5;130m    690 [39m
[38;5;130m    691 [39m        [38;5;130mif[39m (n && n + [31m2[39m < [38;5;130msizeof[39m(s->events)) {
[38;5;130m    692 [39m                n += [31m2[39m;
=
[7m
@ 28800 0,26
                          [35mWHAT                  PREPEND    EXAMPLE[97m      ~[39m
                      Normal mode command                  :help x
                      Visual mode command         v_       :help v_u
                      Insert mode command         i_       :help i_[35m<Esc>
[35m[39m                      Command-line command        :        :help :quit
                      Command-line editing        c_       :help c_[35m<Del>
[35m[39m                      Vim command argument        -        :help -r
                      Option                      '        :help [32m'textwidth'
[32m[39m                      Regular expression          /        :help /[
                    See [97m|[36mhelp-summary[97m|[39m for more contexts and an explanation.
                    See [97m|[36mnotation[97m|[39m for an explanation of the help syntax.

  Search for help:  Type ":help word", then hit [35mCTRL-D[39m to see matching
                    help entries for "word".
                    Or use ":helpgrep word". [97m|[36m:helpgrep[97m|
[97m
[97m[39m  Getting started:  Do the Vim tutor, a 30-minute interactive course for the
                    basic commands, see [97m|[36mvimtutor[97m|[39m.
                    Read the user manual from start to end: [97m|[36musr_01.txt[97m|
[97m
[97m[1;7m[39mhelp.txt [Help][RO]                                                                                                     
[1;7m[0m[38;5;130m[49m     18 [34m^I[32mchar[39m got[TEXT_MAX]; [34m/* what a query found */[94m$[39m     [7m|[0m[38;5;130m[49m      1 [35m#include [31m<stdarg.h>[94m$
[94m[38;5;130m     19 [39m};[94m$[39m                                                 [7m|[0m[38;5;130m[49m      2 [35m#include [31m<stdint.h>[94m$[39m
[38;5;130m     20 [94m$[39m                                                   [7m|[0m[38;5;130m[49m      3 [35m#include [31m<stdio.h>[94m$[39m
[38;5;130m     21 [34m/* Reading the script. */[94m$[39m                          [7m|[0m[38;5;130m[49m      4 [35m#include [31m<stdlib.h>[94m$
[94m[7m[39m~/vt-sample.c [+]                                            ~/vt-sample.c [+]                                          
[7m[0m[38;5;130m[49m    678 [39m        out[used] = [35m'\0'[39m;
[38;5;130m    679 [39m}
[38;5;130m    680 [39m
[38;5;130m    681 [34m/* Events. */[39m
[38;5;130m    682 [39m
[38;5;130m    683 [32mstatic[39m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...) __attribute__((format(printf, [31m2[39m, [31m3[39m)));
[38;5;130m    684 [39mfoo bar
[38;5;130m    685 [32mstatic[39m [32mvoid[39m note([32mvoid[39m *owner, [32mconst[39m [32mchar[39m *fmt, ...)
[38;5;130m    686 [39m{
[38;5;130m    687 [39m        [32mstruct[39m script *s = owner;
[38;5;130m    688 [39m        [32msize_t[39m n = strlen(s->events);
[38;5;130m    689 [39m        [32mva_list[39m ap;
=
=
