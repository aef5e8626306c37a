"""Files that nothing uses."""

import posixpath
import re

from includes import CPP, includes_of
from tree import is_below

_WEB_REFERENCE = re.compile(r"""["'(`]\s*([^"'()`\s?#]+\.(?:js|mjs|css))(?:[?#][^"'`]*)?\s*["')`]""")
_CMAKE_PATH = re.compile(r"""[^\s()"]+\.cpp""")


def sources(tree):
    """Every .cpp is named in a CMakeLists.txt."""
    compiled = set()
    for path in tree.find("CMakeLists.txt"):
        folder = posixpath.dirname(path)
        text = re.sub(r"#.*", "", tree.text(path))
        text = text.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
        for name in _CMAKE_PATH.findall(text):
            base = "" if name.startswith("${CMAKE_SOURCE_DIR}/") else folder
            compiled.add(posixpath.normpath(posixpath.join(base, name.replace("${CMAKE_SOURCE_DIR}/", ""))))
    return [f"{path}: no CMakeLists.txt compiles it" for path in tree.find(".cpp") if path not in compiled]


def headers(tree):
    """Every .hpp is included by another file."""
    included = {target for path in tree.find(*CPP) for _, _, target in includes_of(tree, path) if target != path}
    return [f"{path}: nothing includes it" for path in tree.find(".hpp") if path not in included]


def page_files(tree):
    """Every script and stylesheet of the page is named by another file of the page."""
    named, named_by_tests = set(), set()
    for path in tree.find(".html", ".js", ".mjs", ".css", under=("web",)):
        references = named_by_tests if is_below(path, "web/tests") else named
        references |= {target for target in _page_references(tree, path) if target != path}
    complaints = []
    for path in tree.find(".js", ".mjs", ".css", under=("web",)):
        if not is_below(path, "web/tests"):
            used = path in named
        else:
            used = path in named_by_tests or re.search(r"\.test\.m?js$", path)
        if not used:
            complaints.append(f"{path}: nothing of the page uses it")
    return complaints


def _page_references(tree, path):
    for reference in _WEB_REFERENCE.findall(tree.text(path)):
        base = "web" if reference.startswith("/") else posixpath.dirname(path)
        yield posixpath.normpath(posixpath.join(base, reference.lstrip("/")))
        yield posixpath.normpath(posixpath.join("web", reference.lstrip("/")))
