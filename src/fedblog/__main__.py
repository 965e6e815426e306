"""`python -m fedblog` and the `fedblog` command."""

import sys

from fedblog.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
