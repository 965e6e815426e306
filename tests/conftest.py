"""What holds for every test: its databases, where it writes, and that Hypothesis has no deadline."""

import os

from hypothesis import settings

from tests.engines import *  # noqa: F403 - fixtures; imported here alone, as each import is a cluster of its own
from tests.quick_folder import quick_folder

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))

# A busy machine must not fail a test.
settings.register_profile("fedblog", settings(), deadline=None)
settings.load_profile("fedblog")
