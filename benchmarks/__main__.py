"""`make bench SIZE=100000 ONLY=list,plan`: seed, serve, drive, print one table and keep it in benchmarks/results."""

import os
import shutil
import signal
import sys
import time
from hashlib import sha256
from pathlib import Path

import django

from sip.embedded import postgres, servers
from sip.embedded.layout import VAR
from sip.embedded.processes import Broken
from sip.embedded.terminal import Stopped, in_plain_words, say

HERE = Path(__file__).parent
SEEDING = ("people.py", "plan_rows.py", "seed.py", "tables.py", "waits.py", "world.py")
# What is safe stays safe, since a commit is part of what is measured; the memory is that of a small server.
SETTINGS = {
    **postgres.SAFE,
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
}
GROUPS = ("list", "search", "today", "plan", "sweep", "reminders", "papers", "signing")


def main(size: str = "", only: str = "") -> int:
    """Measure the groups of rows named in `only` (all, when empty) with `size` plans; give the exit status."""
    wanted = [name for name in (only or ",".join(GROUPS)).split(",") if name]
    if not size.isdigit() or int(size) < 1000 or set(wanted) - set(GROUPS):
        raise Broken(f"Så här: make bench SIZE=1000|100000|1000000 ONLY={','.join(GROUPS)}")
    if not servers.own_database():
        raise Broken("Mätningen fyller en egen databas: ta bort DATABASE_URL och OWNER_DATABASE_URL ur miljön.")
    folder = VAR / f"bench-{size}"
    seeded = folder / f"seeded-{_fingerprint()}"
    if folder.exists() and not seeded.exists():
        shutil.rmtree(folder)
    try:
        with servers.running(folder, SETTINGS) as env:
            env |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "SITE_URL": "http://localhost"}
            servers.prepare(folder, env)
            os.environ.update(env)
            django.setup()
            _seed(int(size), folder, seeded)
            return _measure(int(size), folder, env, wanted)
    except Stopped:
        return 128 + signal.SIGINT


def _fingerprint() -> str:
    """A world of another day or of other seeding code is made anew."""
    said = sha256(time.strftime("%Y-%m-%d").encode())
    for name in SEEDING:
        said.update((HERE / name).read_bytes())
    return said.hexdigest()[:12]


def _seed(size: int, folder: Path, seeded: Path) -> None:
    from benchmarks import seed

    if not seeded.exists():
        say(f"Gör en värld med {size} planer …")
        seed.fill(size, postgres.superuser_url(folder, "sip"))
        seeded.touch()


def _measure(size: int, folder: Path, env: dict[str, str], wanted: list[str]) -> int:
    from benchmarks import measure, rows, site

    variants = list(site.WITHOUT) if "plan" in wanted else [""]
    bench = rows.Bench.of({name: site.Site.start(folder, env, name) for name in variants})
    found: list[measure.Row] = []
    for name in wanted:
        began = time.monotonic()
        found += rows.GROUPS[name](bench)
        say(f"{name}: mätt på {time.monotonic() - began:.0f} s")
    say("\n" + measure.show(found))
    say(f"\nKvar i {measure.keep(size, found).relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(in_plain_words(lambda: main(*sys.argv[1:])))
