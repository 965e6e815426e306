"""Where the author works: one file per page or action, each of them behind the one gate in `gate.py`."""
