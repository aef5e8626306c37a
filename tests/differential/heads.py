"""The grammar of HTTP heads, for both halves of the opening handshake: valid forms, and known ways to break them."""

from cases import chance, damage_bytes, damage_parts

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455 §1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # its answer
SUBPROTOCOLS = ["chat", "superchat", "v1.duplex", "a"]


def vary_case(rng, text):
    """Names and most tokens may be written in any case."""
    if chance(rng, 0.7):
        return text
    return rng.choice([text.lower(), text.upper(), "".join(rng.choice([one.lower(), one.upper()]) for one in text)])


def whitespace(rng):
    return rng.choice(["", " ", "  ", "\t", " \t "])


def field(rng, name, value):
    """`name: value` with any whitespace that may be there."""
    before = " " if chance(rng, 0.8) else whitespace(rng)
    behind = "" if chance(rng, 0.85) else whitespace(rng)
    return f"{vary_case(rng, name)}:{before}{value}{behind}\r\n".encode("latin-1")


def list_of(rng, elements):
    """A list on one line, in a valid form: whitespace, sometimes empty elements (RFC 9110 §5.6.1)."""
    separator = ", " if chance(rng, 0.7) else f"{whitespace(rng)},{whitespace(rng)}"
    if chance(rng, 0.05):
        separator = rng.choice([",,", ", ,"])
    text = separator.join(elements)
    return f",{text}" if chance(rng, 0.02) else f"{text}," if chance(rng, 0.02) else text


def fields_of_list(rng, name, elements):
    """A list on one line or on several."""
    if len(elements) < 2 or chance(rng, 0.8):
        return [field(rng, name, list_of(rng, elements))]
    middle = rng.randrange(1, len(elements))
    return [field(rng, name, list_of(rng, elements[:middle])), field(rng, name, list_of(rng, elements[middle:]))]


def is_field(part, name):
    return part.lower().startswith(name.lower().encode() + b":")


def replace_field(rng, parts, name, values):
    """The field with one of these values instead; as its first if there are several."""
    for index, part in enumerate(parts):
        if is_field(part, name):
            return [*parts[:index], f"{name}: {rng.choice(values)}\r\n".encode("latin-1"), *parts[index + 1:]]
    return parts


def remove_field(parts, name):
    return [part for part in parts if not is_field(part, name)] or parts


def double_field(parts, name):
    return [twin for part in parts for twin in ([part, part] if is_field(part, name) else [part])]


def insert_line(rng, parts, lines):
    """One of these lines, anywhere in the head behind its first line."""
    place = rng.randint(1, max(1, len(parts) - 1))
    return [*parts[:place], rng.choice(lines), *parts[place:]]


def change_line(rng, parts, change):
    """One line of the head behind its first, changed; never the empty one at its end."""
    place = rng.randrange(1, len(parts) - 1) if len(parts) > 2 else 0
    return [*parts[:place], change(parts[place]), *parts[place + 1:]]


ODD_LINES = [b"X-Folded: one\r\n two\r\n", b"X-Folded: one\r\n\ttwo\r\n", b" leading: whitespace\r\n",
             b"X-Space : before colon\r\n", b"X-Tab\t: before colon\r\n", b": no name\r\n", b"no colon\r\n",
             b"X-Empty:\r\n", b"X-Nul: a\0b\r\n", b"X-Latin: caf\xe9\r\n", b"X-Utf8: caf\xc3\xa9\r\n",
             b"X-N\xe4me: a\r\n", b"X-Delete: a\x7fb\r\n", b"X-Bell: \x07\r\n", b"X-Cr: a\rb\r\n", b"X-Lf: a\nb\r\n",
             b"X-(Comment): a\r\n", b'X-"Quoted": a\r\n', b"X-Tokens!#$%&'*+.^_`|~: a\r\n", b"X-Colons: a:b:c\r\n",
             b"X-Bare-Lf: a\n", b"X-Bare-Cr: a\r", b"X-Cr-Cr: a\r\r\n", b"X-Long: " + b"a" * 9000 + b"\r\n",
             b"X-Longer: " + b"a" * 40000 + b"\r\n", b"X-Many: a\r\n" * 101]


def break_head(rng, parts):
    """Ways to break any head, those that know its grammar more often than those that do not."""
    kind = rng.choice(["odd line", "odd line", "bare LF", "bare CR", "fold", "no end", "bytes", "bytes", "parts"])
    if kind == "odd line":
        return insert_line(rng, parts, ODD_LINES)
    if kind == "bare LF":
        return change_line(rng, parts, lambda line: line.replace(b"\r\n", b"\n"))
    if kind == "bare CR":
        return change_line(rng, parts, lambda line: line.replace(b"\r\n", b"\r"))
    if kind == "fold":
        return change_line(rng, parts, lambda line: line.replace(b": ", b":\r\n ", 1))
    if kind == "no end":
        return parts[:-1] or parts
    return damage_bytes(rng, parts) if kind == "bytes" else damage_parts(rng, parts)
