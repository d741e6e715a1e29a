#!/usr/bin/env python3
"""Record real agents on a pty of 120x40, for tests/vt/streams.

    python3 tests/vt/record_agents.py DIR PROVIDER claude=PATH codex=PATH

PROVIDER is tests/peers/provider.c, built: it plays the model. Writes
DIR/NAME.raw and DIR/NAME.at as record.py does, and DIR/NAME.states: the offset at
which each state was to be seen, for tests/unit/attention_test.c.
"""
import fcntl, os, pty, re, select, shutil, signal, struct, subprocess, sys, termios, time

COLS, ROWS = 120, 40
HOME, WORK = "/tmp/agent-home", "/tmp/project"
KEY = "vmdeck-placeholder"
# In the order in which they are asked, as a terminal does.
ANSWERS = {rb"\x1b\[0?c": b"\x1b[?62;22c", rb"\x1b\[>0?c": b"\x1b[>0;10;1c", rb"\x1b\[5n": b"\x1b[0n",
           rb"\x1b\[6n": b"\x1b[1;1R", rb"\x1b\[>0?q": b"\x1bP>|vmdeck\x1b\\", rb"\x1b\[\?u": b"\x1b[?0u",
           rb"\x1b\[\?2026\$p": b"\x1b[?2026;2$y", rb"\x1b\[\?1016\$p": b"\x1b[?1016;0$y",
           rb"\x1b\]7501;\?(?:\x07|\x1b\\)": b"\x1b]7501;?\x07",
           rb"\x1b\]10;\?(?:\x07|\x1b\\)": b"\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\",
           rb"\x1b\]11;\?(?:\x07|\x1b\\)": b"\x1b]11;rgb:1010/1010/1010\x1b\\"}
ASKED = re.compile(b"|".join(b"(%s)" % p for p in ANSWERS))

ARGS = {"claude": ["--permission-mode", "manual"], "codex": ["--no-daemon"]}

# Each step: what must come before it, keys, and the state that holds once the
# text after them has come and all is silent.
STEPS = {
    "claude": [("ready", b"manual mode", None), ("working", b"First half", b"hello there|\r"),
               ("idle", b"Second half", "go"), ("asks", b"to amend", b"please run touch /etc/x|\r"),
               ("idle", b"Interrupted|want", b"\x1b"), ("exited", None, b"/exit|\r")],
    "codex": [("ready", b"f2 to view|for shortcuts", None), ("working", b"First half", b"hello there|\r"),
              ("idle", b"Second half", "go"), ("asks", b"to confirm", b"please run touch /etc/x|\r"),
              ("idle", b"interrupted|Tell Codex|differently", b"\x1b"), ("exited", None, b"/quit|\r")],
}


def configure(name, port):
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(HOME + "/.claude")
    os.makedirs(HOME + "/.codex")
    os.makedirs(WORK)
    open(HOME + "/.claude.json", "w").write(
        '{"hasCompletedOnboarding": true, "theme": "dark", "customApiKeyResponses": {"approved": ["%s"], "rejected": []},'
        '"projects": {"%s": {"hasTrustDialogAccepted": true, "hasCompletedProjectOnboarding": true}}}' % (KEY, WORK))
    open(HOME + "/.codex/config.toml", "w").write("""model_provider = "vmdeck"
check_for_update_on_startup = false
[model_providers.vmdeck]
name = "vmdeck"
base_url = "http://127.0.0.1:%d/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
[projects."%s"]
trust_level = "trusted"
""" % (port, WORK))
    return {"PATH": "/usr/bin:/bin", "HOME": HOME, "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:%d" % port, "ANTHROPIC_API_KEY": KEY, "OPENAI_API_KEY": KEY,
            "DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}


class Pty:
    def __init__(self, name, path, env):
        self.raw = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(WORK)
            time.sleep(0.2)
            os.execve(path, [path] + ARGS[name], env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))

    def read(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            return None
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        self.raw += got
        for m in ASKED.finditer(got):
            os.write(self.fd, list(ANSWERS.values())[m.lastindex - 1])
        return got

    def until(self, wanted, start):
        """The text, then so much silence as a spinner allows."""
        plain = lambda: re.sub(rb"\x1b(\[[0-9;?<>=]*[a-zA-Z]|\][^\x07\x1b]*(\x07|\x1b\\))", b" ", self.raw[start:])
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.read(0.5) == b"":
                return
            if wanted is None or re.search(wanted.replace(b" ", b"\\s+"), plain()):
                break
        else:
            print("never came:", wanted, plain()[-200:])
        quiet = time.monotonic() + 1.5
        while time.monotonic() < quiet:
            got = self.read(0.3)
            if got is None or got == b"":
                return


def record(name, path, out, provider):
    state = "/tmp/agent-provider"
    shutil.rmtree(state, ignore_errors=True)
    os.makedirs(state)
    peer = subprocess.Popen([provider, state])
    while not os.path.exists(state + "/port"):
        time.sleep(0.02)
    p = Pty(name, path, configure(name, int(open(state + "/port").read())))
    marks = []
    for what, wanted, keys in STEPS[name]:
        start = len(p.raw)
        if keys == "go":
            open(state + "/go", "w").close()
        elif keys:
            for part in keys.split(b"|"):
                os.write(p.fd, part)
                end = time.monotonic() + 0.8  # Enter right behind a text is taken for a pasted newline
                while part != b"\r" and time.monotonic() < end:
                    p.read(0.2)
        p.until(wanted, start)
        marks.append((len(p.raw), what))
    os.kill(p.pid, signal.SIGKILL)
    os.waitpid(p.pid, 0)
    peer.kill()
    open(os.path.join(out, name + ".raw"), "wb").write(p.raw)
    open(os.path.join(out, name + ".at"), "w").write("".join("%d\n" % n for n in sorted({n for n, _ in marks})))
    open(os.path.join(out, name + ".states"), "w").write("".join("%d %s\n" % m for m in marks))
    print(name, len(p.raw), marks)


out, provider = sys.argv[1:3]
for arg in sys.argv[3:]:
    name, path = arg.split("=", 1)
    record(name, path, out, provider)
