"""The sign-in form."""

from collections.abc import Sequence

from app.core.demo_accounts import DemoAccount
from app.ports import Values
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless


def sign_in_markup(texts: Texts) -> str:
    """Return the form. It is filled by people and by password managers alike."""
    return f"""
<section class="sign-in">
  <form class="card sign-in__form" data-action="sign-in" data-slot="form" aria-labelledby="sign-in-title">
    <span class="logo logo--large" aria-hidden="true"></span>
    <h1 id="sign-in-title">{texts.escaped("sign_in.title")}</h1>
    <p class="muted">{texts.escaped("sign_in.purpose")}</p>
    <p class="note" data-slot="note" role="status" hidden></p>
    <div class="field">
      <label for="username">{texts.escaped("sign_in.username")}</label>
      <input class="input" id="username" name="username" type="text" autocomplete="username" autocapitalize="none"
        spellcheck="false" required data-slot="username">
    </div>
    <div class="field">
      <label for="password">{texts.escaped("sign_in.password")}</label>
      <input class="input" id="password" name="password" type="password" autocomplete="current-password" required
        data-slot="password" aria-describedby="sign-in-error">
    </div>
    <p class="field__error" id="sign-in-error" role="alert" data-slot="error" hidden></p>
    <button class="button button--primary button--wide" type="submit" data-slot="submit">
      {icon("running")}<span data-slot="submit-text"></span>
    </button>
    <div class="sign-in__demo" data-slot="demo"></div>
  </form>
</section>"""


def demo_markup(texts: Texts, accounts: Sequence[DemoAccount]) -> str:
    """Return a button for each account that anybody may sign in with."""
    buttons = "".join(
        f'<button class="button" type="button" data-action="sign-in-as" data-number="{number}">'
        f'<span translate="no">{escape(one.username)}</span> <span class="muted">{escape(one.role)}</span></button>'
        for number, one in enumerate(accounts)
    )
    return f'<p class="muted">{texts.escaped("sign_in.demo")}</p>{buttons}' if accounts else ""


def sign_in_values(texts: Texts, *, busy: bool = False, error: str | None = None, note: str | None = None) -> Values:
    """Return the form's state: ``error`` and ``note`` are keys of sentences, such as ``sign_in.wrong``."""
    return {
        "error": texts.say(error) if error else "",
        "error@hidden": hidden_unless(error),
        "username@aria-invalid": "true" if error == "sign_in.wrong" else None,
        "password@aria-invalid": "true" if error == "sign_in.wrong" else None,
        "note": texts.say(note) if note else "",
        "note@hidden": hidden_unless(note),
        "form@aria-busy": "true" if busy else None,
        "submit@disabled": flag(busy),
        "submit-text": texts.say("sign_in.busy" if busy else "sign_in.submit"),
    }
