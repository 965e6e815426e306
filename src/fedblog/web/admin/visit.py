"""A request of somebody who is logged in: what every handler of the admin is given."""

from dataclasses import dataclass

from starlette.requests import Request

from fedblog.domain.blog import Account, Session
from fedblog.services.workshop import Workshop
from fedblog.store import accounts
from fedblog.web.desk import Web


@dataclass(frozen=True, slots=True)
class Visit:
    """Who came, with which session, and the desk that serves them."""

    request: Request
    web: Web
    session: Session
    account: Account

    @property
    def shop(self) -> Workshop:
        """The workshop."""
        return self.web.shop

    def pk(self, name: str = "pk") -> int:
        """A row's key from the path. A number that no row can have becomes 0, which no row has."""
        number: int = self.request.path_params[name]
        return number if number < 1 << 53 else 0

    def asked(self, name: str) -> str:
        """A parameter of the address; "" when not given."""
        return str(self.request.query_params.get(name, ""))

    async def note(self, action: str, subject: str) -> None:
        """Write a line of the audit trail, for what the services do not note themselves."""
        blog_pk, name, now = self.account.blog_pk, self.account.name, self.shop.now()
        await self.shop.store.write(lambda db: accounts.note(db, blog_pk, name, action, subject, now))
