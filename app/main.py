"""Where everything is wired: the browser behind the ports, the monitor on the ports, the application on the monitor.

Importing it does nothing, in a page or anywhere else (R26); ``app/run.py`` begins.
"""

import asyncio
import random


async def run() -> None:
    """Start the page; whatever keeps it from starting ends in a message to the user, not in a traceback."""
    from app.browser import console, event_loop, shell

    event_loop.lighten(asyncio.get_running_loop())
    try:
        await main()
    except ModuleNotFoundError as error:
        shell.fail(f"{error.name} could not be loaded")
    except Exception as error:  # noqa: BLE001  the last place that can show it to the user
        console.report(error)
        shell.fail(f"{type(error).__name__}: {error}")


async def main() -> None:
    """Wire everything; the shell shows which setting or file is wrong."""
    from app.browser import console, shell
    from app.browser.address import BrowserAddress
    from app.browser.appearance import Appearance
    from app.browser.clock import BrowserClock
    from app.browser.dispatch import WindowEvents
    from app.browser.document_root import DocumentRoot
    from app.browser.http import BrowserHttp
    from app.browser.late import BrowserLate
    from app.browser.lock import BrowserLock
    from app.browser.page import BrowserPage
    from app.browser.socket import BrowserSockets
    from app.browser.storage import BrowserStore
    from app.browser.surface import mount
    from app.browser.texts import CatalogueMissing, IntlFormats, load_sentences, page_language
    from app.browser.timers import BrowserTimers
    from app.browser.window_podi import WindowPodi
    from app.monitor import Monitor
    from app.pages.shell.application import Application, Mounts
    from app.ports import Ports
    from app.settings import SettingsError, read_settings
    from app.views.markup import judge_as_own
    from app.views.texts import Texts

    async def load_texts(language: str) -> Texts:
        return Texts(language, await load_sentences(language), IntlFormats(language))

    address = BrowserAddress()
    try:
        settings = read_settings(shell.configuration(), address.query)
    except SettingsError as error:
        shell.fail(str(error))
        return

    judge_as_own(address.base, settings.api_base)
    clock = BrowserClock()
    timers = BrowserTimers(clock, console.report)
    ports = Ports(
        http=BrowserHttp(settings.api_base, clock, timers),
        sockets=BrowserSockets(settings.api_base),
        clock=clock,
        timers=timers,
        page=BrowserPage(),
        store=BrowserStore(),
        lock=BrowserLock("podi.session", clock, timers),
        notification_lock=BrowserLock("podi.notify", clock, timers),
        target=WindowEvents(),
        late=BrowserLate(),
        random=random.SystemRandom().random,
        report=console.report,
        warn=console.warn,
    )
    monitor = Monitor(ports, settings)
    WindowPodi(monitor.diagnostics)
    # The server is asked first: it answers while the texts come and the page is drawn.
    monitor.start()
    try:
        texts = await load_texts(page_language())
    except CatalogueMissing as error:
        monitor.close()
        shell.fail(str(error))
        return
    places = Mounts(
        header=mount("#header"),
        strips=mount("#strips"),
        main=mount("#app"),
        notices=mount("#notices"),
        root=DocumentRoot(),
    )
    Application(monitor, places, address, Appearance(), texts, load_texts).draw()
