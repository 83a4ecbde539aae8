"""Looks for keys in files: raw, inverted, hexadecimal, base64, whole and by halves, also inside zip and PDF files."""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SHORTEST = 6
"""A sector key has six bytes; fewer would be found by chance in a folder of pictures."""
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


def spellings(secret: bytes) -> Iterator[bytes]:
    """Every form in which these bytes may lie in a file."""
    for form in (secret, secret[::-1], bytes(byte ^ 0xFF for byte in secret)):
        yield form
        yield from _hex(form)
        yield from _base64(form)


def _hex(secret: bytes) -> Iterator[bytes]:
    """Run together and in groups; of an escaped text too (`\\xab`), as a traceback quotes bytes."""
    for text in (secret.hex(), secret.hex(" "), secret.hex(" ", 4), secret.hex(":"), secret.hex("-")):
        yield text.encode()
        yield text.upper().encode()
    yield "".join(f"\\x{byte:02x}" for byte in secret).encode()
    yield repr(secret)[2:-1].encode()
    yield repr(list(secret))[1:-1].encode()


def _base64(secret: bytes) -> Iterator[bytes]:
    """At each of the three places where the secret can begin inside a longer text; the safe alphabet too."""
    for before in range(3):
        code = base64.b64encode(bytes(before) + secret)
        whole = code[(before * 8 + 5) // 6 : (before + len(secret)) * 8 // 6]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def parts(secrets: Iterable[bytes]) -> set[bytes]:
    """Each secret and the halves of a long one; what is the same byte throughout is a filling, no key."""
    every = {part for key in secrets for part in (key, key[:8], key[-8:]) if len(part) >= SHORTEST}
    return {part for part in every if len(set(part)) > 1}


def traces(folder: Path, secrets: Mapping[str, bytes]) -> list[str]:
    """`file: name` of each secret found in any file below the folder."""
    forms = [(name, form) for name, key in secrets.items() for part in parts([key]) for form in spellings(part)]
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for content in contents(path.read_bytes()):
                found |= {f"{path.relative_to(folder)}: {name}" for name, form in forms if form in content}
    return sorted(found)


def contents(raw: bytes) -> Iterator[bytes]:
    """The bytes of a file, and what lies packed in it."""
    yield raw
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if raw.startswith(b"%PDF"):
        for stream in _STREAM.findall(raw):
            try:
                packed_stream = base64.a85decode(stream, adobe=True) if stream.endswith(b"~>") else stream
                yield zlib.decompressobj().decompress(packed_stream)
            except (zlib.error, ValueError):
                continue
