@ 18 0,10
bash-5.2#







































@ 106 1,20
bash-5.2# PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\w\$ '
[1m[32mroot@vm[0m[39m[49m:/work/main#
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
=
@ 4980 39,20
-rw-r--r--  1 root     root       685 Mar  5  2023 e2scrub.conf
-rw-r--r--  1 root     root         0 May 20  2025 environment
drwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34menvironment.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1853 Oct 17  2022 ethertypes
drwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mfonts
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      8378 Sep 22 04:38 fpc-3.2.2.cfg
lrwxrwxrwx  1 root     root        25 Sep 22 04:38 [1m[36mfpc.cfg[0m[39m[49m -> /etc/alternatives/fpc.cfg
-rw-r--r--  1 root     root        37 May 20  2025 fstab
-rw-r--r--  1 root     root      2584 Jul 29  2022 gai.conf
drwxr-xr-x  3 root     root      4096 Sep 22 04:38 [1m[34mgdb
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        72 Jun 24  2025 gitconfig
drwxr-xr-x  3 root     root      4096 May 20  2026 [1m[34mglvnd
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Sep 22 04:38 [1m[34mgnucobol
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      3886 Jan 14  2023 gprofng.rc
drwxr-xr-x  2 root     root      4096 Sep 22 04:38 [1m[34mgroff
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       618 Nov 22 06:16 group
-rw-r--r--  1 root     root       606 May 20  2026 group-
-rw-r-----  1 root     shadow     521 Nov 22 06:16 gshadow
-rw-r-----  1 root     shadow     512 May 20  2026 gshadow-
drwxr-xr-x  3 root     root      4096 Jun 24  2025 [1m[34mgss
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mgtk-2.0
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root         9 Aug  7  2006 host.conf
-rwxr-xr-x  1 root     root         3 Nov 22 06:09 [1m[32mhostname
[1m[32m[0m[39m[49m-rwxr-xr-x  1 root     root        49 Nov 22 06:09 [1m[32mhosts
[1m[32m[0m[39m[49m-rw-r--r--  1 root     root       349 Sep 21 04:58 image.setuid-baseline
drwxr-xr-x  2 root     root      4096 May 20  2026 [1m[34minit.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1875 Jan  3  2023 inputrc
drwxr-xr-x  4 root     root      4096 May  9  2026 [1m[34miproute2
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        27 May  9  2025 issue
-rw-r--r--  1 root     root        20 May  9  2025 issue.net
drwxr-xr-x  5 root     root      4096 Jun 24  2025 [1m[34mjava-17-openjdk
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mkernel
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root     44479 Nov 22 06:16 ld.so.cache
-rw-r--r--  1 root     root        34 Mar  6  2025 ld.so.conf
drwxr-xr-x  2 root     root      4096 Oct 15 21:36 [1m[34mld.so.conf.d
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mldap
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       191 Feb  9  2023 libaudit.conf
drwxr-xr-x  2 root     root      4096 Nov 22 06:16 [1m[34mlibnl-3
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mlighttpd
[1m[34m[32mroot@vm[0m[39m[49m:/work/main#
@ 5745 39,112
lrwxrwxrwx  1 root     root        25 Sep 22 04:38 [1m[36mfpc.cfg[0m[39m[49m -> /etc/alternatives/fpc.cfg
-rw-r--r--  1 root     root        37 May 20  2025 fstab
-rw-r--r--  1 root     root      2584 Jul 29  2022 gai.conf
drwxr-xr-x  3 root     root      4096 Sep 22 04:38 [1m[34mgdb
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        72 Jun 24  2025 gitconfig
drwxr-xr-x  3 root     root      4096 May 20  2026 [1m[34mglvnd
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Sep 22 04:38 [1m[34mgnucobol
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      3886 Jan 14  2023 gprofng.rc
drwxr-xr-x  2 root     root      4096 Sep 22 04:38 [1m[34mgroff
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       618 Nov 22 06:16 group
-rw-r--r--  1 root     root       606 May 20  2026 group-
-rw-r-----  1 root     shadow     521 Nov 22 06:16 gshadow
-rw-r-----  1 root     shadow     512 May 20  2026 gshadow-
drwxr-xr-x  3 root     root      4096 Jun 24  2025 [1m[34mgss
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mgtk-2.0
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root         9 Aug  7  2006 host.conf
-rwxr-xr-x  1 root     root         3 Nov 22 06:09 [1m[32mhostname
[1m[32m[0m[39m[49m-rwxr-xr-x  1 root     root        49 Nov 22 06:09 [1m[32mhosts
[1m[32m[0m[39m[49m-rw-r--r--  1 root     root       349 Sep 21 04:58 image.setuid-baseline
drwxr-xr-x  2 root     root      4096 May 20  2026 [1m[34minit.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1875 Jan  3  2023 inputrc
drwxr-xr-x  4 root     root      4096 May  9  2026 [1m[34miproute2
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        27 May  9  2025 issue
-rw-r--r--  1 root     root        20 May  9  2025 issue.net
drwxr-xr-x  5 root     root      4096 Jun 24  2025 [1m[34mjava-17-openjdk
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mkernel
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root     44479 Nov 22 06:16 ld.so.cache
-rw-r--r--  1 root     root        34 Mar  6  2025 ld.so.conf
drwxr-xr-x  2 root     root      4096 Oct 15 21:36 [1m[34mld.so.conf.d
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mldap
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       191 Feb  9  2023 libaudit.conf
drwxr-xr-x  2 root     root      4096 Nov 22 06:16 [1m[34mlibnl-3
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mlighttpd
[1m[34m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main#
@ 5852 39,20
drwxr-xr-x  3 root     root      4096 Sep 22 04:38 [1m[34mgdb
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        72 Jun 24  2025 gitconfig
drwxr-xr-x  3 root     root      4096 May 20  2026 [1m[34mglvnd
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Sep 22 04:38 [1m[34mgnucobol
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      3886 Jan 14  2023 gprofng.rc
drwxr-xr-x  2 root     root      4096 Sep 22 04:38 [1m[34mgroff
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       618 Nov 22 06:16 group
-rw-r--r--  1 root     root       606 May 20  2026 group-
-rw-r-----  1 root     shadow     521 Nov 22 06:16 gshadow
-rw-r-----  1 root     shadow     512 May 20  2026 gshadow-
drwxr-xr-x  3 root     root      4096 Jun 24  2025 [1m[34mgss
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mgtk-2.0
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root         9 Aug  7  2006 host.conf
-rwxr-xr-x  1 root     root         3 Nov 22 06:09 [1m[32mhostname
[1m[32m[0m[39m[49m-rwxr-xr-x  1 root     root        49 Nov 22 06:09 [1m[32mhosts
[1m[32m[0m[39m[49m-rw-r--r--  1 root     root       349 Sep 21 04:58 image.setuid-baseline
drwxr-xr-x  2 root     root      4096 May 20  2026 [1m[34minit.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1875 Jan  3  2023 inputrc
drwxr-xr-x  4 root     root      4096 May  9  2026 [1m[34miproute2
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        27 May  9  2025 issue
-rw-r--r--  1 root     root        20 May  9  2025 issue.net
drwxr-xr-x  5 root     root      4096 Jun 24  2025 [1m[34mjava-17-openjdk
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mkernel
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root     44479 Nov 22 06:16 ld.so.cache
-rw-r--r--  1 root     root        34 Mar  6  2025 ld.so.conf
drwxr-xr-x  2 root     root      4096 Oct 15 21:36 [1m[34mld.so.conf.d
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mldap
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       191 Feb  9  2023 libaudit.conf
drwxr-xr-x  2 root     root      4096 Nov 22 06:16 [1m[34mlibnl-3
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mlighttpd
[1m[34m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main# echo 世
界世界 xxé ok
世界世界 xxé ok
[1m[32mroot@vm[0m[39m[49m:/work/main#
@ 6774 39,112
-rw-r--r--  1 root     root       618 Nov 22 06:16 group
-rw-r--r--  1 root     root       606 May 20  2026 group-
-rw-r-----  1 root     shadow     521 Nov 22 06:16 gshadow
-rw-r-----  1 root     shadow     512 May 20  2026 gshadow-
drwxr-xr-x  3 root     root      4096 Jun 24  2025 [1m[34mgss
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mgtk-2.0
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root         9 Aug  7  2006 host.conf
-rwxr-xr-x  1 root     root         3 Nov 22 06:09 [1m[32mhostname
[1m[32m[0m[39m[49m-rwxr-xr-x  1 root     root        49 Nov 22 06:09 [1m[32mhosts
[1m[32m[0m[39m[49m-rw-r--r--  1 root     root       349 Sep 21 04:58 image.setuid-baseline
drwxr-xr-x  2 root     root      4096 May 20  2026 [1m[34minit.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1875 Jan  3  2023 inputrc
drwxr-xr-x  4 root     root      4096 May  9  2026 [1m[34miproute2
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        27 May  9  2025 issue
-rw-r--r--  1 root     root        20 May  9  2025 issue.net
drwxr-xr-x  5 root     root      4096 Jun 24  2025 [1m[34mjava-17-openjdk
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mkernel
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root     44479 Nov 22 06:16 ld.so.cache
-rw-r--r--  1 root     root        34 Mar  6  2025 ld.so.conf
drwxr-xr-x  2 root     root      4096 Oct 15 21:36 [1m[34mld.so.conf.d
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mldap
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       191 Feb  9  2023 libaudit.conf
drwxr-xr-x  2 root     root      4096 Nov 22 06:16 [1m[34mlibnl-3
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mlighttpd
[1m[34m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main# echo 世
界世界 xxé ok
世界世界 xxé ok
[1m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main#
@ 6930 39,20
-rw-r--r--  1 root     root         9 Aug  7  2006 host.conf
-rwxr-xr-x  1 root     root         3 Nov 22 06:09 [1m[32mhostname
[1m[32m[0m[39m[49m-rwxr-xr-x  1 root     root        49 Nov 22 06:09 [1m[32mhosts
[1m[32m[0m[39m[49m-rw-r--r--  1 root     root       349 Sep 21 04:58 image.setuid-baseline
drwxr-xr-x  2 root     root      4096 May 20  2026 [1m[34minit.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1875 Jan  3  2023 inputrc
drwxr-xr-x  4 root     root      4096 May  9  2026 [1m[34miproute2
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        27 May  9  2025 issue
-rw-r--r--  1 root     root        20 May  9  2025 issue.net
drwxr-xr-x  5 root     root      4096 Jun 24  2025 [1m[34mjava-17-openjdk
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mkernel
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root     44479 Nov 22 06:16 ld.so.cache
-rw-r--r--  1 root     root        34 Mar  6  2025 ld.so.conf
drwxr-xr-x  2 root     root      4096 Oct 15 21:36 [1m[34mld.so.conf.d
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mldap
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       191 Feb  9  2023 libaudit.conf
drwxr-xr-x  2 root     root      4096 Nov 22 06:16 [1m[34mlibnl-3
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mlighttpd
[1m[34m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main# echo 世
界世界 xxé ok
世界世界 xxé ok
[1m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main# printf '
a\tb\tc\n%.0s' 1 2 3; tput setaf 3 rev; echo hi; tput sgr0
a       b       c
a       b       c
a       b       c
[7m[33mhi
[7m[33m[0;1m[32m[49mroot@vm[0m[39m[49m:/work/main#
@ 6951 39,0
-rwxr-xr-x  1 root     root        49 Nov 22 06:09 [1m[32mhosts
[1m[32m[0m[39m[49m-rw-r--r--  1 root     root       349 Sep 21 04:58 image.setuid-baseline
drwxr-xr-x  2 root     root      4096 May 20  2026 [1m[34minit.d
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root      1875 Jan  3  2023 inputrc
drwxr-xr-x  4 root     root      4096 May  9  2026 [1m[34miproute2
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root        27 May  9  2025 issue
-rw-r--r--  1 root     root        20 May  9  2025 issue.net
drwxr-xr-x  5 root     root      4096 Jun 24  2025 [1m[34mjava-17-openjdk
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mkernel
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root     44479 Nov 22 06:16 ld.so.cache
-rw-r--r--  1 root     root        34 Mar  6  2025 ld.so.conf
drwxr-xr-x  2 root     root      4096 Oct 15 21:36 [1m[34mld.so.conf.d
[1m[34m[0m[39m[49mdrwxr-xr-x  2 root     root      4096 Jun 24  2025 [1m[34mldap
[1m[34m[0m[39m[49m-rw-r--r--  1 root     root       191 Feb  9  2023 libaudit.conf
drwxr-xr-x  2 root     root      4096 Nov 22 06:16 [1m[34mlibnl-3
[1m[34m[0m[39m[49mdrwxr-xr-x  4 root     root      4096 Jun 24  2025 [1m[34mlighttpd
[1m[34m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main# echo 世
界世界 xxé ok
世界世界 xxé ok
[1m[32mroot@vm[0m[39m[49m:/work/main# seq 1 200 | tr '\n' ' '
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83
84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117
118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147
148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177
178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 [1m[32mroot@vm[0m[39m[49m:/work/main# printf '
a\tb\tc\n%.0s' 1 2 3; tput setaf 3 rev; echo hi; tput sgr0
a       b       c
a       b       c
=
[7m[33mhi
[7m[33m[0;1m[32m[49mroot@vm[0m[39m[49m:/work/main# exit
exit

