"""Both engines, and the small schema on which the door itself is tested."""

import pytest

from fedblog.store.migrating import Migration
from fedblog.store.opening import open_store
from tests.engines import quiet_world

COUNTER = """
-- A comment; with a semicolon at its end;
CREATE TABLE counter (
    pk {pk},
    name TEXT NOT NULL UNIQUE,
    n {int} NOT NULL,
    body {bytes},
    parent_pk {int} REFERENCES counter (pk)
){strict};
CREATE INDEX counter_by_n ON counter (n);
INSERT INTO counter (name, n) VALUES ('first; or ''not''', 0);
"""


def small(*texts):
    """Migrations for one test."""
    return tuple(Migration(number, f"step{number}", text) for number, text in enumerate(texts, 1))


SMALL = small(COUNTER)


@pytest.fixture
async def opened(storage):
    """Opens stores on one database with the counter schema; closes them all at the end."""
    stores = []

    async def opening(*, world=None, migrate=True, serving=False, migrations=SMALL):
        made = await open_store(
            storage, world or quiet_world(), migrate=migrate, serving=serving, migrations=migrations
        )
        stores.append(made)
        return made

    yield opening
    for made in reversed(stores):
        await made.close()


@pytest.fixture
async def counters(opened):
    """A store whose one table has one row, n = 0."""
    return await opened()
