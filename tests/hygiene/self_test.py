"""Proof that every check can fail: each one must find the fault in a small bad tree, and none in a good one."""

import pathlib
import tempfile

import cpp
import dead_files
import documents
import examples
import includes
import manners
from tree import Tree

SCRIPT = "#!/bin/sh\n"  # what starts like this is written as an executable file, unless it is the fault

GOOD_TREE = {
    "LICENSE": "Do as you like.\n",
    "README.md": "# A house\n\nSee [the rules](docs/rules.md#the-first-rule) and [code](src/base/).\n\n"
                 "```cpp\nint main() {}\n```\n\n```cpp\nrun();  // a part is shown by itself\n```\n",
    "docs/rules.md": "## The first rule\n\nBack to [the house](../README.md).\n",
    "CMakeLists.txt": 'add_subdirectory(src/base)\nadd_subdirectory("apps/chat/domain")\nadd_subdirectory(examples)\n',
    "examples/CMakeLists.txt": "add_executable(empty empty.cpp)\n",
    "examples/empty.cpp": "int main() {}\n",
    "bin/README.md": "# Commands\n",
    "bin/go": SCRIPT,
    ".clang-format": "BasedOnStyle: Google\n",
    "include/duplex/close.hpp": "#pragma once\nnamespace duplex {\nenum class Close { normal };\n}\n",
    "src/base/README.md": "# Base\n",
    "src/base/CMakeLists.txt": "duplex_library(base SOURCES bytes.cpp)  # and nothing more\n",
    "src/base/bytes.hpp": "#pragma once\n#include <duplex/close.hpp>\n",
    "src/base/bytes.cpp": '#include "base/bytes.hpp"\n\n#include <chrono>  // ::now() in a comment is no call\n',
    "apps/chat/domain/README.md": "# Domain\n",
    "apps/chat/domain/CMakeLists.txt": "duplex_library(domain SOURCES room.cpp)\n",
    "apps/chat/domain/room.hpp": "#pragma once\n#include <string>\n",
    "apps/chat/domain/room.cpp": '#include "chat/domain/room.hpp"\n',
    "web/README.md": "# Page\n",
    "web/index.html": '<link href="page.css"><script src="/page.js"></script>\n',
    "web/page.css": "p {}\n",
    "web/page.js": "// TOD" + "O(perf): measure before caching\n",
}

