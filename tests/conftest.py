"""What holds for every test: where it writes, and how long Hypothesis looks."""

import os

from hypothesis import settings

from tests.quick_folder import quick_folder

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))

# A busy machine must not fail a test.
settings.register_profile("fedblog", settings(), deadline=None)
settings.load_profile("fedblog")
