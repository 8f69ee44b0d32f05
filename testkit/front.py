"""The configurations of deploy/, run as they are by nginx and by Caddy, on loopback with a certificate of their own.

What an operator changes is changed here too, line by line; each line has to be there exactly once, so that a
configuration cannot drift away from what is tested.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from testkit.host import ROOT

NAME = "localhost"
READY_WITHIN_S = 20.0
END_WITHIN_S = 10.0
DEPLOY = ROOT / "deploy"


class FrontFailed(Exception):
    """A server did not start; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for `NAME` that nobody has signed, and its key."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> Certificate:
        """Make one that ends soon."""
        made = cls(folder / "certificate.pem", folder / "key.pem")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
        command += ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(made.key), "-out", str(made.certificate)]
        subprocess.run(command, check=True, capture_output=True)
        return made

    @property
    def public_key_hash(self) -> str:
        """What makes a Chromium trust it: the SHA-256 of its public key, in base 64."""
        command = ["openssl", "x509", "-in", str(self.certificate), "-pubkey", "-noout"]
        public = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        encoded = "".join(line for line in public.splitlines() if not line.startswith("-"))
        return base64.b64encode(hashlib.sha256(base64.b64decode(encoded)).digest()).decode()

    def context(self) -> ssl.SSLContext:
        """What trusts this certificate and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))


def free_ports() -> tuple[int, int]:
    """Two ports of loopback that nothing listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def changed(text: str, changes: Mapping[str, str]) -> str:
    """A configuration with each of these pieces replaced. Raises FrontFailed if one is not there exactly once."""
    for old, new in changes.items():
        if text.count(old) != 1:
            raise FrontFailed(f"the configuration has {text.count(old)} times what is to be changed: {old!r}")
        text = text.replace(old, new)
    return text


class Front(ABC):
    """One server in front of a backend on loopback, serving a built site under `url`, which has no slash at its end."""

    program: str

    def __init__(self, folder: Path, site: Path, backend_port: int, certificate: Certificate) -> None:
        self.port, self.plain_port = free_ports()
        self.url = f"https://{NAME}:{self.port}"
        self.folder = folder
        self.folder.mkdir()
        self._backend_port = backend_port
        self._certificate = certificate
        self._site = site
        self._output = (folder / "output.txt").open("wb")
        self._process = subprocess.Popen(
            self.command(),
            cwd=folder,
            # Caddy writes what it knows below its user's home.
            env={**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @abstractmethod
    def command(self) -> list[str]:
        """Write the configuration; returns what to run in the foreground."""

    @property
    def log(self) -> str:
        """The access log so far."""
        return (self.folder / "podi.log").read_text("utf-8")

    def logged(self, text: str) -> str:
        """Wait until the access log has a text, which for a socket is after its end; returns the log."""
        ends = time.monotonic() + END_WITHIN_S
        while text not in self.log:
            if time.monotonic() > ends:
                raise FrontFailed(f"{self.program} has not logged {text!r}")
            time.sleep(0.02)
        return self.log

    def close(self) -> None:
        """End the server; once it has ended, nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._output.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _common_changes(self) -> dict[str, str]:
        return {
            "127.0.0.1:8099": f"127.0.0.1:{self._backend_port}",
            "/etc/ssl/certs/monitor.example.pem": str(self._certificate.certificate),
            "/etc/ssl/private/monitor.example.key": str(self._certificate.key),
            "/srv/podi": str(self._site),
        }

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.02)
        output = (self.folder / "output.txt").read_text("utf-8", errors="replace")
        raise FrontFailed(f"{self.program} was not ready after {READY_WITHIN_S:.0f} s:\n{output}")


class Nginx(Front):
    """nginx with deploy/nginx.conf among its configurations."""

    program = "nginx"

    def command(self) -> list[str]:
        """Write the configuration; returns what to run in the foreground."""
        changes = {
            **self._common_changes(),
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
        }
        # Both servers of the file, the plain one and the page's, have the same name and log.
        text = (DEPLOY / "nginx.conf").read_text("utf-8").replace("monitor.example; ", f"{NAME}; ")
        text = text.replace("/var/log/nginx/podi.log", str(self.folder / "podi.log"))
        (self.folder / "podi.conf").write_text(changed(text, changes), encoding="utf-8")
        places = [f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy")]
        # A worker that is not root could not read what a root's tests have made.
        user = ["user root;"] if os.geteuid() == 0 else []
        main = [
            *user,
            *("daemon off;", f"pid {self.folder}/pid;", f"error_log {self.folder}/error.log;"),
            *("include /etc/nginx/modules-enabled/*.conf;", "events {}"),
            *("http {", *places, f"include {self.folder}/podi.conf;", "}"),
        ]
        (self.folder / "main.conf").write_text("\n".join(main) + "\n", encoding="utf-8")
        return ["nginx", "-e", str(self.folder / "error.log"), "-c", str(self.folder / "main.conf")]


class Caddy(Front):
    """Caddy with deploy/Caddyfile, and what keeps it to itself."""

    program = "caddy"

    def command(self) -> list[str]:
        """Write the configuration; returns what to run in the foreground."""
        own = ["admin off", "skip_install_trust", f"http_port {self.plain_port}", f"https_port {self.port}"]
        changes = {
            **self._common_changes(),
            "\n{\n": "\n".join(["\n{", *own, ""]),
            "\nmonitor.example {": f"\nhttps://{NAME}:{self.port} {{\n\tbind 127.0.0.1",
            "/var/log/caddy/podi.log": str(self.folder / "podi.log"),
        }
        text = changed((DEPLOY / "Caddyfile").read_text("utf-8"), changes)
        (self.folder / "Caddyfile").write_text(text, encoding="utf-8")
        return ["caddy", "run", "--config", str(self.folder / "Caddyfile"), "--adapter", "caddyfile"]


FRONTS: dict[str, type[Front]] = {"nginx": Nginx, "caddy": Caddy}


NEEDED = "DEPLOY_NEEDS"
"""In the environment: the fronts without which the tests are not to pass."""


def need(name: str) -> None:
    """Skip the test, with the name of the front, if its program is not installed; fail it where that is needed."""
    if shutil.which(FRONTS[name].program) is None:
        give_up = pytest.fail if name in os.environ.get(NEEDED, "").split() else pytest.skip
        give_up(f"{FRONTS[name].program} is not installed: `make deploy-test` installs what the system's packages have")
