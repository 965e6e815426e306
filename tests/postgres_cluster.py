"""A real PostgreSQL for the tests: a cluster of its own from the installed package, reached by Unix socket only."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.quick_folder import quick_folder

OLDEST = 15
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
}


def programs() -> Path | None:
    """The folder of the newest installed PostgreSQL's programs, if it is new enough."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    newest = max(found, key=lambda path: int(path.parent.name), default=None)
    return newest if newest and int(newest.parent.name) >= OLDEST else None


@dataclass
class PostgresCluster:
    """A running cluster. Each test takes a database of its own from it."""

    socket: Path
    programs: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        return f"postgresql://fedblog@/{database}?host={self.socket}"

    async def new_database(self, template: str = "template1") -> str:
        """Create a database, a copy of `template`, and return its name."""
        name = f"test_{next(self._numbers)}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    async def drop(self, database: str) -> None:
        await self._execute(f"DROP DATABASE {database} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def running_cluster(binaries: Path) -> Iterator[PostgresCluster]:
    """Make and start a cluster in a temporary folder; stop and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="fedblog-pg-", dir=quick_folder()))
    as_user = _as_plain_user(folder)
    try:
        data = folder / "data"
        options = ["--auth=trust", "--username=fedblog", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run([*as_user, str(binaries / "initdb"), f"--pgdata={data}", *options])
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        command = [*as_user, str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *settings]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            cluster = PostgresCluster(folder, binaries)
            _wait_until_it_answers(cluster, server)
            yield cluster
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_plain_user(folder: Path) -> list[str]:
    """The words that start a program as somebody other than root, who owns `folder`; it ends with us."""
    dies_with_us = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return dies_with_us
    user = _plain_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*dies_with_us, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _plain_user() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-1]}: {done.stderr}")


def _wait_until_it_answers(cluster: PostgresCluster, server: subprocess.Popen[bytes]) -> None:
    question = [str(cluster.programs / "pg_isready"), "--quiet", f"--host={cluster.socket}"]
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError((cluster.socket / "log").read_text())
        if subprocess.run(question, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start within 30 s.")
