"""Proof that a wrong table is found, and that a run tells caught from survived."""

import pathlib
import tempfile

from mutation import Mutation
from table import complaints_about, repeated_names
from tree import Tree
from verdict import first_failed

FILE = "src/a/a.cpp"
GOOD = Mutation("good", "6455-5.2-02", FILE, "if (broken) return;", "")
WRONG = {
    "a text that is not there": Mutation("gone", "6455-5.2-02", FILE, "if (gone)", ""),
    "a text that is there twice": Mutation("twice", "6455-5.2-02", FILE, "twice();", ""),
    "a file that is not there": Mutation("nowhere", "6455-5.2-02", "src/a/b.cpp", "a", ""),
    "a requirement that is not there": Mutation("unknown", "6455-5.2-02, 6455-5.2-99", FILE, "if (broken) return;", ""),
    "a change that is none": Mutation("same", "6455-5.2-02", FILE, "if (broken) return;", "if (broken) return;"),
}
FAILED = "[ RUN      ] A.one\n[       OK ] A.one (0 ms)\n[ RUN      ] A.two\n[  FAILED  ] A.two (0 ms)\n" \
         "[ RUN      ] A.three\n[  FAILED  ] A.three (0 ms)\n"
CRASHED = "[ RUN      ] A.one\n[       OK ] A.one (0 ms)\n[ RUN      ] A.two\n"


def results():
    """(name, complaints) of each proof."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, FILE)
        path.parent.mkdir(parents=True)
        path.write_text("if (broken) return;\ntwice();\ntwice();\n")
        tree = Tree(folder)
        yield "but a good mutation does not", complaints_about(GOOD, tree, {"6455-5.2-02"})
        for name, mutation in WRONG.items():
            yield name, [] if complaints_about(mutation, tree, {"6455-5.2-02"}) else ["nobody complains"]
    yield "a name that stands there twice", [] if repeated_names([GOOD, GOOD]) else ["nobody complains"]
    yield "the first failed test is named", [] if first_failed(FAILED) == "A.two" else [first_failed(FAILED)]
    yield "the test that crashed is named", [] if first_failed(CRASHED) == "A.two" else [first_failed(CRASHED)]
