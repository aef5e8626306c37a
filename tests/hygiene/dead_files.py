"""Files that nothing uses."""

import posixpath
import re

from includes import CPP, includes_of
from tree import is_below

_PAGE_REFERENCE = re.compile(r"""["'(`]\s*([^"'()`\s?#]+\.(?:js|mjs|css))(?:[?#][^"'`]*)?\s*["')`]""")
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
    """Every script and stylesheet of a page is named by another file of that page."""
    pages = [posixpath.dirname(path) for path in tree.find("/index.html", under=("web", "apps"))]
    return [complaint for page in pages for complaint in _unused_on_page(tree, page)]


def _unused_on_page(tree, page):
    tests = f"{page}/tests"
    named, named_by_tests = set(), set()
    for path in tree.find(".html", ".js", ".mjs", ".css", under=(page,)):
        targets = named_by_tests if is_below(path, tests) else named
        targets.update(target for target in _page_references(tree, page, path) if target != path)
    for path in tree.find(".js", ".mjs", ".css", under=(page,)):
        is_used = path in named
        if is_below(path, tests):
            is_used = path in named_by_tests or re.search(r"\.test\.m?js$", path)
        if not is_used:
            yield f"{path}: nothing of the page uses it"


def _page_references(tree, page, path):
    for reference in _PAGE_REFERENCE.findall(tree.text(path)):
        base = page if reference.startswith("/") else posixpath.dirname(path)
        yield posixpath.normpath(posixpath.join(base, reference.lstrip("/")))
