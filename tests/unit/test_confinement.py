"""A child that opens files has neither network nor other programs, nor a way into other processes."""

import subprocess
import sys
from pathlib import Path

from ocr_service.decoding.children import Child

TRIED = """
import ctypes, os, socket, threading
from ocr_service.decoding.confinement import confine

started, done, refused = threading.Event(), threading.Event(), []

def tried(name, call):
    try:
        call()
    except PermissionError:
        refused.append(name)

def in_another_thread():
    started.wait()
    tried("socket in a thread", socket.socket)
    done.set()

threading.Thread(target=in_another_thread).start()
ours, theirs = socket.socketpair()
assert confine()
started.set()
done.wait()
tried("socket", socket.socket)
tried("local socket", lambda: socket.socket(socket.AF_UNIX))
tried("exec", lambda: os.execv("/bin/true", ["true"]))
libc = ctypes.CDLL(None, use_errno=True)
refused.append("ptrace" if libc.ptrace(16, os.getppid(), 0, 0) == -1 and ctypes.get_errno() == 1 else "")
ours.send(b"goes on")
assert theirs.recv(99) == b"goes on"
assert open("/proc/self/status").read()
print(",".join(refused))
"""


def test_what_is_given_up_is_refused_to_every_thread_and_the_rest_goes_on() -> None:
    ran = subprocess.run([sys.executable, "-c", TRIED], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "socket in a thread,socket,local socket,exec,ptrace"


def test_a_child_has_given_it_up_when_it_is_ready() -> None:
    child = Child()
    try:
        child.get_ready()
        status = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii").split()
    finally:
        child.kill()

    assert status[status.index("NoNewPrivs:") + 1] == "1"
    assert status[status.index("Seccomp:") + 1] == "2"
