"""What holds for every test: its databases, a fediverse with one person, where it writes, no deadline for Hypothesis."""

import os

import pytest
from hypothesis import settings

from tests.engines import *  # noqa: F403 - fixtures; imported here alone, as each import is a cluster of its own
from tests.fediverse import Box, Peer
from tests.quick_folder import quick_folder

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))

# A busy machine must not fail a test.
settings.register_profile("fedblog", settings(), deadline=None)
settings.load_profile("fedblog")


@pytest.fixture
def box():
    """An empty fediverse."""
    return Box()


@pytest.fixture
def pond(box):
    """A server in it, with a shared inbox."""
    return Peer(box, "pond.example")


@pytest.fixture
def ada(pond):
    """A person there."""
    return pond.person("ada")


@pytest.fixture
def lake(box):
    """Another server."""
    return Peer(box, "lake.example")


@pytest.fixture
def bob(lake):
    """A person there."""
    return lake.person("bob")
