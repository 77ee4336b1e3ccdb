"""A log that was dumped and restored is as whole as before: nothing in its seals hangs on one server."""

import subprocess
import sys
from pathlib import Path

from consent.log import seals
from consent.log.models import Seal
from sip.embedded.postgres import binaries
from tests import servers
from tests.database import Database
from tests.integration.test_log_seals import write

ROOT = Path(__file__).parents[2]
TABLES = ("agencies_user", "consent_log_accessevent", "consent_log_seal")


def test_the_log_is_whole_after_dump_and_restore(committed_db: Database) -> None:
    for _block in range(2):
        write()
        seals.seal()
    head = str(Seal.objects.order_by("-number")[0])
    copy = Database(f"{committed_db.name}_restored")
    servers.copy(copy.name)
    try:
        tables = [f"--table={table}" for table in TABLES]
        dump = [binaries() / "pg_dump", "--data-only", *tables, f"--dbname={committed_db.owner_url}"]
        taken = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
        into = [binaries() / "psql", "--set=ON_ERROR_STOP=1", "--quiet", f"--dbname={copy.owner_url}"]
        subprocess.run(into, input=taken, capture_output=True, text=True, check=True)
        command = [sys.executable, "manage.py", "verify_log", "--head", head]
        done = subprocess.run(command, cwd=ROOT, env=copy.environment, capture_output=True, text=True, timeout=120)
    finally:
        servers.drop(copy.name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Kontrollerat: 2 block, 6 händelser" in done.stdout
    assert head in done.stdout
