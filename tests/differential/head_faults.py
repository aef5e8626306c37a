"""What stands in an HTTP head, found without any of the parsers that are compared: evidence for the rules."""

import re

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HOST = rb"(\[[0-9a-f:.]+\]|([a-z0-9._~-]|%[0-9a-f]{2})+)(:[0-9]{0,5})?"
_PORT_TOO_LARGE = rb":(6[6-9]|[7-9]\d|\d{6})\d*\Z|:655[4-9]\d\Z|:65[6-9]\d\d\Z|:6553[6-9]\Z"


def first_line(case):
    """With its CR; empty lines before it are skipped."""
    return case.data.lstrip(b"\r\n").split(b"\n")[0]


def final_head(data):
    """The first that is not interim (100, then 101), up to its empty line; without what follows."""
    heads = re.split(rb"\r?\n\r?\n", re.sub(rb"\A[\r\n]+(?!HTTP/)", b"", data))
    return next((head for head in heads if not re.match(rb"HTTP/1\.\d 1(?!01)", head)), heads[-1])


def final_head_begins(pattern):
    return lambda case: re.match(pattern, final_head(case.data)) is not None


def values_of(case, name):
    """The lines with this name."""
    return [value.strip(b" \t\r")
            for value in re.findall(rb"^" + name + rb":([^\n]*)", final_head(case.data), re.MULTILINE | re.IGNORECASE)]


def elements_of(case, name):
    """Of the lines with this name as one list, without empty ones."""
    elements = [element.strip(b" \t") for value in values_of(case, name) for element in value.split(b",")]
    return [element for element in elements if element]


def has(*names):
    return lambda case: any(values_of(case, name) for name in names)


def has_twice(*names):
    return lambda case: any(len(values_of(case, name)) > 1 for name in names)


def is_not(name, value):
    """The field is not this one value, in any case."""
    return lambda case: [found.lower() for found in values_of(case, name)] != [value]


def has_empty_element(name):
    return lambda case: any(not element.strip(b" \t")
                            for value in values_of(case, name) for element in value.split(b","))


def is_no_list_of_tokens(name):
    def judge(case):
        elements = elements_of(case, name)
        return not elements or not all(re.fullmatch(TOKEN, element) for element in elements)
    return judge


def has_no_valid_host(case):
    hosts = values_of(case, rb"Host")
    if len(hosts) != 1 or not re.fullmatch(_HOST, hosts[0], re.IGNORECASE):
        return True
    return re.search(_PORT_TOO_LARGE, hosts[0]) is not None


def has_odd_target(case):
    """Neither a path with an optional query, nor one with valid escapes and without dot segments, NUL, backslash."""
    target = first_line(case).split(b" ")[1]
    is_plain = re.fullmatch(rb"/([a-z0-9._~:/?@!$&'()*+,;=\[\]-]|%[0-9a-f]{2})*", target, re.IGNORECASE)
    path = target.split(b"?")[0]
    return not is_plain or re.search(rb"/(\.|%2e){1,2}(/|\Z)|%00|%5c", path, re.IGNORECASE) is not None


def either(*judges):
    return lambda case: any(judge(case) for judge in judges)


def is_large(case):
    """Beyond somebody's bounds: bytes of a line, bytes or lines of the head."""
    return max(map(len, case.data.split(b"\n"))) > 8000 or case.data.count(b"\n") > 100
