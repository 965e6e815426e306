"""A second process for the door tests: `python -m tests.store.second_process DATABASE DEED`.

It does one deed on the database of the test, over the same door as everybody.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from fedblog.config import StorageConfig
from fedblog.store.migrating import Migration
from fedblog.store.opening import open_store
from tests.engines import quiet_world
from tests.store.conftest import COUNTER, small
from tests.store.stories import inserting


class KillsItself(Migration):
    """A migration in whose middle the process is killed: after `name` of its statements."""

    def statements(self, tokens):
        for number, statement in enumerate(super().statements(tokens)):
            if number == int(self.name):
                os.kill(os.getpid(), signal.SIGKILL)
            yield statement
        os.kill(os.getpid(), signal.SIGKILL)


async def insert(config, name):
    store = await open_store(config, quiet_world(), migrations=small(COUNTER))
    await store.write(inserting(name, 0, "frame"))
    await store.close()


async def die_inside_a_unit(config, name):
    store = await open_store(config, quiet_world(), migrations=small(COUNTER))

    async def work(db):
        await inserting(name)(db)
        os.kill(os.getpid(), signal.SIGKILL)

    await store.write(work)


async def die_migrating(config, statements):
    text = Path(os.environ["MIGRATION"]).read_text()
    await open_store(
        config, quiet_world(), migrate=True, migrations=(*small(COUNTER), KillsItself(2, statements, text))
    )


if __name__ == "__main__":
    database, deed, argument = sys.argv[1:]
    place = database if database.startswith("postgresql:") else Path(database)
    asyncio.run(globals()[deed](StorageConfig(place, Path.cwd()), argument))
