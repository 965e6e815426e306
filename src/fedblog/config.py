"""The configuration: one table of options, read from TOML and the environment.

The table is the only place that knows an option; `config.example.toml` and the reference page are
generated from it, and an unknown key is refused with the name of the nearest right one.
"""

import difflib
import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fedblog.errors import Invalid
from fedblog.urls import Url

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_ENVIRONMENT_PREFIX = "FEDBLOG_"


@dataclass(frozen=True, slots=True)
class Option:
    """One option: where it stands, its default (whose type is the option's type) and what it does."""

    section: str
    name: str
    default: str | int | bool | tuple[str, ...]
    meaning: str
    example: str = ""

    @property
    def key(self) -> str:
        """The name people use: `section.name`."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"{_ENVIRONMENT_PREFIX}{self.section}__{self.name}".upper()


OPTIONS: tuple[Option, ...] = (
    Option(
        "site",
        "base_url",
        "",
        "Public origin of the blog; the only source of absolute URLs. Required.",
        "https://blog.example.org",
    ),
    Option("site", "handle", "blog", "Name of the blog on the fediverse: @blog@blog.example.org."),
    Option("site", "handle_domain", "", "Another domain for the handle; it must redirect WebFinger here."),
    Option("site", "title", "A blog", "First title; afterwards the admin's settings win."),
    Option("site", "language", "en", "First language (BCP 47); afterwards the admin's settings win."),
    Option("site", "time_zone", "UTC", "First time zone (IANA name), for dates in permalinks and on pages."),
    Option("server", "host", "127.0.0.1", "Address to listen on."),
    Option("server", "port", 8000, "Port to listen on."),
    Option("server", "tls_certificate", "", "Certificate chain (PEM); with tls_key, fedblog serves https itself."),
    Option("server", "tls_key", "", "Private key of the certificate (PEM)."),
    Option(
        "server",
        "trusted_proxies",
        ("127.0.0.1",),
        "Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    ),
    Option("server", "log_level", "info", "debug, info, warning or error."),
    Option(
        "storage",
        "database",
        "sqlite:///fedblog.db",
        "SQLite file, relative to the data directory, or postgresql://user:password@host/name.",
    ),
    Option("storage", "data_directory", "./data", "Database, media and locks; relative to this file."),
    Option(
        "federation",
        "allow_private_networks",
        (),
        "Networks (CIDR) that may be connected to although they are private. For laboratories only.",
    ),
    Option("federation", "allow_http", False, "Allow plain http inside those networks. For laboratories only."),
    Option("federation", "ca_file", "", "Certificate authorities (PEM) to trust beside the system's."),
    Option("federation", "deliveries_in_flight", 200, "Deliveries under way at once, per worker process."),
)


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """`[site]`."""

    base_url: Url
    handle: str
    handle_domain: str
    title: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """`[server]`."""

    host: str
    port: int
    tls_certificate: Path | None
    tls_key: Path | None
    trusted_proxies: tuple[Network, ...]
    log_level: str


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """`[storage]`. `database` is a file path for SQLite or a postgresql:// URL."""

    database: str | Path
    data_directory: Path


@dataclass(frozen=True, slots=True)
class FederationConfig:
    """`[federation]`."""

    allow_private_networks: tuple[Network, ...] = ()
    allow_http: bool = False
    ca_file: Path | None = None
    deliveries_in_flight: int = 200


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, checked."""

    site: SiteConfig
    server: ServerConfig
    storage: StorageConfig
    federation: FederationConfig = field(default_factory=FederationConfig)
    path: Path | None = None


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check the configuration at `path` (None: environment only).

    Raises `Invalid` naming the key and, for an unknown one, the nearest right one.
    """
    written = _read_file(path) if path else {}
    values = {option.key: _value(option, written, environment) for option in OPTIONS}
    _refuse_unknown(written, environment)
    return _checked(values, path)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Invalid(f"There is no configuration at {path}.", "Make one with: fedblog init") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"The configuration at {path} cannot be read: {error}.") from error
    flat: dict[str, Any] = {}
    for section, table in tables.items():
        if not isinstance(table, dict):
            raise Invalid(f"{path}: '{section}' stands outside of a [section].", _nearest(section))
        flat |= {f"{section}.{name}": value for name, value in table.items()}
    return flat


def _refuse_unknown(written: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    known = {option.key for option in OPTIONS}
    for key in written:
        if key not in known:
            raise Invalid(f"There is no option '{key}'.", _nearest(key))
    variables = {option.variable: option.key for option in OPTIONS}
    for name in environment:
        if name.startswith(_ENVIRONMENT_PREFIX) and "__" in name and name not in variables:
            raise Invalid(f"There is no option for the variable {name}.", _nearest(_as_key(name)))


def _as_key(variable: str) -> str:
    return variable.removeprefix(_ENVIRONMENT_PREFIX).lower().replace("__", ".")


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, [option.key for option in OPTIONS], n=1, cutoff=0.3)
    return f"Did you mean '{close[0]}'?" if close else "config.example.toml lists all options."


