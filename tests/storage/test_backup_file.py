"""An encrypted file opens whole, with its passphrase, or not at all."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.backup_file import PIECE_BYTES, TAG_BYTES, BackupError, SealedWriter, read_sealed

PASSPHRASE = "zestien tekens is het minste"


@pytest.fixture(autouse=True, scope="module")
def quick_keys() -> object:
    """A key that is quick to make: a real one takes a third of a second, on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.backup_file.SCRYPT_N", 2)
        yield


def seal(path: Path, *lines: bytes) -> Path:
    with path.open("w+b") as file:
        writer = SealedWriter(file, PASSPHRASE)
        for line in lines:
            writer.write(line)
        writer.close()
    return path


def read(path: Path, passphrase: str = PASSPHRASE) -> list[bytes]:
    with path.open("rb") as file:
        return list(read_sealed(file, passphrase))


def random_lines(n_bytes: int) -> list[bytes]:
    """Lines that packing cannot make smaller, so that they fill pieces."""
    return [os.urandom(1000).hex().encode()[:1000] for _ in range(n_bytes // 500)]


@given(st.lists(st.binary(max_size=3000).map(lambda line: line.replace(b"\n", b" ")), max_size=20))
def test_what_went_in_comes_out(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = seal(tmp_path_factory.mktemp("verzegeld") / "a", *lines)
    assert read(path) == lines


def test_a_file_of_many_pieces_comes_out_in_order(tmp_path: Path) -> None:
    lines = random_lines(6 * PIECE_BYTES)
    path = seal(tmp_path / "a", *lines)
    assert path.stat().st_size > 4 * PIECE_BYTES and read(path) == lines


def test_nothing_of_it_can_be_read_without_the_passphrase(tmp_path: Path) -> None:
    assert b"zeehond" not in seal(tmp_path / "a", b"Dina zag een zeehond " * 40).read_bytes()


def test_another_passphrase_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"wachtwoord past niet.*sleutelbestand"):
        read(seal(tmp_path / "a", b"een"), "een ander wachtwoord")


def test_the_same_lines_twice_make_two_different_files(tmp_path: Path) -> None:
    assert seal(tmp_path / "a", b"een").read_bytes()[-20:] != seal(tmp_path / "b", b"een").read_bytes()[-20:]


@pytest.mark.parametrize("passphrase", ["", "kort", "vijftien tekens"])
def test_a_short_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(BackupError, match="te kort"):
        SealedWriter(io.BytesIO(), passphrase)


SEALED = PIECE_BYTES + TAG_BYTES


def without(content: bytes, start: int, end: int) -> bytes:
    return content[:start] + content[end:]


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("one bit", lambda body, at: body[: at + 9] + bytes([body[at + 9] ^ 1]) + body[at + 10 :]),
        ("the last byte is gone", lambda body, at: body[:-1]),
        ("the last piece is gone", lambda body, at: body[: at + (len(body) - at) // SEALED * SEALED]),
        ("a piece in the middle is gone", lambda body, at: without(body, at + SEALED, at + 2 * SEALED)),
        ("only the start is there", lambda body, at: body[: at + SEALED]),
        ("nothing after the head", lambda body, at: body[:at]),
        ("something was put behind it", lambda body, at: body + b"x"),
        ("a piece is there twice", lambda body, at: body[: at + SEALED] + body[at:]),
        ("the head names another nonce", lambda body, at: body.replace(b'"nonce": "', b'"nonce": "00', 1)),
        ("the head asks for a slow key", lambda body, at: body.replace(b'"n": 2,', b'"n": 1073741824,', 1)),
        ("the head is cut", lambda body, at: body[:60]),
    ],
)
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, what: str, change: Callable[..., bytes]) -> None:
    path = seal(tmp_path / "a", *random_lines(6 * PIECE_BYTES))
    body = path.read_bytes()
    path.write_bytes(change(body, body.index(b"\n", body.index(b"\n") + 1) + 1))
    with pytest.raises(BackupError):
        read(path)


def test_a_file_whose_writer_never_closed_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w+b") as file:
        writer = SealedWriter(file, PASSPHRASE)
        for line in random_lines(3 * PIECE_BYTES):
            writer.write(line)
    with pytest.raises(BackupError):
        read(tmp_path / "a")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "geen back-up van Verteltafel"),
        (b"PK\x03\x04 een zip", "geen back-up van Verteltafel"),
        (b"verteltafel backup 2\n{}\n", "nieuwere versie"),
        (b"verteltafel backup 1\n[]\n", "kop van deze back-up is beschadigd"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(BackupError, match=sentence):
        read(tmp_path / "a")
