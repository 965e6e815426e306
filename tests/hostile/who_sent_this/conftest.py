"""Those who say that they are somebody else: the receiving half of a blog, and an attacker with a server of her own."""

import pytest

from tests.fediverse import Peer
from tests.fediverse.blog import blog_in
from tests.fediverse.receiver import receiver_in


@pytest.fixture
async def blog(box, databases):
    """The inbox and what the worker makes of it."""
    async with receiver_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture
async def site(box, databases):
    """A whole blog, asked over HTTP."""
    async with blog_in(box, await databases.migrated()) as made:
        yield made


@pytest.fixture
def dump(box):
    """The attacker's own server."""
    return Peer(box, "dump.example")


@pytest.fixture
def eve(dump, ada):
    """The attacker, with a key of her own."""
    dump.person("nobody")
    return dump.person("eve")
