"""app.py as it is started: by Streamlit and by a plain web server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cast import ROOT

COMMANDS = {
    "streamlit": ["-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1", "--server.port"],
    "uvicorn": ["-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port"],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def refuse_connection(port: int) -> str:
    """Knock at the websocket without a sign-in: the first lines of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        return line.recv(4096).decode().lower().replace("http/1.1", "HTTP/1.1")


def wait_for(address: str) -> tuple[int, str]:
    until = time.monotonic() + 60
    while True:
        try:
            return read(address)
        except OSError:
            assert time.monotonic() < until, "the application did not start"
            time.sleep(0.2)


@pytest.mark.parametrize("way", sorted(COMMANDS))
def test_both_ways_to_start_serve_the_form_behind_the_same_gate(way: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "VERTELTAFEL_DATA_FOLDER": str(tmp_path), "OMP_NUM_THREADS": "1"}
    log = tmp_path / "log"
    with log.open("w") as output:
        command = [sys.executable, *COMMANDS[way], str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            assert wait_for(f"http://127.0.0.1:{port}/gezond") == (200, '{"status":"ok"}')
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/gezond", timeout=5) as answer:
                assert answer.headers["x-content-type-options"] == "nosniff"
            refused = refuse_connection(port)
            assert refused.startswith("HTTP/1.1 403") and "x-content-type-options: nosniff" in refused
            assert "Vertel uw verhaal" in read(f"http://127.0.0.1:{port}/")[1]
            assert [read(f"http://127.0.0.1:{port}/{path}")[0] for path in ("explore", "_stcore/metrics")] == [403, 404]
        finally:
            server.terminate()
            server.wait(20)
    assert "GET /" not in log.read_text(), "no line per visit: it would hold an address and a time"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"VERTELTAFEL_KLEUR": "blauw"}, "Instelling VERTELTAFEL_KLEUR bestaat niet."),
        ({"VERTELTAFEL_VAULT_KEY": "geen sleutel"}, "De sleutel van de kluis is geen geldige sleutel."),
        ({"VERTELTAFEL_DATABASE": "sqlite:///{folder}"}, "De database "),
    ],
)
def test_what_a_person_must_mend_is_one_sentence(tmp_path: Path, wrong: dict[str, str], sentence: str) -> None:
    wrong = {name: value.replace("{folder}", str(tmp_path)) for name, value in wrong.items()}
    environment = {**os.environ, "VERTELTAFEL_DATA_FOLDER": str(tmp_path / "data"), **wrong}
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(free_port())]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert sentence in done.stderr and "Traceback" not in done.stderr
