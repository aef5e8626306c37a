"""Which folder may include which: the table of the architecture, and what keeps the pure folders pure."""

import posixpath
import re

from tree import line_of, without_comments

CPP = (".cpp", ".hpp")
INCLUDE_ROOTS = ("include", "src", "apps", "tests")

# Besides itself and <duplex/…>. A folder that is not here is a complaint: give it a place first.
_BELOW_CONNECTION = ("base", "protocol", "http", "handshake", "transport")
_WIRING = (*_BELOW_CONNECTION, "tls", "connection")
SRC_MAY_INCLUDE = {
    "base": (),
    "deflate": ("base",),
    "protocol": ("base", "deflate"),
    "http": ("base",),
    "handshake": ("base", "protocol", "http"),
    "transport": ("base",),
    "tls": ("base", "transport"),
    "connection": _BELOW_CONNECTION,
    "server": _WIRING,
    "client": _WIRING,
}

# Sockets, threads, clocks and entropy reach these as parameters. ThreadSanitizer skips their tests, see
# cmake/duplex.cmake.
PURE_FOLDERS = ("src/base", "src/deflate", "src/protocol", "src/http", "src/handshake", "apps/chat/domain")
IMPURE_HEADERS = re.compile(
    r"sys/.*|netinet/.*|arpa/.*|netdb\.h|poll\.h|unistd\.h|fcntl\.h|pthread\.h|liburing\.h|time\.h|ctime|"
    r"thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|fstream|filesystem")
ENTROPY_ITSELF = "src/base/entropy.cpp"  # implements the interface that the others are handed
IMPURE_CALLS = re.compile(r"::now\s*\(|\brandom_device\b|\bRAND_bytes\b|\bgetrandom\s*\(|\bthis_thread\b")

# The chat's rules know neither how they are stored nor how they travel.
DOMAIN = "apps/chat/domain"
NOT_IN_DOMAIN = re.compile(r"sqlite3.*|nlohmann/.*|simdjson.*|nats/.*|duplex/(?!bytes|errors).*")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def includes_of(tree, path):
    """(line, spelled name, the file of this project it is or None), in their order."""
    text = tree.text(path)
    for match in _INCLUDE.finditer(text):
        yield line_of(text, match.start()), match[2], _resolve(tree, path, match[1] == '"', match[2])


def _resolve(tree, path, is_quoted, name):
    folders = [posixpath.dirname(path)] if is_quoted else []
    for folder in (*folders, *INCLUDE_ROOTS):
        candidate = posixpath.normpath(posixpath.join(folder, name))
        if candidate in tree:
            return candidate
    return None


def directions(tree):
    """src/ folders include only what the table allows, applications and public headers only <duplex/…>."""
    complaints = [f"src/{name}: has no place in the table of tests/hygiene/includes.py"
                  for name in sorted({path.split("/")[1] for path in tree.find(*CPP, under=("src",))})
                  if name not in SRC_MAY_INCLUDE]
    for path in tree.find(*CPP, under=("src", "include", "apps")):
        for line, name, target in includes_of(tree, path):
            reason = _refusal(path, target)
            if reason:
                complaints.append(f"{path}:{line}: includes {name}: {reason}")
    return complaints


def _refusal(path, target):
    """Why this file may not include that one; None when it may, or when that one is not of this project."""
    if target is None:
        return None
    top, target_top = path.split("/")[0], target.split("/")[0]
    if target_top == "tests":
        return "nothing outside tests/ includes tests/"
    if top == "src":
        return _refusal_in_src(path, target)
    if top == "include" and target_top != "include":
        return "public headers include only public headers"
    if top == "apps" and target_top == "src":
        return "applications stand on include/duplex/ alone"
    return None


def _refusal_in_src(path, target):
    folder = path.split("/")[1]
    if target.startswith("apps/"):
        return "the library knows no application"
    if target.startswith("include/"):
        owner = re.match(r"include/duplex/(server|client)\b", target)
        may_not = owner and folder != owner[1]
        return f"only src/{owner[1]} implements it" if may_not else None
    other = target.split("/")[1]
    if other != folder and other not in SRC_MAY_INCLUDE.get(folder, ()):
        return f"src/{folder} may not include src/{other}"
    return None


def quoted_exist(tree):
    """A quoted include names a file of this project."""
    return [f'{path}:{line}: "{name}" is not a file of this project'
            for path in tree.find(*CPP, under=("src", "include", "apps", "tests"))
            for line, name, target in includes_of(tree, path)
            if target is None and f'"{name}"' in tree.text(path)]


def purity(tree):
    """The pure folders touch no socket, thread, clock or entropy."""
    complaints = []
    for path in tree.find(*CPP, under=PURE_FOLDERS):
        complaints += [f"{path}:{line}: a pure folder does not include <{name}>"
                       for line, name, _ in includes_of(tree, path) if IMPURE_HEADERS.fullmatch(name)]
        code = without_comments(tree.text(path))
        complaints += [f"{path}:{line_of(code, match.start())}: a pure folder does not call {match[0].rstrip('(')}"
                       for match in IMPURE_CALLS.finditer(code) if path != ENTROPY_ITSELF]
    return complaints


def domain(tree):
    """The chat's domain includes no database, JSON or WebSocket header, and no other folder of the chat."""
    complaints = []
    for path in tree.find(*CPP, under=(DOMAIN,)):
        for line, name, target in includes_of(tree, path):
            leaves = target is not None and target.startswith("apps/") and not target.startswith(DOMAIN + "/")
            if NOT_IN_DOMAIN.fullmatch(name) or leaves:
                complaints.append(f"{path}:{line}: the domain does not include {name}")
    return complaints
