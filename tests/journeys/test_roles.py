"""Web and worker as two processes on one PostgreSQL database, with a follower in a third."""

import asyncio
import contextlib
import sys

import pytest

from demo.blog import stop
from demo.story import Puppet
from tests.ports import free_port
from tests.unit.cli.conftest import CLEAN, Commands

ACCOUNT_HOST = "127.0.0.2"


@contextlib.asynccontextmanager
async def running(*words, until=None):
    """A process of this Python, up to its end of the block; `until` is a word that it prints when it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *map(str, words), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=CLEAN
    )
    try:
        while until and until not in (line := await process.stdout.readline()).decode():
            assert line, "it ended before it was ready"
        yield process
    finally:
        await stop(process)


@pytest.mark.slow
async def test_what_the_web_takes_in_the_worker_answers(postgres_cluster, tmp_path):
    database = await postgres_cluster.new_database()
    fedblog, port, account_port = Commands(tmp_path), free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    done = fedblog.process("init", "--base-url", base, "--database", postgres_cluster.url(database))
    assert done.status == 0, done.said
    fedblog.set("federation.allow_private_networks", ["127.0.0.0/8"])
    fedblog.set("federation.allow_http", True)
    serve = ("-m", "fedblog", "--config", fedblog.config, "serve", "--role")
    account = ("-m", "demo.account_process", "--host", ACCOUNT_HOST, "--port", account_port)
    async with (
        running(*serve, "web", until="setup?token=") as web,
        running(*serve, "worker", until="as @blog@") as worker,
        running(*account) as process,
    ):
        ada = Puppet(process)
        await ada.do("find", handle=f"@blog@127.0.0.1:{port}")
        assert (await ada.do("follow"))["status"] == 202
        published = fedblog.process("post", "publish", "-", "--json", told=b"# Apart\n\nTwo processes.")
        assert (await ada.do("receive_post", title="Apart"))["id"] == published.json["object_id"]
        for part in (web, worker):
            await stop(part)
            assert part.returncode == 0
    await postgres_cluster.drop(database)
    assert not list((tmp_path / "data").glob("*.db*"))
