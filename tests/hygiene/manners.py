"""Small rules that hold in every file."""

import posixpath
import re

from tree import line_of

# Spelled so that this file does not match itself.
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|COPYRIGHT)([.-].*)?", re.IGNORECASE)
_LICENCE_HEADER = re.compile(r"SPDX-Licens[e]-Identifier|Copyrigh[t] \(c\)|Licens[e]d under the|All rights reserve[d]|"
                             r"GNU General Public Licens[e]", re.IGNORECASE)
_NOTE = re.compile(r"\b(TOD[O]|FIXM[E])\b(?!\([a-z]+\): \S)")
_PACKAGE_LOCK = "package-lock.json"


def one_licence(tree):
    """The project has one licence, in one file, and no file brings its own."""
    files = [path for path in tree.files if _LICENCE_FILE.fullmatch(posixpath.basename(path))]
    complaints = [] if files == ["LICENSE"] else [f"licence files: {', '.join(files) or 'none'}, not LICENSE alone"]
    return complaints + [f"{path}: brings a licence of its own" for path in tree.files
                         if path != "LICENSE" and _LICENCE_HEADER.search(tree.text(path))]


def notes_have_a_kind(tree):
    """What is left to do says of which kind it is."""
    complaints = []
    for path in tree.files:
        text = tree.text(path)
        if not path.endswith(_PACKAGE_LOCK):
            complaints += [f"{path}:{line_of(text, match.start())}: write {match[1]} with a kind and a reason, "
                           "as in (perf): why" for match in _NOTE.finditer(text)]
    return complaints


def scripts_run(tree):
    """A file that starts with #! is executable, and the other way round."""
    complaints = []
    for path in tree.files:
        is_script = tree.text(path).startswith("#!")
        if is_script and not tree.is_executable(path):
            complaints.append(f"{path}: starts with #! and is not executable")
        elif not is_script and tree.is_executable(path):
            complaints.append(f"{path}: is executable and does not start with #!")
    return complaints


def scripts_find_their_python(tree):
    """Python scripts name Debian's python, whose packages they need; another may come first in PATH."""
    return [f"{path}: starts with {first_line}, not #!/usr/bin/python3"
            for path, first_line in ((path, tree.text(path).split("\n", 1)[0]) for path in tree.files)
            if first_line.startswith("#!") and "python" in first_line and first_line != "#!/usr/bin/python3"]


def suites_run(tree):
    """Every program of the tests is in the table of tests/run."""
    table = tree.text("tests/run") if "tests/run" in tree else ""
    return [f"{path}: the table of tests/run does not name {path.split('/')[1]}" for path in tree.files
            if re.fullmatch(r"tests/[^/]+/run", path) and f'"{path.split("/")[1]}"' not in table]
