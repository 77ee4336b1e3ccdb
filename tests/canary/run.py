"""`make canaries N=100000`: the leak canaries for a long time, one process a core, telling how far they have come."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = 2


def main(total: int) -> int:
    """Walk until `total` requests are made. 1 when a marker came to whom it is not for, or something else broke."""
    walks = [_start(part, total) for part in range(PARTS)]
    failed = sum(walk.wait() != 0 for walk in walks)
    sys.stdout.write(f"{total} requests asked for, {PARTS} walks, {failed} of them with leaks or errors\n")
    return 1 if failed else 0


def _start(part: int, total: int) -> subprocess.Popen[bytes]:
    test = f"tests/access/test_canaries.py::test_no_marker_comes_to_whom_it_is_not_for[{part}]"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "--show-capture=no",
        "--tb=short",
        "-o",
        "faulthandler_timeout=0",
        test,
    ]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "CANARIES": str(total)})


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
