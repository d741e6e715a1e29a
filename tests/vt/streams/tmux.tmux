@ 978 0,2
#






































[30m[42m[0] 0:sh*                                                                                           "vm" 07:09 22-Nov-26
@ 12190 38,81
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bzip2       │23
-rwxr-xr-x  1 root root      14568 Sep 19  2022 bzip2recover│24
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzless -> bz│25
more                                                        │26
-rwxr-xr-x  1 root root       1297 Sep 19  2022 bzmore      │27
lrwxrwxrwx  1 root root         21 Jan  8  2023 c++ -> /etc/│28
alternatives/c++                                            │29
lrwxrwxrwx  1 root root         24 Jan 14  2023 c++filt -> x│30
86_64-linux-gnu-c++filt                                     │31
lrwxrwxrwx  1 root root         31 Sep 29  2023 c-index-test│32
 -> ../lib/llvm-14/bin/c-index-test                         │33
lrwxrwxrwx  1 root root         31 Feb 17  2023 c-index-test│34
-14 -> ../lib/llvm-14/bin/c-index-test                      │35
lrwxrwxrwx  1 root root         21 Nov 17  2020 c89 -> /etc/│36
alternatives/c89                                            │37
-rwxr-xr-x  1 root root        428 Nov 17  2020 c89-gcc     │38
lrwxrwxrwx  1 root root         21 Nov 17  2020 c99 -> /etc/│39
alternatives/c99                                            │40
-rwxr-xr-x  1 root root        454 Nov 17  2020 c99-gcc     │41
-rwxr-xr-x  1 root root       6925 Oct 21 09:54 c_rehash    │42
-rwxr-xr-x  1 root root      44658 Aug 28  2022 callgrind_an[32m│[39m43
notate                                                      [32m│[39m44
-rwxr-xr-x  1 root root      12607 Aug 28  2022 callgrind_co[32m│[39m45
ntrol                                                       [32m│[39m46
lrwxrwxrwx  1 root root          3 May  7  2023 captoinfo ->[32m│[39m47
 tic                                                        [32m│[39m48
-rwxr-xr-x  1 root root      44016 Sep 20  2022 cat         [32m│[39m49
-rwxr-xr-x  1 root root      43792 Mar 12  2023 catman      [32m│[39m50
lrwxrwxrwx  1 root root         31 Jun 20  2025 cbt -> ../li[32m│[39m51
b/google-cloud-sdk/bin/cbt                                  [32m│[39m52
lrwxrwxrwx  1 root root         20 Jan  8  2023 cc -> /etc/a[32m│[39m53
lternatives/cc                                              [32m│[39m54
-rwxr-xr-x  1 root root      33594 Aug 28  2022 cg_annotate [32m│[39m55
-rwxr-xr-x  1 root root      10324 Aug 28  2022 cg_diff     [32m│[39m56
-rwxr-xr-x  1 root root      51472 Aug 28  2022 cg_merge    [32m│[39m57
-rwxr-sr-x  1 root shadow    80376 Apr  7  2025 chage       [32m│[39m58
-rwxr-xr-x  1 root root      14584 Jun  6  2025 chattr      [32m│[39m59
-rwxr-xr-x  1 root root      68720 Sep 20  2022 chcon       [32m│[39m60
#                                                           [32m│[39mroot@vm:/work/main#
[30m[42m[0] 0:bash*                                                                                         "vm" 07:09 22-Nov-26
@ 16288 38,81
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bzip2       │43
-rwxr-xr-x  1 root root      14568 Sep 19  2022 bzip2recover│44
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzless -> bz│45
more                                                        │46
-rwxr-xr-x  1 root root       1297 Sep 19  2022 bzmore      │47
lrwxrwxrwx  1 root root         21 Jan  8  2023 c++ -> /etc/│48
alternatives/c++                                            │49
lrwxrwxrwx  1 root root         24 Jan 14  2023 c++filt -> x│50
86_64-linux-gnu-c++filt                                     │51
lrwxrwxrwx  1 root root         31 Sep 29  2023 c-index-test│52
 -> ../lib/llvm-14/bin/c-index-test                         │53
lrwxrwxrwx  1 root root         31 Feb 17  2023 c-index-test│54
-14 -> ../lib/llvm-14/bin/c-index-test                      │55
lrwxrwxrwx  1 root root         21 Nov 17  2020 c89 -> /etc/│56
alternatives/c89                                            │57
-rwxr-xr-x  1 root root        428 Nov 17  2020 c89-gcc     │58
lrwxrwxrwx  1 root root         21 Nov 17  2020 c99 -> /etc/│59
alternatives/c99                                            │60
-rwxr-xr-x  1 root root        454 Nov 17  2020 c99-gcc     │root@vm:/work/main#
-rwxr-xr-x  1 root root       6925 Oct 21 09:54 c_rehash    [32m├───────────────────────────────────────────────────────────
[32m[39m-rwxr-xr-x  1 root root      44658 Aug 28  2022 callgrind_an[32m│[39m   17 root      20   0       0      0      0 S   0.0   0.0
notate                                                      [32m│[39m  0:00.00 rcu_exp_g+
-rwxr-xr-x  1 root root      12607 Aug 28  2022 callgrind_co[32m│[39m   18 root      rt   0       0      0      0 S   0.0   0.0
ntrol                                                       [32m│[39m  0:00.08 migration+
lrwxrwxrwx  1 root root          3 May  7  2023 captoinfo ->[32m│[39m   19 root      20   0       0      0      0 S   0.0   0.0
 tic                                                        [32m│[39m  0:00.00 cpuhp/0
-rwxr-xr-x  1 root root      44016 Sep 20  2022 cat         [32m│[39m   20 root      20   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      43792 Mar 12  2023 catman      [32m│[39m  0:00.00 cpuhp/1
lrwxrwxrwx  1 root root         31 Jun 20  2025 cbt -> ../li[32m│[39m   21 root      rt   0       0      0      0 S   0.0   0.0
b/google-cloud-sdk/bin/cbt                                  [32m│[39m  0:00.34 migration+
lrwxrwxrwx  1 root root         20 Jan  8  2023 cc -> /etc/a[32m│[39m   22 root      20   0       0      0      0 S   0.0   0.0
lternatives/cc                                              [32m│[39m  0:00.20 ksoftirqd+
-rwxr-xr-x  1 root root      33594 Aug 28  2022 cg_annotate [32m│[39m   24 root       0 -20       0      0      0 I   0.0   0.0
-rwxr-xr-x  1 root root      10324 Aug 28  2022 cg_diff     [32m│[39m  0:00.00 kworker/1+
-rwxr-xr-x  1 root root      51472 Aug 28  2022 cg_merge    [32m│[39m   25 root      20   0       0      0      0 S   0.0   0.0
-rwxr-sr-x  1 root shadow    80376 Apr  7  2025 chage       [32m│[39m  0:00.00 kdevtmpfs
-rwxr-xr-x  1 root root      14584 Jun  6  2025 chattr      [32m│[39m   26 root       0 -20       0      0      0 I   0.0   0.0
-rwxr-xr-x  1 root root      68720 Sep 20  2022 chcon       [32m│[39m  0:00.00 kworker/R+
=
=
@ 21581 38,2
more                                                        [32m│[39m43
-rwxr-xr-x  1 root root       1297 Sep 19  2022 bzmore      [32m│[39m44
lrwxrwxrwx  1 root root         21 Jan  8  2023 c++ -> /etc/[32m│[39m45
alternatives/c++                                            [32m│[39m46
lrwxrwxrwx  1 root root         24 Jan 14  2023 c++filt -> x[32m│[39m47
86_64-linux-gnu-c++filt                                     [32m│[39m48
lrwxrwxrwx  1 root root         31 Sep 29  2023 c-index-test[32m│[39m49
 -> ../lib/llvm-14/bin/c-index-test                         [32m│[39m50
lrwxrwxrwx  1 root root         31 Feb 17  2023 c-index-test[32m│[39m51
-14 -> ../lib/llvm-14/bin/c-index-test                      [32m│[39m52
lrwxrwxrwx  1 root root         21 Nov 17  2020 c89 -> /etc/[32m│[39m53
alternatives/c89                                            [32m│[39m54
-rwxr-xr-x  1 root root        428 Nov 17  2020 c89-gcc     [32m│[39m55
lrwxrwxrwx  1 root root         21 Nov 17  2020 c99 -> /etc/[32m│[39m56
alternatives/c99                                            [32m│[39m57
-rwxr-xr-x  1 root root        454 Nov 17  2020 c99-gcc     [32m│[39m58
-rwxr-xr-x  1 root root       6925 Oct 21 09:54 c_rehash    [32m│[39m59
-rwxr-xr-x  1 root root      44658 Aug 28  2022 callgrind_an[32m│[39m60
notate                                                      [32m│[39mroot@vm:/work/main#
-rwxr-xr-x  1 root root      12607 Aug 28  2022 callgrind_co[32m├[39m───────────────────────────────────────────────────────────
ntrol                                                       [32m│[39m   17 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root          3 May  7  2023 captoinfo ->[32m│[39m  0:00.00 rcu_exp_g+
 tic                                                        [32m│[39m   18 root      rt   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      44016 Sep 20  2022 cat         [32m│[39m  0:00.08 migration+
-rwxr-xr-x  1 root root      43792 Mar 12  2023 catman      [32m│[39m   19 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root         31 Jun 20  2025 cbt -> ../li[32m│[39m  0:00.00 cpuhp/0
b/google-cloud-sdk/bin/cbt                                  [32m│[39m   20 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root         20 Jan  8  2023 cc -> /etc/a[32m│[39m  0:00.00 cpuhp/1
lternatives/cc                                              [32m│[39m   21 root      rt   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      33594 Aug 28  2022 cg_annotate [32m│[39m  0:00.34 migration+
-rwxr-xr-x  1 root root      10324 Aug 28  2022 cg_diff     [32m│[39m   22 root      20   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      51472 Aug 28  2022 cg_merge    [32m│[39m  0:00.20 ksoftirqd+
-rwxr-sr-x  1 root shadow    80376 Apr  7  2025 chage       [32m│[39m   24 root       0 -20       0      0      0 I   0.0   0.0
-rwxr-xr-x  1 root root      14584 Jun  6  2025 chattr      [32m│[39m  0:00.00 kworker/1+
-rwxr-xr-x  1 root root      68720 Sep 20  2022 chcon       [32m│[39m   25 root      20   0       0      0      0 S   0.0   0.0
# printf '\033[1;31mred\033[44mblue\033[0m \xe4\xb8\x96\xe7\[32m│[39m  0:00.00 kdevtmpfs
x95\x8c\n'                                                  [32m│[39m   26 root       0 -20       0      0      0 I   0.0   0.0
[1m[31mred[44mblue[0m[39m[49m \xe4\xb8\x96\xe7\x95\x8c                            [32m│[39m  0:00.00 kworker/R+
=
[30m[42m[0] 0:sh*                                                                                           "vm" 07:09 22-Nov-26
@ 27120 38,54
alternatives/awk                                     [30m[43m[37/79][33m[49m│[39m43
-rwxr-xr-x  1 root root      60400 Sep 20  2022 b2sum       [33m│[39m44
-rwxr-xr-x  1 root root      48016 Sep 20  2022 base32      [33m│[39m45
-rwxr-xr-x  1 root root      48016 Sep 20  2022 base64      [33m│[39m46
-rwxr-xr-x  1 root root      43856 Sep 20  2022 basename    [33m│[39m47
-rwxr-xr-x  1 root root      56208 Sep 20  2022 basenc      [33m│[39m48
-rwxr-xr-x  1 root root    1265648 Apr 18  2025 bash        [33m│[39m49
-rwxr-xr-x  1 root root       6865 Apr 18  2025 bashbug     [33m│[39m50
-rwxr-xr-x  1 root root       1671 Oct 23  2022 bats        [33m│[39m51
-rwxr-xr-x  1 root root      96968 Sep  5  2021 bc          [33m│[39m52
-rwxr-xr-x  1 root root    1189952 Mar  1  2023 bear        [33m│[39m53
lrwxrwxrwx  1 root root         25 Mar 30  2023 bin2obj -> /[33m│[39m54
etc/alternatives/bin2obj                                    [33m│[39m55
-rwxr-xr-x  1 root root     958848 Mar 30  2023 bin2obj-3.2.[33m│[39m56
2                                                           [33m│[39m57
lrwxrwxrwx  1 root root         30 Jun 20  2025 bq -> ../lib[33m│[39m58
/google-cloud-sdk/bin/bq                                    [33m│[39m59
lrwxrwxrwx  1 root root         27 Sep 29  2023 bugpoint -> [33m│[39m60
../lib/llvm-14/bin/bugpoint                                 [33m│[39mroot@vm:/work/main#
lrwxrwxrwx  1 root root         27 Feb 17  2023 bugpoint-14 [33m├[39m───────────────────────────────────────────────────────────
-> ../lib/llvm-14/bin/bugpoint                              [33m│[39m   17 root      20   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bunzip2     [33m│[39m  0:00.00 rcu_exp_g+
-rwxr-xr-x  1 root root      92672 May 29  2025 busctl      [33m│[39m   18 root      rt   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root    1982256 May  7  2026 busybox     [33m│[39m  0:00.08 migration+
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bzcat       [33m│[39m   19 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzcmp -> bzd[33m│[39m  0:00.00 cpuhp/0
iff                                                         [33m│[39m   20 root      20   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root       2225 Sep 19  2022 bzdiff      [33m│[39m  0:00.00 cpuhp/1
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzegrep -> b[33m│[39m   21 root      rt   0       0      0      0 S   0.0   0.0
zgrep                                                       [33m│[39m  0:00.34 migration+
-rwxr-xr-x  1 root root       4893 Nov 27  2021 bzexe       [33m│[39m   22 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzfgrep -> b[33m│[39m  0:00.20 ksoftirqd+
zgrep                                                       [33m│[39m   24 root       0 -20       0      0      0 I   0.0   0.0
-rwxr-xr-x  1 root root       3775 Sep 19  2022 bzgrep      [33m│[39m  0:00.00 kworker/1+
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bzip2       [33m│[39m   25 root      20   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      14568 Sep 19  2022 bzip2recover[33m│[39m  0:00.00 kdevtmpfs
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzless -> bz[33m│[39m   26 root       0 -20       0      0      0 I   0.0   0.0
more                                                        [33m│[39m  0:00.00 kworker/R+
-rwxr-xr-x  1 root root       1297 Sep 19  2022 bzmore      [33m│[39mroot@vm:/work/main#
[30m[42m[0] 0:[tmux]*                                                                                       "vm" 07:09 22-Nov-26
@ 32419 38,2
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bunzip2
-rwxr-xr-x  1 root root      92672 May 29  2025 busctl
-rwxr-xr-x  1 root root    1982256 May  7  2026 busybox
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bzcat
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzcmp -> bzdiff
-rwxr-xr-x  1 root root       2225 Sep 19  2022 bzdiff
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzegrep -> bzgrep
-rwxr-xr-x  1 root root       4893 Nov 27  2021 bzexe
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzfgrep -> bzgrep
-rwxr-xr-x  1 root root       3775 Sep 19  2022 bzgrep
-rwxr-xr-x  3 root root      39224 Sep 19  2022 bzip2
-rwxr-xr-x  1 root root      14568 Sep 19  2022 bzip2recover
lrwxrwxrwx  1 root root          6 Sep 19  2022 bzless -> bzmore
-rwxr-xr-x  1 root root       1297 Sep 19  2022 bzmore
lrwxrwxrwx  1 root root         21 Jan  8  2023 c++ -> /etc/alternatives/c++
lrwxrwxrwx  1 root root         24 Jan 14  2023 c++filt -> x86_64-linux-gnu-c++filt
lrwxrwxrwx  1 root root         31 Sep 29  2023 c-index-test -> ../lib/llvm-14/bin/c-index-test
lrwxrwxrwx  1 root root         31 Feb 17  2023 c-index-test-14 -> ../lib/llvm-14/bin/c-index-test
lrwxrwxrwx  1 root root         21 Nov 17  2020 c89 -> /etc/alternatives/c89
-rwxr-xr-x  1 root root        428 Nov 17  2020 c89-gcc
lrwxrwxrwx  1 root root         21 Nov 17  2020 c99 -> /etc/alternatives/c99
-rwxr-xr-x  1 root root        454 Nov 17  2020 c99-gcc
-rwxr-xr-x  1 root root       6925 Oct 21 09:54 c_rehash
-rwxr-xr-x  1 root root      44658 Aug 28  2022 callgrind_annotate
-rwxr-xr-x  1 root root      12607 Aug 28  2022 callgrind_control
lrwxrwxrwx  1 root root          3 May  7  2023 captoinfo -> tic
-rwxr-xr-x  1 root root      44016 Sep 20  2022 cat
-rwxr-xr-x  1 root root      43792 Mar 12  2023 catman
lrwxrwxrwx  1 root root         31 Jun 20  2025 cbt -> ../lib/google-cloud-sdk/bin/cbt
lrwxrwxrwx  1 root root         20 Jan  8  2023 cc -> /etc/alternatives/cc
-rwxr-xr-x  1 root root      33594 Aug 28  2022 cg_annotate
-rwxr-xr-x  1 root root      10324 Aug 28  2022 cg_diff
-rwxr-xr-x  1 root root      51472 Aug 28  2022 cg_merge
-rwxr-sr-x  1 root shadow    80376 Apr  7  2025 chage
-rwxr-xr-x  1 root root      14584 Jun  6  2025 chattr
-rwxr-xr-x  1 root root      68720 Sep 20  2022 chcon
# printf '\033[1;31mred\033[44mblue\033[0m \xe4\xb8\x96\xe7\x95\x8c\n'
[1m[31mred[44mblue[0m[39m[49m \xe4\xb8\x96\xe7\x95\x8c
#
[30m[42m[0] 0:sh*Z                                                                                          "vm" 07:09 22-Nov-26
@ 36662 0,20
root@vm:/work/main#






































[30m[42m[0] 0:sh- 1:bash*                                                                                   "vm" 07:09 22-Nov-26
@ 40630 38,2
more                                                        [32m│[39m43
-rwxr-xr-x  1 root root       1297 Sep 19  2022 bzmore      [32m│[39m44
lrwxrwxrwx  1 root root         21 Jan  8  2023 c++ -> /etc/[32m│[39m45
alternatives/c++                                            [32m│[39m46
lrwxrwxrwx  1 root root         24 Jan 14  2023 c++filt -> x[32m│[39m47
86_64-linux-gnu-c++filt                                     [32m│[39m48
lrwxrwxrwx  1 root root         31 Sep 29  2023 c-index-test[32m│[39m49
 -> ../lib/llvm-14/bin/c-index-test                         [32m│[39m50
lrwxrwxrwx  1 root root         31 Feb 17  2023 c-index-test[32m│[39m51
-14 -> ../lib/llvm-14/bin/c-index-test                      [32m│[39m52
lrwxrwxrwx  1 root root         21 Nov 17  2020 c89 -> /etc/[32m│[39m53
alternatives/c89                                            [32m│[39m54
-rwxr-xr-x  1 root root        428 Nov 17  2020 c89-gcc     [32m│[39m55
lrwxrwxrwx  1 root root         21 Nov 17  2020 c99 -> /etc/[32m│[39m56
alternatives/c99                                            [32m│[39m57
-rwxr-xr-x  1 root root        454 Nov 17  2020 c99-gcc     [32m│[39m58
-rwxr-xr-x  1 root root       6925 Oct 21 09:54 c_rehash    [32m│[39m59
-rwxr-xr-x  1 root root      44658 Aug 28  2022 callgrind_an[32m│[39m60
notate                                                      [32m│[39mroot@vm:/work/main#
-rwxr-xr-x  1 root root      12607 Aug 28  2022 callgrind_co[32m├[39m───────────────────────────────────────────────────────────
ntrol                                                       [32m│[39m   17 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root          3 May  7  2023 captoinfo ->[32m│[39m  0:00.00 rcu_exp_g+
 tic                                                        [32m│[39m   18 root      rt   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      44016 Sep 20  2022 cat         [32m│[39m  0:00.08 migration+
-rwxr-xr-x  1 root root      43792 Mar 12  2023 catman      [32m│[39m   19 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root         31 Jun 20  2025 cbt -> ../li[32m│[39m  0:00.00 cpuhp/0
b/google-cloud-sdk/bin/cbt                                  [32m│[39m   20 root      20   0       0      0      0 S   0.0   0.0
lrwxrwxrwx  1 root root         20 Jan  8  2023 cc -> /etc/a[32m│[39m  0:00.00 cpuhp/1
lternatives/cc                                              [32m│[39m   21 root      rt   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      33594 Aug 28  2022 cg_annotate [32m│[39m  0:00.34 migration+
-rwxr-xr-x  1 root root      10324 Aug 28  2022 cg_diff     [32m│[39m   22 root      20   0       0      0      0 S   0.0   0.0
-rwxr-xr-x  1 root root      51472 Aug 28  2022 cg_merge    [32m│[39m  0:00.20 ksoftirqd+
-rwxr-sr-x  1 root shadow    80376 Apr  7  2025 chage       [32m│[39m   24 root       0 -20       0      0      0 I   0.0   0.0
-rwxr-xr-x  1 root root      14584 Jun  6  2025 chattr      [32m│[39m  0:00.00 kworker/1+
-rwxr-xr-x  1 root root      68720 Sep 20  2022 chcon       [32m│[39m   25 root      20   0       0      0      0 S   0.0   0.0
# printf '\033[1;31mred\033[44mblue\033[0m \xe4\xb8\x96\xe7\[32m│[39m  0:00.00 kdevtmpfs
x95\x8c\n'                                                  [32m│[39m   26 root       0 -20       0      0      0 I   0.0   0.0
[1m[31mred[44mblue[0m[39m[49m \xe4\xb8\x96\xe7\x95\x8c                            [32m│[39m  0:00.00 kworker/R+
#                                                           [32m│[39mroot@vm:/work/main#
[30m[42m[0] 0:sh* 1:bash-                                                                                   "vm" 07:09 22-Nov-26
