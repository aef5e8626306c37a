"""Files that nothing uses."""

import posixpath
import re

from includes import CPP, includes_of
from tree import is_below

_PAGE_REFERENCE = re.compile(r"""["'(`]\s*([^"'()`\s?#]+\.(?:js|mjs|css))(?:[?#][^"'`]*)?\s*["')`]""")
_CMAKE_SOURCE = re.compile(r"""[^\s()"]+\.cpp""")
_CMAKE_SUBDIRECTORY = re.compile(r"""add_subdirectory\(\s*"?([^\s()"]+)""")


def sources(tree):
    """Every .cpp is named in a CMakeLists.txt, and every CMakeLists.txt is reached from the first."""
    reached, compiled = _read_cmake(tree)
    complaints = [f"{path}: no add_subdirectory reaches it" for path in tree.find("CMakeLists.txt")
                  if path not in reached]
    return complaints + [f"{path}: no CMakeLists.txt compiles it" for path in tree.find(".cpp")
                         if path not in compiled]


def _read_cmake(tree):
    """The CMakeLists.txt reached from the root, and the .cpp files that they name."""
    reached, compiled, waiting = set(), set(), ["CMakeLists.txt"]
    while waiting:
        path = waiting.pop()
        if path not in tree or path in reached:
            continue
        reached.add(path)
        folder = posixpath.dirname(path)
        text = re.sub(r"#.*", "", tree.text(path)).replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
        waiting += [posixpath.join(_in_cmake(folder, name), "CMakeLists.txt")
                    for name in _CMAKE_SUBDIRECTORY.findall(text)]
        compiled.update(_in_cmake(folder, name) for name in _CMAKE_SOURCE.findall(text))
    return reached, compiled


def _in_cmake(folder, name):
    from_root = name.startswith("${CMAKE_SOURCE_DIR}/")
    return posixpath.normpath(posixpath.join("" if from_root else folder, name.replace("${CMAKE_SOURCE_DIR}/", "")))


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
