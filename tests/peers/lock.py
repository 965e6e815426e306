"""Take every address out of package-lock.json: whoever installs chooses the registry.

Run after `npm install`: npm leaves out where packages came from (.npmrc), this leaves out the rest.
"""

import json
from pathlib import Path

LOCK = Path(__file__).with_name("package-lock.json")


def main() -> None:
    """Rewrite the lock file beside this script."""
    lock = json.loads(LOCK.read_text())
    for package in lock["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main()
