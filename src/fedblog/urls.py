"""One reading of URLs for the whole program.

Who sent something and where we connect are both decided on URLs, so there is one parser and one
normal form: lower-case scheme, IDNA A-label host without a trailing dot, default port dropped, no
userinfo, no control characters, no backslash (security.md S10).
"""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from fedblog.errors import Invalid

_DEFAULT_PORTS = {"https": 443, "http": 80}
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>\#.*)?",
    re.IGNORECASE | re.DOTALL,
)
# What most addresses look like that come over the wire: in normal form already, if their host is.
_PLAIN = re.compile(r"https?://(?P<host>[a-z0-9.-]+)/[!-\[\]-~]*")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_MOST_BYTES = 2048
_LONGEST_HOST = 255


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http(s) URL in normal form. `path` is never empty; `query` and `fragment` keep their mark."""

    scheme: str
    host: str
    port: int
    path: str = "/"
    query: str = ""
    fragment: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL. Raises `Invalid` for everything that two parsers might read differently."""
        if (
            len(text.encode(errors="surrogatepass")) > _MOST_BYTES
            or _FORBIDDEN.search(text)
            or (match := _URL.fullmatch(text)) is None
        ):
            raise Invalid("That is not a web address that fedblog reads.")
        scheme = match["scheme"].lower()
        port = int(match["port"] or _DEFAULT_PORTS[scheme])
        if not 0 < port < 65536:
            raise Invalid("That web address has an impossible port.")
        return cls(
            scheme,
            normal_host(match["host"]),
            port,
            match["path"] or "/",
            match["query"] or "",
            match["fragment"] or "",
        )

    @property
    def authority(self) -> str:
        """Host, with the port unless it is the scheme's own; an IPv6 literal in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority, the unit of trust (FEP-fe34)."""
        return f"{self.scheme}://{self.authority}"

    @property
    def target(self) -> str:
        """The origin-form request target: path and query."""
        return self.path + self.query

    @property
    def is_ip_literal(self) -> bool:
        """Whether the host is an address and not a name."""
        return is_ip_literal(self.host)

    def without_fragment(self) -> "Url":
        """The document this URL points into."""
        return Url(self.scheme, self.host, self.port, self.path, self.query)

    def __str__(self) -> str:
        return f"{self.origin}{self.path}{self.query}{self.fragment}"


def normal_host(host: str) -> str:
    """The normal form of a host: lower-case A-labels, or an IP literal without brackets.

    Raises `Invalid` for names that are not host names, and for the odd spellings of IPv4 addresses
    that some resolvers accept (`127.1`, `0x7f.1`, `2130706433`).
    """
    bare = host.removeprefix("[").removesuffix("]").removesuffix(".")
    return _normal(bare) if len(bare) <= _LONGEST_HOST else _read_host(bare)


def _read_host(bare: str) -> str:
    if is_ip_literal(bare):
        return str(ipaddress.ip_address(bare))
    ascii_host = _to_ascii(bare).lower()
    labels = ascii_host.split(".")
    if len(ascii_host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise Invalid("That web address has no proper host name.")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        raise Invalid("That web address spells a number where a host name belongs.")
    return ascii_host


_normal = lru_cache(maxsize=2048)(_read_host)  # a few hosts send most of what comes


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Invalid("That web address has no proper host name.") from error


def is_ip_literal(host: str) -> bool:
    """Whether `host` (without brackets) is an IP address."""
    if ":" not in host and not host[-1:].isdigit():
        return False  # the common case, told without the cost of an exception
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def normal_form(text: object) -> str | None:
    """A URL in normal form, or None for anything that is not one."""
    return _read_normal_form(text) if isinstance(text, str) and len(text) <= _MOST_BYTES else None


def origin_of(text: object) -> str | None:
    """The origin of a URL, or None for anything that is not one. For comparing what strangers sent."""
    return _read_origin(text) if isinstance(text, str) and len(text) <= _MOST_BYTES else None


def host_of(text: object) -> str | None:
    """The normal host of a URL, or None for anything that is not one."""
    url = read_url(text)
    return url.host if url else None


def read_url(text: object) -> Url | None:
    """`Url.parse` for values from outside: None in place of an error."""
    if not isinstance(text, str) or len(text) > _MOST_BYTES:
        return None
    return _read(text)


@lru_cache(maxsize=2048)  # one request compares the same few ids a dozen times
def _read(text: str) -> Url | None:
    try:
        return Url.parse(text)
    except Invalid:
        return None


@lru_cache(maxsize=2048)
def _read_normal_form(text: str) -> str | None:
    if (plain := _PLAIN.fullmatch(text)) and _is_normal(plain["host"]):
        return text
    url = _read(text)
    return str(url) if url else None


@lru_cache(maxsize=2048)
def _read_origin(text: str) -> str | None:
    if (plain := _PLAIN.fullmatch(text)) and _is_normal(plain["host"]):
        return text[: plain.end("host")]
    url = _read(text)
    return url.origin if url else None


@lru_cache(maxsize=2048)
def _is_normal(host: str) -> bool:
    try:
        return normal_host(host) == host
    except Invalid:
        return False


def is_same_origin(one: object, other: object) -> bool:
    """Whether both are URLs of one origin (FEP-fe34)."""
    origin = origin_of(one)
    return origin is not None and origin == origin_of(other)


def is_same_id(one: object, other: object) -> bool:
    """Whether two ids name the same thing: equal after normalising scheme, host and port."""
    first = normal_form(one)
    return first is not None and first == normal_form(other)
