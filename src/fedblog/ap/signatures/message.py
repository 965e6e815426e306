"""A request as signatures see it."""

from dataclasses import dataclass, field

from fedblog.ap.signatures.reasons import Reason, refused
from fedblog.world import Headers

_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request, incoming or outgoing.

    `scheme` and `authority` are those of the configured public origin (incoming) or of the URL asked
    (outgoing), never what a Host header says (security.md S18). `target` is the raw path with its query.
    Header values are the bytes of the wire, read as Latin-1.
    """

    method: str
    scheme: str
    authority: str
    target: str
    headers: Headers
    body: bytes = b""
    _fields: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields: dict[str, str] = {}
        for name, value in self.headers:
            key, text = name.lower(), value.strip(" \t")
            fields[key] = f"{fields[key]}, {text}" if key in fields else text
        object.__setattr__(self, "_fields", fields)

    def header(self, name: str) -> str | None:
        """The value of that (lower-case) header; repeated ones joined by a comma (RFC 9421 section 2.1)."""
        return self._fields.get(name)

    def required_header(self, name: str) -> str:
        """The header, in a request of ours. Raises `ValueError`: its absence is our own mistake."""
        value = self._fields.get(name)
        if value is None:
            raise ValueError(f"a request to sign needs the header {name}")
        return value

    @property
    def path(self) -> str:
        """The raw path, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The raw query without its mark; empty when there is none."""
        return self.target.partition("?")[2]

    @property
    def target_uri(self) -> str:
        """The absolute URI that was asked for (RFC 9421 section 2.2.2)."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def is_for_its_authority(self) -> bool:
        """Whether there is exactly one Host header and it names `authority`."""
        host = self._fields.get("host", "").lower()
        return host.removesuffix(_DEFAULT_PORTS.get(self.scheme, "")) == self.authority


def signed_bytes(lines: list[str]) -> bytes:
    """The lines as the bytes that are signed. Raises `Unproven` when a value would forge a line of its own."""
    text = "\n".join(lines)
    if text.count("\n") != len(lines) - 1:
        raise refused(Reason.MALFORMED)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise refused(Reason.MALFORMED) from error
