"""The files of a project, as the checks see them."""

import os
import pathlib
import posixpath
import re

NOT_OURS = {"build", "node_modules", "__pycache__"}
OUR_DOT_FOLDERS = {".ci"}


class Tree:
    """Paths are texts relative to the root, with slashes. Contents are read once. Hold one per run: files that
    change later are not seen."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = sorted(self._walk())
        self._known = set(self.files)
        self._texts = {}

    def _walk(self):
        for folder, subfolders, names in os.walk(self.root):
            subfolders[:] = [name for name in subfolders if self._is_ours(name)]
            relative = pathlib.PurePath(folder).relative_to(self.root)
            yield from ((relative / name).as_posix() for name in names if not name.endswith((".swp", "~")))

    @staticmethod
    def _is_ours(folder_name):
        return folder_name not in NOT_OURS and (folder_name[0] != "." or folder_name in OUR_DOT_FOLDERS)

    def __contains__(self, path):
        return path in self._known

    def find(self, *suffixes, under=("",)):
        """The files below these folders whose names end in one of the suffixes."""
        return [path for path in self.files
                if path.endswith(suffixes or "") and any(is_below(path, folder) for folder in under)]

    def text(self, path):
        """The content; empty for what is no text."""
        if path not in self._texts:
            content = (self.root / path).read_bytes()
            self._texts[path] = "" if b"\0" in content else content.decode(errors="replace")
        return self._texts[path]

    def is_executable(self, path):
        return os.access(self.root / path, os.X_OK)

    def folders(self, *tops):
        """The folders that hold files themselves, tops included."""
        return sorted({posixpath.dirname(path) for path in self.files
                       if any(is_below(path, top) for top in tops)})


def is_below(path, folder):
    return folder == "" or path.startswith(folder + "/")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_comments(cpp):
    """C++ with comments and string contents blanked; lines stay where they are."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda match: '""' if match[0][0] == '"' else re.sub(r"[^\n]", " ", match[0]), cpp,
                  flags=re.DOTALL)
