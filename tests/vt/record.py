#!/usr/bin/env python3
"""Record real programs on a pty of 120x40, for tests/vt/streams.

    python3 tests/vt/record.py DIR [NAME...]

writes DIR/NAME.raw, what the program sent, and DIR/NAME.at, the offsets at
which it had fallen silent: there the oracles look at the screen. Needs the
Debian packages of the programs. Queries are answered as a plain terminal
would, so that no program waits.
"""
import fcntl, os, pty, re, select, struct, sys, termios, time

COLS, ROWS = 120, 40
ESC = "\x1b"
UP, DOWN, LEFT, RIGHT = (ESC + "[" + c for c in "ABDC")
PGDN, PGUP, F3, F10 = ESC + "[6~", ESC + "[5~", ESC + "OR", ESC + "[21~"

SAMPLE = """Plain text, then \u4e16\u754c wide, e\u0301 combining, \u00e4\u00f6\u00fc.
""" + "".join("line %d: %s\n" % (i, "the quick brown fox jumps over the lazy dog " * (i % 4)) for i in range(200))

# name: command, then keys; each is sent when the program is silent.
PROGRAMS = {
    "vim": (["vim", "-u", "NONE", "-c", "syntax on", "-c", "set nu hls mouse=a", "/tmp/vt-sample.c"],
            [DOWN * 5, PGDN, "/static\r", "n", "ofoo bar" + ESC, ":split\r", PGDN, "dd", "5dd", "u",
             ":set list\r", "ggVGy", "P", ":vsplit\r", PGDN, ":help\r", PGDN, ":qa!\r"]),
    "less": (["less", "-R", "/tmp/vt-sample.txt"],
             [PGDN, PGDN, "/fox\r", "n", "N", PGUP, "g", "G", RIGHT, LEFT, "h", "q", "q"]),
    "htop": (["htop", "-d", "5"], [DOWN, DOWN, "t", "\t", F3 + "sh" + ESC, "h", "q", F10]),
    "mc": (["mc", "-c", "-u", "-x", "/usr/share", "/etc"],
           ["\x1bOB", "\x1bOB", "\t", "\x1bOB", "\x1bOB", "\x1bOR", PGDN, "q", "\x1b9", "\x1bOB", "\x1bOC",
            "\x1bOB", "\x1b\x1b", "\x1b0", "\r"]),
    "nano": (["nano", "-l", "/tmp/vt-sample.txt"],
             ["hello ", DOWN * 3, PGDN, "\x17fox\r", "\x0b", "\x0b", "\x15", "\x07", PGDN, "\x18", "\x18", "n"]),
    "dialog": (["sh", "-c", "dialog --menu Pick 20 60 10 a Alpha b Beta c Gamma; "
                "dialog --checklist Which 20 60 10 a Alpha on b Beta off; "
                "dialog --yesno 'Really?' 8 40; for i in 10 50 90; do echo $i; done | dialog --gauge Wait 8 50; "
                "dialog --calendar When 3 50"],
               [DOWN, UP, "\r", DOWN, " ", "\r", "\t", "\r", DOWN, "\t", "\r"]),
    "tmux": (["tmux", "-L", "vtrec", "-f", "/dev/null", "new-session", "sh"],
             ["ls -la /usr/bin | head -80\r", "\x02%", "seq 1 60\r", "\x02\"", "top -b -n1 | head -30\r", "\x02o",
              "printf '\\033[1;31mred\\033[44mblue\\033[0m \\xe4\\xb8\\x96\\xe7\\x95\\x8c\\n'\r", "\x02[", PGUP, "q",
              "\x02z", "\x02z", "\x02c", "clear; echo hi\r", "\x02p", "tmux -L vtrec kill-server\r"]),
    "vttest1": (["vttest", "%dx%d.%d" % (ROWS, 80, 120)], ["1\r"] + ["\r"] * 8 + ["0\r"]),
    "vttest2": (["vttest", "%dx%d.%d" % (ROWS, 80, 120)], ["2\r"] + ["\r"] * 18 + ["0\r"]),
    "vttest3": (["vttest", "%dx%d.%d" % (ROWS, 80, 120)], ["3\r", "8\r", "\r", "9\r", "\r", "0\r", "0\r"]),
    "vttest8": (["vttest", "%dx%d.%d" % (ROWS, 80, 120)], ["8\r"] + ["\r"] * 14 + ["0\r"]),
    "vttest11": (["vttest", "%dx%d.%d" % (ROWS, 80, 120)],
                 ["11\r", "1\r", "2\r"] + ["\r"] * 6 + ["0\r", "2\r", "2\r"] + ["\r"] * 4 + ["0\r", "0\r", "6\r", "\r", "0\r", "0\r"]),
    "shell": (["bash", "--norc", "-i"],
              ["PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\w\\$ '\r", "ls --color=always -la /etc | head -70\r",
               "seq 1 200 | tr '\\n' ' '\r", "echo \u4e16\u754c\u4e16\u754c e\u0301 ok" + LEFT * 4 + "xx\r",
               "\x12seq\r", "printf 'a\\tb\\tc\\n%.0s' 1 2 3; tput setaf 3 rev; echo hi; tput sgr0\r", "exit\r"]),
}
ANSWERS = [(re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"), (re.compile(rb"\x1b\[>0?c"), b"\x1b[>0;10;1c"),
           (re.compile(rb"\x1b\[5n"), b"\x1b[0n"), (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
           (re.compile(rb"\x1b\[>0?q"), b"\x1bP>|vmdeck\x1b\\")]


def drain(fd, silence):
    data = b""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if not select.select([fd], [], [], silence)[0]:
            break
        try:
            got = os.read(fd, 65536)
        except OSError:
            return data, True
        if not got:
            return data, True
        data += got
        for pattern, answer in ANSWERS:
            for _ in pattern.findall(got):
                os.write(fd, answer)
    return data, False


def record(name, out):
    argv, keys = PROGRAMS[name]
    pid, fd = pty.fork()
    if pid == 0:
        env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "LINES", "COLUMNS")}
        env.update(TERM="xterm-256color", LC_ALL="C.UTF-8", HOME="/tmp")
        time.sleep(0.2)
        os.execvpe(argv[0], argv, env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
    raw, at = b"", []
    for key in [None] + keys:
        if key is not None:
            try:
                os.write(fd, key.encode())
            except OSError:
                break
        got, ended = drain(fd, 1.0 if key is None else 0.4)
        raw += got
        if not at or at[-1] != len(raw):
            at.append(len(raw))
        if ended:
            break
    os.close(fd)
    os.waitpid(pid, 0)
    open(os.path.join(out, name + ".raw"), "wb").write(raw)
    if not name.startswith("vttest"):  # full screens of colour are large: eight will do
        at = [n for i, n in enumerate(at) if i * 8 // len(at) != (i - 1) * 8 // len(at)]
    open(os.path.join(out, name + ".at"), "w").write("".join("%d\n" % n for n in at if n))
    print(name, len(raw), len(at))


os.makedirs(sys.argv[1], exist_ok=True)
open("/tmp/vt-sample.txt", "w").write(SAMPLE)
open("/tmp/vt-sample.c", "w").write(open("tests/vt/script.c").read() if os.path.exists("tests/vt/script.c") else SAMPLE)
for name in sys.argv[2:] or PROGRAMS:
    record(name, sys.argv[1])
