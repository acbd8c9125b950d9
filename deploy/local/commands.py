"""What `python -m deploy.local` does: up, down, status, reset. It speaks Indonesian."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local import SERVICES, processes
from deploy.local.development_secrets import OfficerLogin
from deploy.local.environment import ROOT, Deployment, Elsewhere, environment
from deploy.local.parallel import in_parallel
from deploy.local.ports import choose_ports, wanted_ports
from deploy.local.stack import Servers, Services
from deploy.local.state import State, StateFile

_DATA = ("rabbitmq", "mongodb", "s3", "mail", "secrets", "log", "officers.done", "ports.json")
_RESTARTS = 5
_LABELS = {"public": "Halaman warga", "officers": "Meja petugas", "inbox": "Kotak surat"}
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(text: str) -> None:
    with suppress(OSError):  # a closed terminal must not keep us from stopping what we started
        print(text, flush=True)


def up(folder: Path) -> int:
    """Start everything, stay until told to end, stop what was started."""
    file = StateFile(folder)
    lock = file.lock()
    if lock is None:
        return _already(file)
    with lock:
        for number in _SIGNALS:
            signal.signal(number, signal.default_int_handler)
        if left := file.stop_leftovers():
            say(f"Sisa dari kali lalu dihentikan: {', '.join(left)}")
        me = processes.birth_of(os.getpid()) or ""
        state = State(processes.Identity("up", os.getpid(), me))
        file.write(state)
        try:
            return _Run(folder, file, state).until_told()
        finally:
            file.forget()


def _already(file: StateFile) -> int:
    state = file.running()
    if state is None or not state.ready:
        say("Sistem ini sedang dijalankan dari terminal lain. Tunggu sebentar.")
    else:
        say("Sudah berjalan:")
        _addresses(state)
        say("  Berhenti        make down")
    return 0


def _addresses(state: State) -> None:
    for name, address in state.addresses.items():
        say(f"  {_LABELS[name]:<16}{address}")


@dataclass
class _Run:
    """One `up`: what it has started so far."""

    folder: Path
    file: StateFile
    state: State
    services: Services | None = None
    servers: Servers | None = None

    def until_told(self) -> int:
        begun = time.monotonic()
        code = 0
        try:
            self._start()
            assert self.servers is not None  # noqa: S101 - for the type checker
            _table(self.servers.run, time.monotonic() - begun)
            self._watch()
        except KeyboardInterrupt:
            say("\nMenghentikan …")
        except (processes.StartFailed, RuntimeError) as error:
            say(f"\nGAGAL: {error}\n\nMenghentikan yang sudah berjalan …")
            code = 1
        finally:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self._stop()
        return code

    def _start(self) -> None:
        ports, messages = choose_ports(self.folder / "ports.json", wanted_ports(os.environ))
        for message in messages:
            say(f"! {message}")
        say("Menyalakan server (RabbitMQ, MongoDB, S3, kotak surat) …")
        self.servers = Servers.prepare(self.folder, ports, Elsewhere.from_variables(os.environ))
        self.servers.tell = _ready
        self.servers.started = self._note
        self.servers.start_all()
        say("Menyalakan layanan …")
        self.services = Services(self.servers)
        self.services.start_all(_ready)
        run = self.servers.run
        ensure_officers(run, say)
        self.state.addresses = {
            "public": run.public_url,
            "officers": run.officers_url,
            "inbox": run.inbox_url,
        }
        self.state.ready = True
        self.file.write(self.state)

    def _note(self, started: processes.Identity) -> None:
        self.state.started.append(started)
        self.file.write(self.state)

    def _watch(self) -> None:
        """Restart a service that ends by itself; tell of a server that does."""
        assert self.services is not None and self.servers is not None  # noqa: S101, PT018
        restarts = dict.fromkeys(SERVICES, 0)
        told: set[str] = set()
        while True:
            time.sleep(1)
            for name, child in list(self.services.children.items()):
                if child.ended() is not None and restarts[name] < _RESTARTS:
                    restarts[name] += 1
                    say(f"! layanan {name} berhenti sendiri, dijalankan lagi. Lihat {child.log}")
                    self.services.start(name, wait=False)
                elif child.ended() is not None and name not in told:
                    told.add(name)
                    say(f"! layanan {name} berhenti lagi dan lagi. Lihat {child.log}")
                    say("  Ulangi: make down, lalu make up")
            for name, child in self.servers.children.items():
                if child.ended() is not None and name not in told:
                    told.add(name)
                    say(f"! server {name} berhenti sendiri. Lihat {child.log}")
                    say("  Ulangi: make down, lalu make up")

    def _stop(self) -> None:
        if self.servers is not None:
            self.servers.stopping = True  # what is just being started stops by itself
        if self.services is not None:
            self.services.stop(_stopped)
        if self.servers is not None:
            self.servers.stop(_stopped)
        say("Berhenti. Data tetap ada di " + _short(self.folder))


def _ready(name: str) -> None:
    say(f"  {name} siap")


def _stopped(name: str) -> None:
    say(f"  {name} berhenti")


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def ensure_officers(run: Deployment, tell: Callable[[str], None]) -> None:
    """Make the demonstration officers, once per data folder."""
    done = run.folder / "officers.done"
    if done.exists():
        return
    tell("Membuat akun petugas contoh …")
    make_officers(run)
    done.touch()


def make_officers(run: Deployment) -> None:
    """Make the demonstration officers, or bring them to what they were."""
    in_parallel(
        [(each.username, partial(_ensure_officer, run, each)) for each in run.secrets.officers()]
    )


def _ensure_officer(run: Deployment, officer: OfficerLogin) -> None:
    secret = run.secrets.folder / f"{officer.username}.password"
    secret.touch(mode=0o600)
    secret.write_text(officer.password, "utf-8")
    command = [
        *(sys.executable, "-m", "services.verification.accounts", "ensure"),
        *("--username", officer.username, "--name", officer.name, "--nip", officer.nip),
        *("--password-file", str(secret)),
        *(part for role in officer.roles for part in ("--role", role)),
    ]
    try:
        result = subprocess.run(
            command,
            env={**processes.least_environment(), **environment("verification", run)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        secret.unlink()
    if result.returncode != 0:
        raise processes.StartFailed(
            f"akun {officer.username} tidak dapat dibuat:\n{result.stdout}{result.stderr}"
        )


def _table(run: Deployment, seconds: float) -> None:
    say(f"\nSI PINTAR KERJA berjalan ({seconds:.0f} detik).\n")
    rows = [
        ("Halaman warga", run.public_url),
        ("Meja petugas", run.officers_url),
        ("Kotak surat", run.inbox_url if not run.elsewhere.smtp_host else "di server Anda"),
        *(
            ("Masuk petugas", f"{each.username} / {each.password}  ({each.name})")
            for each in run.secrets.officers()
        ),
        ("Coba sendiri", "make demo  (satu perjalanan penuh, di terminal lain)"),
        ("Catatan", _short(run.folder / "log")),
        ("Berhenti", "Ctrl-C di sini, atau make down" if sys.stdout.isatty() else "make down"),
    ]
    for name, text in rows:
        say(f"  {name:<16}{text}")
    say("")


def up_detached(folder: Path) -> int:
    """Start `up` in the background; return when it is ready or has failed."""
    file = StateFile(folder)
    if (state := file.running()) is not None and state.ready:
        return _already(file)
    log = folder / "log" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    command = [sys.executable, "-m", "deploy.local", "--data", str(folder), "up"]
    with log.open("ab") as output:
        background = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            start_new_session=True,
        )
    with log.open(encoding="utf-8") as lines:
        while True:
            print(lines.read(), end="", flush=True)
            if background.poll() is not None:
                print(lines.read(), end="", flush=True)
                return background.returncode
            if (state := file.running()) is not None and state.ready:
                time.sleep(0.2)
                print(lines.read(), end="", flush=True)
                return 0
            time.sleep(0.1)


def down(folder: Path) -> int:
    """Stop a running system, or what is left of one."""
    file = StateFile(folder)
    state = file.running()
    if state is None:
        left = file.stop_leftovers()
        say(f"Sisa dihentikan: {', '.join(left)}" if left else "Tidak ada yang berjalan.")
        return 0
    say("Menghentikan …")
    os.kill(state.supervisor.pid, signal.SIGTERM)
    deadline = time.monotonic() + 90
    while state.supervisor.alive():
        if time.monotonic() > deadline:
            say("Belum berhenti setelah 90 detik. Ulangi: make down")
            return 1
        time.sleep(0.1)
    file.stop_leftovers()
    say("Berhenti. Data tetap ada di " + _short(folder))
    return 0


def status(folder: Path) -> int:
    """Print what runs; exit 0 when everything does, 3 when not."""
    state = StateFile(folder).running()
    if state is None:
        say("Tidak berjalan. Jalankan: make up")
        return 3
    latest = {each.name: each for each in state.started}
    _addresses(state)
    for name, each in latest.items():
        say(f"  {name:<16}{'berjalan' if each.alive() else 'MATI'} (pid {each.pid})")
    return 0 if state.ready and all(each.alive() for each in latest.values()) else 3


def reset(folder: Path, *, sure: bool) -> int:
    """Delete all data of the local system, after a question."""
    file = StateFile(folder)
    if file.running() is not None:
        say("Sistem masih berjalan. Hentikan dahulu: make down")
        return 1
    file.stop_leftovers()
    there = [folder / name for name in _DATA if (folder / name).exists()]
    there += folder.glob("AK1-*.pdf")  # cards that `make demo` fetched
    if not there:
        say("Tidak ada data untuk dihapus.")
        return 0
    if not sure:
        say(f"Semua data percobaan di {_short(folder)} akan dihapus dan tidak dapat kembali.")
        try:
            sure = input("Ketik ya untuk menghapus: ").strip().lower() == "ya"
        except EOFError:
            sure = False
    if not sure:
        say("Tidak jadi. Tidak ada yang dihapus.")
        return 1
    for path in there:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    say("Data dihapus.")
    return 0