def _value(option: Option, written: Mapping[str, Any], environment: Mapping[str, str]) -> Any:
    if option.variable in environment:
        return _from_text(option, environment[option.variable])
    value = written.get(option.key, option.default)
    if isinstance(option.default, tuple) and isinstance(value, list):
        value = tuple(value)
    if type(value) is not type(option.default):
        raise Invalid(f"{option.key} must be {_kind(option)}, not {value!r}.")
    return value


def _from_text(option: Option, text: str) -> Any:
    if isinstance(option.default, bool):
        if text.lower() not in {"true", "false", "1", "0"}:
            raise Invalid(f"{option.variable} must be true or false, not {text!r}.")
        return text.lower() in {"true", "1"}
    if isinstance(option.default, int):
        if not text.isdecimal():
            raise Invalid(f"{option.variable} must be a whole number, not {text!r}.")
        return int(text)
    if isinstance(option.default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _kind(option: Option) -> str:
    kinds = {bool: "true or false", int: "a whole number", str: "a text in quotes", tuple: "a list of texts"}
    return kinds[type(option.default)]


def _checked(values: Mapping[str, Any], path: Path | None) -> Config:
    home = path.parent if path else Path.cwd()
    return Config(_site(values), _server(values, home), _storage(values, home), _federation(values, home), path)


def _site(values: Mapping[str, Any]) -> SiteConfig:
    handle = values["site.handle"].lower().removeprefix("@")
    if not handle or not all(c.isascii() and (c.isalnum() or c == "_") for c in handle) or len(handle) > 64:
        raise Invalid("site.handle must be letters, digits and underscores, at most 64 of them.")
    return SiteConfig(
        _base_url(values["site.base_url"]),
        handle,
        values["site.handle_domain"].lower(),
        values["site.title"],
        values["site.language"],
        _time_zone(values["site.time_zone"]),
    )


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"site.time_zone: there is no time zone {name!r}.", "Write one such as Europe/Berlin.") from error
    return name


def _base_url(text: str) -> Url:
    if not text:
        raise Invalid("site.base_url is missing.", "Set it to the public address, such as https://blog.example.org")
    try:
        url = Url.parse(text)
    except Invalid as error:
        raise Invalid(f"site.base_url is no web address: {text!r}.") from error
    if url.path != "/" or url.query or url.fragment:
        raise Invalid("site.base_url must be an origin without a path, such as https://blog.example.org")
    return url


def _server(values: Mapping[str, Any], home: Path) -> ServerConfig:
    certificate, key = values["server.tls_certificate"], values["server.tls_key"]
    if bool(certificate) != bool(key):
        raise Invalid("server.tls_certificate and server.tls_key belong together: give both or neither.")
    level = values["server.log_level"]
    if level not in {"debug", "info", "warning", "error"}:
        raise Invalid("server.log_level must be debug, info, warning or error.")
    if not 0 <= values["server.port"] < 65536:
        raise Invalid("server.port must lie between 0 and 65535.")
    return ServerConfig(
        values["server.host"],
        values["server.port"],
        home / certificate if certificate else None,
        home / key if key else None,
        _networks("server.trusted_proxies", values),
        level,
    )


def _storage(values: Mapping[str, Any], home: Path) -> StorageConfig:
    directory = (home / values["storage.data_directory"]).resolve()
    database: str = values["storage.database"]
    if database.startswith(("postgresql://", "postgres://")):
        return StorageConfig(database, directory)
    if not database.startswith("sqlite:///") or database == "sqlite:///":
        raise Invalid("storage.database must be sqlite:///FILE or postgresql://…", f"It is {database!r}.")
    return StorageConfig(directory / database.removeprefix("sqlite:///"), directory)


def _federation(values: Mapping[str, Any], home: Path) -> FederationConfig:
    networks = _networks("federation.allow_private_networks", values)
    if values["federation.allow_http"] and not networks:
        raise Invalid("federation.allow_http is true, but federation.allow_private_networks is empty.",
                      "Plain http is possible only inside networks that are named there.")  # fmt: skip
    if not 1 <= values["federation.deliveries_in_flight"] <= 1000:
        raise Invalid("federation.deliveries_in_flight must lie between 1 and 1000.")
    ca_file = values["federation.ca_file"]
    return FederationConfig(
        networks,
        values["federation.allow_http"],
        home / ca_file if ca_file else None,
        values["federation.deliveries_in_flight"],
    )


def _networks(key: str, values: Mapping[str, Any]) -> tuple[Network, ...]:
    read: Callable[[str], Network] = ipaddress.ip_network
    try:
        return tuple(read(text) for text in values[key])
    except ValueError as error:
        raise Invalid(f"{key}: {error}.") from error
