@ 12816 39,81

  [36m  0[1m[39m[[90m  [0m[39m[49m                                             [1m[90m 0.0%[39m][0m[39m[49m [36mTasks: [1m24[0m[36m[49m, [1m[32m14[0m[36m[49m thr[1m[90m, 59 kthr[0m[36m[49m; [1m[32m1[0m[36m[49m running
[36m[39m  [36m  1[1m[39m[[0m[39m[49m                                               [1m[90m 0.0%[39m][0m[39m[49m [36mLoad average: [1m[39m0.37 [36m1.08 [0m[36m[49m1.07 
[36m[39m  [36mMem[1m[39m[[0m[32m[49m|[1m[34m|[0m[35m[49m|[33m||[39m                                     [1m[90m130M/23.5G[39m][0m[39m[49m [36mUptime: [1m00:59:17
[1m[36m[0m[39m[49m  [36mSwp[1m[39m[[0m[39m[49m                                               [1m[90m0K/0K[39m]
[1m
[1m[0m[39m[49m  [32m[42m[[30mMain[32m][39m[49m [34m[44m[[30mI/O[34m]
[34m[44m[30m[46m  PID△[42mUSER       PRI  NI  VIRT   RES   SHR S  CPU% MEM%   TIME+  Command
[30m[42m[46m    1 root        20   0 48428 18108  6412 S   0.0  0.1  0:12.15 /process_api --firecracker-init --addr 0.0.0.0:2024 --m
[30m[46m[39m[49m   59 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.05 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   60 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.07 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   61 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   62 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   63 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   64 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   65 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   68 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.81 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   70 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:01.16 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   75 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:09.07 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   76 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   78 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m108 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.03 [36m├─ [32m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m 1189 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m092   992 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.26 [36m├─ [39mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 1190 root        20 [1m[90m  0 [0m[36m[49m 5[39m676 [36m 4[39m660 [36m 2[39m996 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.21 [36m│  └─ [39mbash /dev/fd/3
 2894 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m052   952 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.50 [36m├─ [39mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 2895 root        20 [1m[90m  0 [0m[36m[49m 5[39m592 [36m 4[39m676 [36m 3[39m100 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.18 [36m│  └─ [39mbash /dev/fd/3
 3029 root        20 [1m[90m  0 [0m[36m[49m 5[39m544 [36m 1[39m100   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.29 [36m├─ [39mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 3042 root        20 [1m[90m  0 [0m[36m[49m 5[39m528 [36m 4[39m520 [36m 3[39m060 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.12 [36m│  ├─ [39mbash /dev/fd/3
 5949 root        20 [1m[90m  0 [0m[36m[49m 5[39m528 [36m 3[39m304 [36m 1[39m844 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 [36m│  │  └─ [39mbash /dev/fd/3
 5950 root        20 [1m[90m  0 [0m[36m[49m 5[39m012 [36m 2[39m532 [36m 1[39m588 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 [36m│  │     └─ [39mbash /dev/fd/3
 6005 root        20 [1m[90m  0 [0m[36m[49m17[39m344 [36m14[39m356 [36m 6[39m692 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.05 [36m│  │        └─ [39m/root/.pyenv/versions/3.11.7/bin/python3
 6196 root        20 [1m[90m  0 [0m[36m[49m 5[39m456 [36m 4[39m180 [36m 3[39m128 [32mR [1m[90m  0.0  0.0 [0m[39m[49m 0:00.04 [36m│  │           └─ [39mhtop -d 5
 5945 root        20 [1m[90m  0 [0m[36m[49m 5[39m544 [36m 1[39m100   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 [36m│  ├─ [32mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --st
[32m[39m 5946 root        20 [1m[90m  0 [0m[36m[49m 5[39m544 [36m 1[39m100   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 [36m│  └─ [32mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --st
[32m[39m 4006 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m072   968 [1m[90mS   0.0  0.0 [0m[39m[49m 0:01.14 [36m├─ [39mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4007 root        20 [1m[90m  0 [0m[36m[49m 5[39m412 [36m 4[39m404 [36m 3[39m008 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.11 [36m│  └─ [39mbash /dev/fd/3
 4314 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m084   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.67 [36m├─ [39mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4315 root        20 [1m[90m  0 [0m[36m[49m 5[39m592 [36m 4[39m600 [36m 3[39m020 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.11 [36m│  └─ [39mbash /dev/fd/3
 5339 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m056   952 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.05 [36m├─ [39mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5340 root        20 [1m[90m  0 [0m[36m[49m 5[39m432 [36m 4[39m620 [36m 3[39m196 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.14 [36m│  └─ [39mbash /dev/fd/3
F1[30m[46mHelp  [39m[49mF2[30m[46mSetup [39m[49mF3[30m[46mSearch[39m[49mF4[30m[46mFilter[39m[49mF5[30m[46mList  [39m[49mF6[30m[46mSortBy[39m[49mF7[30m[46mNice -[39m[49mF8[30m[46mNice +[39m[49mF9[30m[46mKill  [39m[49mF10[30m[46mQuit  
@ 13568 39,81
=
=
=
=
=
=
=
=
[30m[42m[46m    1 root        20   2 48428 18108  6412 S   0.0  0.1  0:12.15 /process_api --firecracker-init --addr 0.0.0.0:2024 --m
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 16747 39,81
=
  [36m  0[1m[39m[[0m[32m[49m|[31m||[39m                                            [1m[90m 3.8%[39m][0m[39m[49m [36mTasks: [1m27[0m[36m[49m, [1m[32m14[0m[36m[49m thr[1m[90m, 59 kthr[0m[36m[49m; [1m[32m1[0m[36m[49m running
[36m[39m  [36m  1[1m[39m[[0m[32m[49m||||[31m||[39m                                         [1m[90m 9.9%[39m][0m[39m[49m [36mLoad average: [1m[39m0.34 [36m1.06 [0m[36m[49m1.06 
[36m[39m  [36mMem[1m[39m[[0m[32m[49m|[1m[34m|[0m[35m[49m|[33m||[39m                                     [1m[90m130M/23.5G[39m][0m[39m[49m [36mUptime: [1m00:59:18
=
=
=
[34m[44m[30m[42m  PID USER       PRI  NI  VIRT   RES   SHR S [46m CPU%▽[42mMEM%   TIME+  Command
[30m[42m[46m    1 root        22   2 48428 18112  6412 S   0.0  0.1  0:12.15 /process_api --firecracker-init --addr 0.0.0.0:2024 --m
[30m[46m[39m[49m   59 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.05 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   60 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.07 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   61 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   62 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   63 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   64 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   65 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   68 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.81 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   70 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:01.16 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   75 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:09.07 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   76 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.00 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m   78 root        20 [1m[90m  0 [0m[36m[49m48[39m428 [36m18[39m112 [36m 6[39m412 [1m[90mS   0.0 [0m[39m[49m 0.1  0:00.03 [32m/process_api --firecracker-init --addr 0.0.0.0:2024 --m
[32m[39m 1189 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m092   992 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.26 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 1190 root        20 [1m[90m  0 [0m[36m[49m 5[39m676 [36m 4[39m660 [36m 2[39m996 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.21 bash /dev/fd/3
 2894 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m052   952 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.50 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 2895 root        20 [1m[90m  0 [0m[36m[49m 5[39m592 [36m 4[39m676 [36m 3[39m100 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.18 bash /dev/fd/3
 3029 root        20 [1m[90m  0 [0m[36m[49m 5[39m544 [36m 1[39m100   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.29 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 3042 root        20 [1m[90m  0 [0m[36m[49m 5[39m528 [36m 4[39m520 [36m 3[39m060 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.12 bash /dev/fd/3
 4006 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m072   968 [1m[90mS   0.0  0.0 [0m[39m[49m 0:01.14 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 4007 root        20 [1m[90m  0 [0m[36m[49m 5[39m412 [36m 4[39m404 [36m 3[39m008 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.11 bash /dev/fd/3
 4314 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m084   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.67 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 4315 root        20 [1m[90m  0 [0m[36m[49m 5[39m592 [36m 4[39m600 [36m 3[39m020 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.11 bash /dev/fd/3
 5339 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m056   952 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.05 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 5340 root        20 [1m[90m  0 [0m[36m[49m 5[39m432 [36m 4[39m620 [36m 3[39m196 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.14 bash /dev/fd/3
 5345 root        20 [1m[90m  0 [0m[36m[49m 1[39m392 [36m 1[39m096   996 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.11 line_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --startup-
 5359 root        20 [1m[90m  0 [0m[36m[49m 5[39m596 [36m 4[39m628 [36m 3[39m100 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.16 bash /dev/fd/3
 5945 root        20 [1m[90m  0 [0m[36m[49m 5[39m544 [36m 1[39m100   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 [32mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --startup-
[32m[39m 5946 root        20 [1m[90m  0 [0m[36m[49m 5[39m544 [36m 1[39m100   984 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 [32mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --startup-
[32m[39m 5949 root        20 [1m[90m  0 [0m[36m[49m 5[39m528 [36m 3[39m304 [36m 1[39m844 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 bash /dev/fd/3
 5950 root        20 [1m[90m  0 [0m[36m[49m 5[39m012 [36m 2[39m532 [36m 1[39m588 [1m[90mS   0.0  0.0 [0m[39m[49m 0:00.00 bash /dev/fd/3
F1[30m[46mHelp  [39m[49mF2[30m[46mSetup [39m[49mF3[30m[46mSearch[39m[49mF4[30m[46mFilter[39m[49mF5[30m[46mTree  [39m[49mF6[30m[46mSortBy[39m[49mF7[30m[46mNice -[39m[49mF8[30m[46mNice +[39m[49mF9[30m[46mKill  [39m[49mF10[30m[46mQuit  
@ 21204 39,81
=
=
=
=
=
=
[1m[0m[39m[49m  [34m[44m[[30mMain[34m][39m[49m [32m[42m[[30mI/O[32m]
[32m[42m[30m  PID USER       IO [46m   DISK R/W▽[42m DISK READ   DISK WRITE SWPD%  IOD% Command
[30m[42m[46m    1 root       B4    0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 /process_api --firecracker-init --addr 0.0.0.0:2024[39m 
[46m[49m   59 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   60 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   61 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   62 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   63 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   64 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   65 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   68 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   70 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   75 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   76 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   78 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
 1189 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 1190 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 2894 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 2895 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 3029 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 3042 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 4006 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4007 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 4314 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4315 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5339 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5340 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5345 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5359 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5945 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --start
[32m[39m 5946 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --start
[32m[39m 5949 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5950 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
=
@ 24235 39,81
=
  [36m  0[1m[39m[[90m   [0m[39m[49m                                            [1m[90m 0.0%[39m][0m[39m[49m [36mTasks: [1m27[0m[36m[49m, [1m[32m14[0m[36m[49m thr[1m[90m, 59 kthr[0m[36m[49m; [1m[32m2[0m[36m[49m running
[36m[39m  [36m  1[1m[39m[[0m[31m[49m|[1m[90m     [0m[39m[49m                                         [1m[90m 1.2%[39m][0m[39m[49m [36mLoad average: [1m[39m0.34 [36m1.06 [0m[36m[49m1.06 
[36m[39m  [36mMem[1m[39m[[0m[32m[49m|[1m[34m|[0m[35m[49m|[33m||[39m                                     [1m[90m130M/23.5G[39m][0m[39m[49m [36mUptime: [1m00:59:19
=
=
=
=
[30m[42m[43m 1190 root       B4    0.97 B/s    0.72 B/s    0.25 B/s   0.0   0.0 bash /dev/fd/3[39m                                      
[43m[49m 3042 root       B4    0.50 B/s    0.44 B/s    0.06 B/s [1m[90m  0.0   0.0 [0m[39m[49mbash /dev/fd/3
 2895 root       B4    0.37 B/s    0.23 B/s    0.15 B/s [1m[90m  0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5359 root       B4    0.28 B/s    0.23 B/s    0.05 B/s [1m[90m  0.0   0.0 [0m[39m[49mbash /dev/fd/3
 4007 root       B4    0.28 B/s    0.18 B/s    0.10 B/s [1m[90m  0.0   0.0 [0m[39m[49mbash /dev/fd/3
 4315 root       B4    0.17 B/s    0.15 B/s    0.02 B/s [1m[90m  0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5340 root       B4    0.02 B/s    0.02 B/s [1m[90m   0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 6005 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49m/root/.pyenv/versions/3.11.7/bin/python3 tests/vt/re
 1189 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 2894 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5345 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 3029 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5339 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4314 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4006 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 6196 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mhtop -d 5
 6229 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise claude-1
 5950 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 6217 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise demo-3
 6300 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise demo-2
 5949 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 6297 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise demo-1
 5945 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --start
[32m[39m 5946 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --start
[32m[39m 6218 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console shell
 6230 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console claude
 6298 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console shell
 6301 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console shell
    1 root       B4 [1m[90m        N/A         N/A         N/A   0.0   0.0 [0m[39m[49m/process_api --firecracker-init --addr 0.0.0.0:2024
   59 root       B4 [1m[90m        N/A         N/A         N/A   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024[39m
   60 root       B4 [1m[90m        N/A         N/A         N/A   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39mF1[30m[46mHelp  [39m[49mF2[30m[46mSetup [39m[49mF3[30m[46mSearch[39m[49mF4[30m[46mFilter[39m[49mF5[30m[46mTree  [39m[49mF6[30m[46mSortBy[39m[49mF7[30m[46mNice -[39m[49mF8[30m[46mNice +[39m[49mF9[30m[46mKill  [39m[49mF10[30m[46mQuit  
@ 27642 30,24
[1m[36mhtop 3.2.2 - (C) 2004-2019 Hisham Muhammad. (C) 2020-2023 htop dev team.
[1m[36mReleased under the GNU GPLv2+. See 'man' page for more info.
[1m[36m
[1m[36m[0m[39m[49mCPU usage bar: [1m[[34mlow[0m[39m[49m/[32mnormal[39m/[31mkernel[39m/[36mguest[39m                  [1m[90mused%[39m]
[1m[0m[39m[49mMemory bar:    [1m[[0m[32m[49mused[39m/[1m[34mbuffers[0m[39m[49m/[35mshared[39m/[33mcache[39m                     [1m[90mused[0m[39m[49m/[1m[90mtotal[39m]
[1m[0m[39m[49mSwap bar:      [1m[[0m[31m[49mused[39m/[33mcache[39m                                    [1m[90mused[0m[39m[49m/[1m[90mtotal[39m]
[1m
[1m[0m[39m[49mType and layout of header meters are configurable in the setup screen.

Process state: [32mR[39m: running; [1m[90mS[0m[39m[49m: sleeping; [32mt[39m: traced/stopped; [1m[31mZ[0m[39m[49m: zombie; [1m[31mD[0m[39m[49m: disk sleep

      [1m[36m #: [0m[39m[49mhide/show header meters[1m[36m          S-Tab: [0m[39m[49mswitch to previous screen tab
    [1m[36m Tab: [0m[39m[49mswitch to next screen tab[1m[36m        Space: [0m[39m[49mtag process
[1m[36m  Arrows: [0m[39m[49mscroll process list                  [1m[36mc: [0m[39m[49mtag process and its children
[1m[36m  Digits: [0m[39m[49mincremental PID search               [1m[36mU: [0m[39m[49muntag all processes
[1m[36m    F3 /: [0m[39m[49mincremental name search[1m[36m           F9 k: [0m[39m[49mkill process/tagged processes
[1m[36m    F4 \: [0m[39m[49mincremental name filtering[1m[36m        F7 ]: [0m[39m[49mhigher priority (root only)
[1m[36m    F5 t: [0m[39m[49mtree view                         [1m[36mF8 [: [0m[39m[49mlower priority (+ nice)
      [1m[36m p: [0m[39m[49mtoggle program path                  [1m[36ma: [0m[39m[49mset CPU affinity
      [1m[36m m: [0m[39m[49mtoggle merged command                [1m[36me: [0m[39m[49mshow process environment
      [1m[36m Z: [0m[39m[49mpause/resume process updates[1m[36m         i: [0m[39m[49mset IO priority
      [1m[36m u: [0m[39m[49mshow processes of a single user[1m[36m      l: [0m[39m[49mlist open files with lsof
      [1m[36m H: [0m[39m[49mhide/show user process [32mthreads[1m[36m       x: [0m[39m[49mlist file locks of process
      [1m[36m K: [0m[39m[49mhide/show kernel [32mthreads[1m[36m             s: [0m[39m[49mtrace syscalls with strace
      [1m[36m F: [0m[39m[49mcursor follows process               [1m[36mw: [0m[39m[49mwrap process command in multiple lines
[1m[36m   + - *: [0m[39m[49mexpand/collapse tree/toggle all[1m[36m F2 C S: [0m[39m[49msetup
[1m[36m N P M T: [0m[39m[49msort by PID, CPU%, MEM% or TIME[1m[36m F1 h ?: [0m[39m[49mshow this help screen
      [1m[36m I: [0m[39m[49minvert sort order                [1m[36mF10 q: [0m[39m[49mquit
[1m[36m  F6 > .: [0m[39m[49mselect sort column

[1m[36mPress any key to return.
[1m[36m
[1m[36m
[1m[36m
[1m[36m
[1m[36m
[1m[36m
[1m[36m
[1m[36m
[1m[36m
@ 33166 39,81

  [36m  0[1m[39m[[0m[32m[49m||[31m|||[39m                                           [1m[90m7.3%[39m][0m[39m[49m [36mTasks: [1m27[0m[36m[49m, [1m[32m14[0m[36m[49m thr[1m[90m, 59 kthr[0m[36m[49m; [1m[32m1[0m[36m[49m running
[36m[39m  [36m  1[1m[39m[[0m[32m[49m|||||||||||||||[31m|||||[39m                           [1m[90m35.7%[39m][0m[39m[49m [36mLoad average: [1m[39m0.34 [36m1.06 [0m[36m[49m1.06 
[36m[39m  [36mMem[1m[39m[[0m[32m[49m|[1m[34m|[0m[35m[49m|[33m||[39m                                     [1m[90m140M/23.5G[39m][0m[39m[49m [36mUptime: [1m00:59:20
[1m[36m[0m[39m[49m  [36mSwp[1m[39m[[0m[39m[49m                                               [1m[90m0K/0K[39m]
[1m
[1m[0m[39m[49m  [34m[44m[[30mMain[34m][39m[49m [32m[42m[[30mI/O[32m]
[32m[42m[30m  PID USER       IO [46m   DISK R/W▽[42m DISK READ   DISK WRITE SWPD%  IOD% Command
[30m[42m[39m[49m 4007 root       B4 [36m   1.72 M/s    1.29 M/s [39m 441.78 K/s [1m[90m  0.0   0.0 [0m[39m[49mbash /dev/fd/3
 4006 root       B4   33.61 K/s    4.80 K/s   28.81 K/s [1m[90m  0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 6229 root       B4    9.60 K/s [1m[90m   0.00 B/s [0m[39m[49m   9.60 K/s [1m[90m  0.0   0.0 [0m[39m[49mvmdeck supervise claude-1
 1189 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
[30m[43m 1190 root       B4    0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 bash /dev/fd/3
[30m[43m[39m[49m 2894 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 2895 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 3029 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 3042 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 4314 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 4315 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5339 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5340 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5345 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mline_io_tools/[1m[31mbinary_backend[0m[39m[49m --uid 0 --gid 0 --start
 5359 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5945 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --start
[32m[39m 5946 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[32m[49mline_io_tools/[1m[31mbinary_backend[0m[32m[49m --uid 0 --gid 0 --start
[32m[39m 5949 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 5950 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mbash /dev/fd/3
 6005 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49m/root/.pyenv/versions/3.11.7/bin/python3 tests/vt/re
 6196 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mhtop -d 5
 6217 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise demo-3
 6218 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console shell
 6230 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console claude
 6297 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise demo-1
 6298 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console shell
 6300 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck supervise demo-2
 6301 root       B4 [1m[90m   0.00 B/s    0.00 B/s    0.00 B/s   0.0   0.0 [0m[39m[49mvmdeck demo-console shell
    1 root       B4 [1m[90m        N/A         N/A         N/A   0.0   0.0 [0m[39m[49m/process_api --firecracker-init --addr 0.0.0.0:2024
   59 root       B4 [1m[90m        N/A         N/A         N/A   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39m   60 root       B4 [1m[90m        N/A         N/A         N/A   0.0   0.0 [0m[32m[49m/process_api --firecracker-init --addr 0.0.0.0:2024
[32m[39mF1[30m[46mHelp  [39m[49mF2[30m[46mSetup [39m[49mF3[30m[46mSearch[39m[49mF4[30m[46mFilter[39m[49mF5[30m[46mTree  [39m[49mF6[30m[46mSortBy[39m[49mF7[30m[46mNice -[39m[49mF8[30m[46mNice +[39m[49mF9[30m[46mKill  [39m[49mF10[30m[46mQuit  
@ 33227 0,0
=







































