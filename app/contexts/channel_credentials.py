"""What the realtime channel needs of the session: a token, its renewal, and the end of the session (R5, R33)."""

from app.api.client import Api
from app.api.errors import ApiError, NotSignedIn
from app.contexts.session import Ending, Session
from app.ports import TransportError


class ChannelCredentials:
    """The session as the realtime channel sees it."""

    def __init__(self, session: Session, api: Api) -> None:
        self._session = session
        self._api = api

    @property
    def access_token(self) -> str | None:
        """The token to connect with."""
        return self._session.access_token

    @property
    def token_expired(self) -> bool:
        """Whether that token is good no longer, as far as is known."""
        return self._session.expired

    async def check(self) -> bool:
        """Do one REST read with the token; return whether it was good. A refused one is renewed or ends the session."""
        try:
            await self._api.points()
        except ApiError:
            return False
        return True

    async def renew(self, refused: str) -> bool:
        """Have a token other than the ``refused`` one; false if that is not to be had now."""
        try:
            await self._session.renewed(refused)
        except (NotSignedIn, TransportError):
            return False
        return True

    def end(self) -> None:
        """Even a fresh token is refused: back to the sign-in form."""
        self._session.sign_out(Ending.EXPIRED)
