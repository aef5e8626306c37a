"""Proof that the list can fail: in small trees a row without a test, an unknown ID and a bad line are found, and what
is no name of a test does not count."""

import pathlib
import tempfile

from catalogue import HEADER, PATH
from coverage import Coverage
from tree import Tree

ROW = "6455-5.2-02\tMUST\tboth\tcore\ta rule"
NO_TEST = "no test has 6455-5.2-02 in its name"

# Every one of these files names the row, as its language does.
NAMED = {
    "src/a_test.cpp": "TEST(A, is_so_6455_5_2_02) {}\n",
    "src/several_test.cpp": "TEST_P(A,\n       is_so_6455_5_2_03_6455_5_2_02) {}\n",
    "tests/a/a.test.js": "test(`a ${b} is so (6455-5.2-03, ` +\n  '6455-5.2-02)', limits, async () => {});\n",
    "web/tests/a.test.js": "test('a is so (6455-5.2-02)', () => {});\n",
    "tests/a/table.test.js": "const rows = [\n  ['a', '6455-5.2-02, 6455-5.2-03'],\n];\n"
                             "for (const [a, requirement] of rows) {\n  test(`${a} (${requirement})`, () => {});\n}\n",
    "tests/a/checks.test.js": "check(browser, 'server', 'a is so (6455-5.2-02)', async () => {});\n",
    "tests/browser/scenarios/a.js": "scenario('a is so (6455-5.2-02)', async () => {});\n",
    "tests/a/a_test.py": "class A:\n    def test_a(self):\n        \"\"\"a is so (6455-5.2-02)\"\"\"\n",
    "tests/a/a.py": "@check('a is so (6455-5.2-02)')\nasync def a(): pass\n",
    "tests/a/each.py": "@check_each('{0} is so ({1})', [(1, '6455-5.2-02'), (2, '6455-5.2-03')])\n"
                       "async def a(b): pass\n",
}

# What is no name of a test that runs.
NOT_NAMED = {
    "src/comment_test.cpp": "// TEST(A, is_so_6455_5_2_02)\n/* TEST(A, is_so_6455_5_2_02) */\n"
                            "TEST(A, b) {}  // 6455-5.2-02\n",
    "src/text_test.cpp": "TEST(A, b) { f(\"TEST(A, is_so_6455_5_2_02)\"); }\n",
    "src/off_test.cpp": "TEST(A, DISABLED_is_so_6455_5_2_02) {}\n",
    "src/other_test.cpp": "TEST(A, b_6455_5_2_03) { g(6455, 5, 2, 02); }\n",
    "src/a.cpp": "TEST(A, is_so_6455_5_2_02) {}\n",
    "tests/a/comment.test.js": "// test('a is so (6455-5.2-02)', f);\n/** 6455-5.2-02\n  test('6455-5.2-02', f);\n*/\n",
    "tests/a/body.test.js": "test('a', () => f('6455-5.2-02'));\n",
    "tests/a/off.test.js": "test('a is so (6455-5.2-02)', { skip: true }, f);\ntest.skip('6455-5.2-02', f);\n",
    "tests/a/comment.py": "# 6455-5.2-02\n@check('a')\nasync def a():\n    '''6455-5.2-02'''\n",
    "tests/a/off.py": "class A:\n    @unittest.skip('later')\n    def test_a(self):\n        '''a (6455-5.2-02)'''\n",
}

# IDs that nobody has: typing errors, ranges, and rows of another catalogue.
UNKNOWN = {
    "src/a_test.cpp": "TEST(A, is_so_6455_5_2_99) {}\n",
    "src/section_test.cpp": "TEST(A, is_so_6455_52_02) {}\n",
    "tests/a/a.test.js": "test('a is so (6455-5.2-99)', f);\n",
    "tests/a/range.test.js": "test('a is so (6455-5.2-02..03)', f);\n",
    "tests/a/slash.test.js": "test('a is so (6455-5.2-02/03)', f);\n",
    "tests/a/short.test.js": "test('a is so (6455-5.2-2)', f);\n",
    "tests/a/a.py": "@check('a is so (7692-5.2-02)')\nasync def a(): pass\n",
}

BAD_LINES = {
    f"{ROW}\n{ROW}": "6455-5.2-02 was there before",
    "6455-5.2\tMUST\tboth\tcore\ta rule": "6455-5.2 is no ID",
    "6455-5.2-02\tMUST\tboth\tcore": "does not have five cells",
    "6455-5.2-02\tMUST\tboth\tsoon\ta rule": "soon is no scope",
    "6455-5.2-02\tWANT\tboth\tcore\ta rule": "nobody knows what WANT for both is",
}


def results():
    """(name, complaints) for each proof."""
    yield "a row that no test names", _prove({}, NO_TEST)
    yield "a row of a later scope needs no test", _prove({PATH: _catalogue(ROW.replace("core", "proxy"))}, None)
    for path, text in NAMED.items():
        yield f"a test in {path} names its row", _prove({path: text}, None)
    for path, text in NOT_NAMED.items():
        yield f"no name in {path}", _prove({path: text}, NO_TEST)
    for path, text in UNKNOWN.items():
        yield f"an unknown ID in {path}", _prove({path: text}, "is in no row")
    for lines, expected in BAD_LINES.items():
        yield f"a line of the catalogue that {expected}", _prove({PATH: _catalogue(lines)}, expected)


def _catalogue(lines):
    return f"{HEADER}\n{lines}\n6455-5.2-03\tMUST\tboth\tnote\tanother rule\n"


def _prove(files, expected):
    """Complaints about a tree that is not complained about as expected; None expects none."""
    found = _complaints({PATH: _catalogue(ROW), **files})
    if expected is None:
        return found
    return [] if any(expected in complaint for complaint in found) else [f"says {found}"]


def _complaints(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        coverage = Coverage(Tree(folder))
    missing = [complaint for row in coverage.rows if coverage.needs_test(row)
               for complaint in coverage.complaints_about(row)]
    return missing + coverage.bad_lines + coverage.unknown_ids
