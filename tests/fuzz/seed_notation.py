"""Seeds as people read and write them, and as the fuzzer wants them: one file of bytes each.

    # a comment
    name of the seed: 81 85 Z 'Hello' 125*FE
        'a line that begins with blanks goes on with the seed above\\r\\n'

A word is hex pairs, `Z` for four zero bytes (a masking key that hides nothing), `N*XX` for a pair repeated, or
text in quotes, as UTF-8, with Python's escapes.
"""

import ast
import re

_WORD = re.compile(r"'(?:\\.|[^'\\])*'|\S+")


def parse(text: str) -> dict:
    """Bytes by name."""
    seeds, name = {}, None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            name, _, line = line.partition(":")
            if name in seeds:
                raise ValueError(f"line {number}: there are two seeds called {name}")
            seeds[name] = b""
        seeds[name] += b"".join(_bytes_of(word, number) for word in _WORD.findall(line))
    return seeds


def _bytes_of(word: str, number: int) -> bytes:
    if word.startswith("'"):
        return ast.literal_eval(word).encode()
    if word == "Z":
        return bytes(4)
    count, star, pair = word.partition("*")
    try:
        return bytes.fromhex(pair) * int(count) if star else bytes.fromhex(word)
    except ValueError as error:
        raise ValueError(f"line {number}: {word} is no word of the notation") from error
