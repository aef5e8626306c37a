"""What is written for readers: a README in every folder, links that lead somewhere, no lost page."""

import posixpath
import re

FOLDERS_WITH_README = ("src", "apps", "tests", "web", "bin")

_FENCED_OR_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)


def readmes(tree):
    """Every folder of code has a README.md."""
    return [f"{folder}: has no README.md" for folder in tree.folders(*FOLDERS_WITH_README)
            if f"{folder}/README.md" not in tree]


def links(tree):
    """Links between documents lead to a file, and to a heading where they name one."""
    complaints = []
    for path in tree.find(".md"):
        for link in _links_of(tree, path):
            target, _, heading = link.partition("#")
            file = _file_of(tree, path, target)
            if file is None:
                complaints.append(f"{path}: the link {link} leads nowhere")
            elif heading and file.endswith(".md") and heading.lower() not in _headings_of(tree, file):
                complaints.append(f"{path}: {link}: no such heading")
    return complaints


def linked(tree):
    """Every document but a README, which is found by its folder, is linked from another."""
    found = {_file_of(tree, path, link.partition("#")[0]) for path in tree.find(".md")
             for link in _links_of(tree, path) if not link.startswith("#")}
    return [f"{path}: no document links to it" for path in tree.find(".md")
            if posixpath.basename(path) != "README.md" and path not in found]


def _links_of(tree, path):
    text = _FENCED_OR_CODE.sub("", tree.text(path))
    found = _LINK.findall(text) + _REFERENCE.findall(text)
    return [link for link in found if not re.match(r"[a-z][a-z0-9+.-]*:", link)]


def _file_of(tree, path, target):
    """The file that a link's path means; a folder means its README, or itself where it has none."""
    if not target:
        return path
    base = "" if target.startswith("/") else posixpath.dirname(path)
    file = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
    if file in tree:
        return file
    readme = "README.md" if file == "." else f"{file}/README.md"
    if readme in tree:
        return readme
    return file if any(other.startswith(file + "/") for other in tree.files) else None


def _headings_of(tree, path):
    """As GitHub and GitLab make anchors of headings."""
    text = re.sub(r"^```.*?^```", "", tree.text(path), flags=re.MULTILINE | re.DOTALL)
    anchors = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
        anchor, repeated = plain.replace(" ", "-"), 0
        while anchor in anchors:
            repeated += 1
            anchor = f"{plain.replace(' ', '-')}-{repeated}"
        anchors.add(anchor)
    return anchors
