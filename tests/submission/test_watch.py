"""What the audit hook takes for a forbidden act, and what it lets pass."""

import os

import pytest

from cosplit.submission.watch import verdict_of

ROOTS = ("/usr/lib/python3", "/opt/cosplit")


@pytest.mark.parametrize(
    ("event", "args", "verdict"),
    [
        ("open", ("/usr/lib/python3/os.py", "r", 0), None),
        ("open", ("/opt/cosplit", None, os.O_RDONLY), None),
        ("open", (3, "wb", os.O_WRONLY), None),
        ("open", (os.devnull, "w", os.O_WRONLY), None),
        ("open", ("/opt/cosplit/x.py", "a", 0), "disk"),
        ("open", ("/opt/cosplit/x.py", None, os.O_RDWR), "disk"),
        ("open", (b"/tmp/x", "xb", 0), "disk"),
        ("open", ("/opt/cosplit-labels/y", "r", 0), "files"),
        ("open", ("/opt/cosplit/../labels", "r", 0), "files"),
        ("os.remove", ("/tmp/x", -1), "disk"),
        ("import", ("sklearn.datasets", None), "labels"),
        ("import", ("cosplit.data", None), "labels"),
        ("import", ("cosplit.codecs.png", None), None),
        ("import", ("datasetsomething", None), None),
        ("socket.connect", (None, ("192.0.2.1", 80)), "network"),
        ("socket.getaddrinfo", ("example.org",), "network"),
        ("os.fork", (), "process"),
        ("subprocess.Popen", ("true",), "process"),
        ("pickle.find_class", ("builtins", "eval"), "pickle"),
        ("ctypes.dlopen", ("libc.so.6",), "native_code"),
        ("gc.get_objects", (), "tampering"),
        ("sys._getframe", (), None),
        ("compile", ("x", "y"), None),
    ],
)
def test_verdicts_of_audit_events(event, args, verdict):
    assert verdict_of(event, args, ROOTS) == verdict
