"""The file of a backup: encrypted in pieces, so that any size fits in little memory.

A line that says what this is, a line with how the key is made, then pieces of at most 64 KiB. Each piece is
sealed with AES-256-GCM under its own number and a mark for the last one, and with both lines: a piece that
was changed, moved, dropped or added, and a file that was cut off, cannot be opened. The key is made of the
passphrase by scrypt, slow and large in memory on purpose. Sources: Hoang, Reyhanitabar, Rogaway, Vizar, "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015 (STREAM); RFC 7914 (scrypt).
"""

import json
import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from faults import PersonFault

FIRST_LINE = b"verteltafel backup 1\n"
HEADER_MAX_BYTES = 1_000
PIECE_BYTES = 64 * 1024
TAG_BYTES = 16
SCRYPT_N = 2**17  # 128 MB and a third of a second for each guess
SCRYPT_N_MAX = 2**20
SCRYPT_R, SCRYPT_P = 8, 1
PASSPHRASE_MIN_CHARACTERS = 16
# Embeddings are most of a backup and hardly become smaller: speed counts for more than the last percents.
COMPRESSION_LEVEL = 2


class BackupError(PersonFault):
    """A backup cannot be made or read; the sentence says why and what to do."""


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that can be guessed: the file is made to be kept for years, out of our hands."""
    if len(passphrase) < PASSPHRASE_MIN_CHARACTERS:
        raise BackupError(
            f"Het wachtwoord van de back-up is te kort. Neem minstens {PASSPHRASE_MIN_CHARACTERS} tekens, "
            "het liefst een sleutelbestand: docs/how-to/backup.md zegt hoe."
        )


class SealedWriter:
    """Writes lines into an encrypted file. Without `close` the file cannot be opened: it is not whole."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        check_passphrase(passphrase)
        salt, prefix = os.urandom(16), os.urandom(7)
        kdf = {"kdf": "scrypt", "n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P, "salt": salt.hex()}
        header = {**kdf, "cipher": "AES-256-GCM", "nonce": prefix.hex(), "piece": PIECE_BYTES, "packing": "zlib"}
        self._file = file
        self._lines = FIRST_LINE + json.dumps(header).encode() + b"\n"
        self._cipher = AESGCM(_derive_key(passphrase, salt, SCRYPT_N))
        self._prefix = prefix
        self._number = 0
        self._packer = zlib.compressobj(COMPRESSION_LEVEL)
        self._waiting = bytearray()
        file.write(self._lines)

    def write(self, line: bytes) -> None:
        """Add one line; its end is added here."""
        self._waiting += self._packer.compress(line + b"\n")
        # More than a piece must wait: the last one is sealed as the last, and is never empty.
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]

    def close(self) -> None:
        """Seal the last pieces and see to it that they are on the disk."""
        self._waiting += self._packer.flush()
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        self._seal(bytes(self._waiting), is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, piece, self._lines))
        self._number += 1


def read_sealed(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The lines of an encrypted file, one at a time, each from a piece that was found whole.

    A reader that stops before the end has not seen that the end is there.
    Raises BackupError for another kind of file, a wrong passphrase, damage, or a file that was cut off.
    """
    lines, header = _read_header(file)
    cipher = AESGCM(_derive_key(passphrase, bytes.fromhex(header["salt"]), header["n"]))
    unpacker = zlib.decompressobj()
    rest = b""
    for piece in _open_pieces(file, cipher, bytes.fromhex(header["nonce"]), lines):
        *whole, rest = (rest + unpacker.decompress(piece)).split(b"\n")
        yield from whole
    if rest + unpacker.flush() or not unpacker.eof:
        raise BackupError("Deze back-up is niet heel: het einde ontbreekt. Neem een andere back-up.")


def _read_header(file: BinaryIO) -> tuple[bytes, dict]:
    first, second = file.readline(len(FIRST_LINE)), file.readline(HEADER_MAX_BYTES)
    if not first.startswith(b"verteltafel backup "):
        raise BackupError("Dit bestand is geen back-up van Verteltafel. Kies een bestand dat `backup` gemaakt heeft.")
    if first != FIRST_LINE:
        raise BackupError("Deze back-up is met een nieuwere versie gemaakt. Zet haar terug met die versie.")
    try:
        header = json.loads(second)
        sizes = (len(bytes.fromhex(header["salt"])), len(bytes.fromhex(header["nonce"])), header["piece"])
        n = header["n"]
        # Bounds, because this line is read before anything is known to be ours.
        known = sizes == (16, 7, PIECE_BYTES) and isinstance(n, int) and n.bit_count() == 1 and 2 <= n <= SCRYPT_N_MAX
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise BackupError("De kop van deze back-up is beschadigd. Neem een andere back-up.")
    return first + second, header


def _open_pieces(file: BinaryIO, cipher: AESGCM, prefix: bytes, lines: bytes) -> Iterator[bytes]:
    number, sealed = 0, file.read(PIECE_BYTES + TAG_BYTES)
    while sealed:
        after = file.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(prefix, number, is_last=not after), sealed, lines)
        except InvalidTag as error:
            raise BackupError(
                "Het wachtwoord past niet bij deze back-up, of het bestand is beschadigd. Probeer het sleutelbestand "
                "van de dag van de back-up; past dat ook niet, neem dan een andere back-up."
                if number == 0
                else "Deze back-up is beschadigd of niet heel. Neem een andere back-up."
            ) from error
        number, sealed = number + 1, after
    if number == 0:
        raise BackupError("Deze back-up is niet heel: er staat niets in. Neem een andere back-up.")


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def _derive_key(passphrase: str, salt: bytes, n: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())