# check: what is added to the good tree, and what the complaint has to say about it.
FAULTS = {
    cpp.formatted: [({"src/base/bytes.cpp": '#include "base/bytes.hpp"\nint  f( ) ;\n'}, "src/base/bytes.cpp: run")],
    cpp.headers_alone: [
        ({"include/duplex/text.hpp": "#pragma once\nstd::string text();\n"}, "text.hpp: does not compile alone"),
        ({"src/base/size.hpp": "#pragma once\ninline std::size_t size;\n"}, "size.hpp: does not compile alone"),
    ],
    includes.directions: [
        ({"src/protocol/a.hpp": '#include "http/b.hpp"\n', "src/http/b.hpp": ""}, "may not include src/http"),
        ({"src/transport/a.cpp": '#include "protocol/b.hpp"\n', "src/protocol/b.hpp": ""}, "src/protocol"),
        ({"src/server/a.cpp": '#include "client/b.hpp"\n', "src/client/b.hpp": ""}, "may not include src/client"),
        ({"src/client/a.cpp": '#include "../server/b.hpp"\n', "src/server/b.hpp": ""}, "may not include src/server"),
        ({"src/client/a.cpp": "#include <duplex/server.hpp>\n", "include/duplex/server.hpp": ""}, "only src/server"),
        ({"src/base/a.cpp": '#include "chat/domain/room.hpp"\n'}, "knows no application"),
        ({"src/base/a.cpp": '#include "help.hpp"\n', "tests/help.hpp": ""}, "nothing outside tests/"),
        ({"apps/chat/a.cpp": '#include "base/bytes.hpp"\n'}, "applications stand on include/duplex/ alone"),
        ({"include/duplex/a.hpp": '#include "base/bytes.hpp"\n'}, "only public headers"),
        ({"src/attic/a.hpp": ""}, "src/attic: has no place"),
    ],
    includes.quoted_exist: [({"src/base/a.hpp": '#include "base/gone.hpp"\n'}, '"base/gone.hpp" is not a file')],
    includes.purity: [
        ({"src/protocol/a.cpp": "#include <sys/socket.h>\n"}, "<sys/socket.h>"),
        ({"src/http/a.cpp": "#include <thread>\n"}, "<thread>"),
        ({"src/handshake/a.cpp": "auto t = std::chrono::steady_clock::now();\n"}, "does not call ::now"),
        ({"src/base/a.cpp": "std::random_device entropy;\n"}, "does not call random_device"),
    ],
    includes.domain: [
        ({"apps/chat/domain/a.cpp": "#include <sqlite3.h>\n"}, "sqlite3.h"),
        ({"apps/chat/domain/a.cpp": "#include <nlohmann/json.hpp>\n"}, "nlohmann/json.hpp"),
        ({"apps/chat/domain/a.cpp": "#include <duplex/server.hpp>\n"}, "duplex/server.hpp"),
        ({"apps/chat/domain/a.cpp": '#include "chat/store/b.hpp"\n', "apps/chat/store/b.hpp": ""}, "chat/store/b.hpp"),
    ],
    dead_files.sources: [
        ({"src/base/old.cpp": ""}, "src/base/old.cpp: no CMakeLists.txt"),
        ({"src/base/CMakeLists.txt": "# duplex_library(base SOURCES bytes.cpp)\n"}, "src/base/bytes.cpp"),
        ({"src/lost/CMakeLists.txt": "duplex_library(lost SOURCES a.cpp)\n"}, "src/lost/CMakeLists.txt: no add_sub"),
    ],
    dead_files.headers: [
        ({"src/base/old.hpp": ""}, "src/base/old.hpp: nothing includes it"),
        ({"src/base/old.hpp": '#include "base/old.hpp"\n'}, "src/base/old.hpp: nothing includes it"),
    ],
    dead_files.page_files: [
        ({"web/old.js": ""}, "web/old.js: nothing"),
        ({"web/old.css": ""}, "web/old.css: nothing"),
        ({"web/old.js": "", "web/tests/old.test.js": "import '../old.js';\n"}, "web/old.js: nothing"),
        ({"web/tests/help.js": ""}, "web/tests/help.js: nothing"),
    ],
    documents.readmes: [
        ({"src/http/CMakeLists.txt": ""}, "src/http: has no README.md"),
        ({"web/js/deep/folder/a.js": ""}, "web/js/deep/folder: has no README.md"),
    ],
    documents.links: [
        ({"bin/README.md": "[gone](gone.md)\n"}, "the link gone.md leads nowhere"),
        ({"bin/README.md": "[rules](../docs/rules.md#no-such-rule)\n"}, "no such heading"),
    ],
    documents.linked: [({"docs/lost.md": "# Lost\n"}, "docs/lost.md: no document links to it")],
    examples.shown: [
        ({"docs/rules.md": "# Start\n\n```cpp\nint main() { run(); }\n```\n"}, "docs/rules.md:3: is no file of examples/"),
        ({"examples/empty.cpp": "int main() { return 0; }\n"}, "README.md:5: is no file of examples/"),
    ],
    manners.one_licence: [
        ({"docs/COPYING": "Do as I like.\n"}, "not LICENSE alone"),
        ({"web/page.js": "// SPDX-" + "License-Identifier: X\n"}, "web/page.js: brings"),
    ],
    manners.notes_have_a_kind: [
        ({"web/page.js": "// TOD" + "O: later\n"}, "web/page.js:1: write"),
        ({"web/page.js": "\n// FIXM" + "E\n"}, "web/page.js:2: write"),
    ],
    manners.scripts_run: [
        ({"bin/README.md": SCRIPT}, "bin/README.md: starts with #! and is not"),
        ({"bin/go": "echo\n"}, "bin/go: is executable and does not"),
    ],
    manners.suites_run: [({"tests/slow/run": "", "tests/run": 'Suite("fast")\n'}, "does not name slow")],
    manners.scripts_find_their_python: [
        ({"bin/go": "#!/usr/bin/env python3\n"}, "not #!/usr/bin/python3"),
    ],
}


def results(checks):
    """(name, complaints) per check: that it is content with the good tree and finds each of its faults."""
    return [(f"The rule can be broken: {check.__doc__}", _prove(check)) for check in checks]


def _prove(check):
    complaints = [f"complains about the good tree: {complaint}" for complaint in _complaints(check, GOOD_TREE)]
    if not FAULTS.get(check):
        complaints.append("has no fault in tests/hygiene/self_test.py")
    for fault, expected in FAULTS.get(check, ()):
        found = _complaints(check, {**GOOD_TREE, **fault})
        if not any(expected in complaint for complaint in found):
            complaints.append(f"does not see {fault}, says {found}")
    return complaints


def _complaints(check, files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            if path == "bin/go":
                file.chmod(0o755)
        return check(Tree(folder))
