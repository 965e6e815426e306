"""A certificate authority for one run of the tests."""

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificates:
    """A certificate authority of this test run: `ca_file` for who connects, `of` for who serves."""

    directory: Path
    authority: trustme.CA

    @property
    def ca_file(self) -> Path:
        """The authority's certificate (PEM)."""
        return self.directory / "ca.pem"

    def of(self, *names: str) -> Path:
        """A PEM file with chain and key for these host names or addresses."""
        path = self.directory / f"{names[0]}.pem"
        if not path.exists():
            self.authority.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(str(path))
        return path
