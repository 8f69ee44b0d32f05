"""The sign-in form at work (R33)."""

from app.contexts.session import Ending, SignInRefused
from app.core.demo_accounts import DemoAccount
from app.pages.page_context import PageContext
from app.ports import Action, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.views.shell.sign_in import demo_markup, sign_in_markup, sign_in_values
from app.wire.demo_accounts import read_demo_accounts
from app.wire.errors import Problem

DEMO_WITHIN_S = 5.0
NOTES = {
    Ending.EXPIRED: "sign_in.expired",
    Ending.ELSEWHERE: "sign_in.elsewhere",
    Ending.ACCOUNT_GONE: "sign_in.gone",
    Ending.ACCOUNT_INACTIVE: "sign_in.inactive",
}


def _refusal(problem: Problem) -> str:
    """Return the key of the sentence for a refused sign-in: the password is wrong only where the API says so."""
    if problem.status == 429:
        return "sign_in.too_many"
    if not problem.own or problem.status >= 500:
        return "sign_in.unavailable"
    if problem.code in {"USER_INACTIVE", "USER_DISABLED", "ACCOUNT_DISABLED"}:
        return "sign_in.inactive"
    return "sign_in.wrong" if problem.status in {400, 401, 403, 404, 422} else "sign_in.unavailable"


class SignInPage:
    """The form, and why the last session ended."""

    def __init__(self, context: PageContext, why: Ending | None) -> None:
        self._context = context
        # Key of the sentence above the form; it goes with the first error.
        self._note = NOTES.get(why) if why else None
        # A sign-in is running: another press of the button does nothing.
        self._busy = False
        # Whom a development host lets sign in with one click.
        self._demo: tuple[DemoAccount, ...] = ()
        self._background = BackgroundTasks(context.monitor.ports.report)
        context.surface.show(sign_in_markup(context.texts))
        self._listening = context.surface.on_action(self._act)
        self._show()
        context.surface.focus("username")
        settings = context.monitor.settings
        if settings.demo_accounts and not settings.api_base:
            self._background.spawn(self._offer_demo(settings.demo_accounts))

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Stop listening, and cancel a sign-in that is running."""
        self._listening.close()
        self._background.close()

    def _act(self, action: Action) -> None:
        if self._busy:
            return
        if action.name == "sign-in":
            self._begin(action.fields["username"].strip(), action.fields["password"])
        elif action.name == "sign-in-as":
            account = self._demo[int(action.data["number"])]
            self._begin(account.username, account.password)

    def _begin(self, username: str, password: str) -> None:
        self._busy = True
        self._show()
        self._background.spawn(self._sign_in(username, password))

    async def _offer_demo(self, path: str) -> None:
        """Offer the accounts that the page's own host names; where it names none, nothing is missing."""
        try:
            answer = await self._context.monitor.ports.http.request(
                "GET", path, headers={}, body=None, timeout_s=DEMO_WITHIN_S
            )
        except TransportError:
            return
        self._demo = read_demo_accounts(answer.text) if answer.ok else ()
        self._context.surface.region("demo").show(demo_markup(self._context.texts, self._demo))

    async def _sign_in(self, username: str, password: str) -> None:
        error = None
        try:
            await self._context.monitor.session.sign_in(username, password)
        except SignInRefused as refused:
            error = _refusal(refused.problem)
        except TransportError:
            error = "sign_in.unreachable"
        self._busy = False
        if error is not None:
            self._note = None
            self._show(error)
            self._context.surface.focus("password")

    def _show(self, error: str | None = None) -> None:
        self._context.surface.bind(sign_in_values(self._context.texts, busy=self._busy, error=error, note=self._note))
