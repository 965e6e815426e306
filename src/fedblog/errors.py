"""The error family.

    FedblogError
    ├── Refused          what was asked cannot be done; the text says why and what to do
    │   ├── Invalid      the input itself is wrong (400, exit 1)
    │   ├── Missing      there is no such thing (404)
    │   ├── Gone         there was such a thing (410)
    │   ├── Conflict     it clashes with what is there (409)
    │   └── Busy         not now; asking again later may help (503)
    ├── Unproven         a request whose sender could not be proven (401, or as `status` says)
    ├── Overspent        what may be asked of other servers for one purpose is used up
    └── RemoteError      another server could not be asked
        ├── AddressRefused   we do not connect there
        ├── Unreachable      no connection, no answer, or not in time
        ├── TooLarge         its answer went over the cap
        └── BadAnswer        it answered, but not with what was asked for

The text of a `Refused` is shown to people: no internals, no remote text.
"""


class FedblogError(Exception):
    """Everything fedblog raises on purpose."""


class Refused(FedblogError):
    """What was asked cannot be done. `str(error)` says why, `todo` what to do about it."""

    def __init__(self, why: str, todo: str = "") -> None:
        super().__init__(f"{why} {todo}".strip())
        self.why = why
        self.todo = todo


class Invalid(Refused):
    """The input itself is wrong."""


class Missing(Refused):
    """There is no such thing."""


class Gone(Refused):
    """There was such a thing, and it was taken away."""


class Conflict(Refused):
    """It clashes with what is already there."""


class Busy(Refused):
    """Not now: what it needs is taken or does not answer. Asking again later may help."""


class Unproven(FedblogError):
    """The sender of a request could not be proven.

    `reason` is a short fixed word for the ledger ("digest", "key-host-down" …), never remote text.
    """

    def __init__(self, reason: str, *, status: int = 401, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after


class Overspent(FedblogError):
    """What may be asked of other servers for one purpose is used up. No fault of theirs: not a `RemoteError`."""


class RemoteError(FedblogError):
    """Another server could not be asked."""


class AddressRefused(RemoteError):
    """The guard does not let us connect there."""


class Unreachable(RemoteError):
    """No connection, no answer, or not in time."""


class TooLarge(RemoteError):
    """The answer went over the cap that the caller set."""


class BadAnswer(RemoteError):
    """The server answered, but not with what was asked for. `status` is its HTTP status, if any."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status
