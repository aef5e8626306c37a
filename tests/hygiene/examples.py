"""Programs that documents show, which readers will copy."""

import re

from tree import line_of

_CPP_BLOCK = re.compile(r"^```cpp\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PROGRAM = re.compile(r"^int main\(", re.MULTILINE)


def shown(tree):
    """Every whole C++ program in a document is a file of examples/, which the tests build."""
    programs = {tree.text(path) for path in tree.find(".cpp", under=("examples",))}
    return [f"{path}:{line_of(tree.text(path), block.start())}: is no file of examples/, word for word"
            for path in tree.find(".md") for block in _CPP_BLOCK.finditer(tree.text(path))
            if _PROGRAM.search(block[1]) and block[1] not in programs]
