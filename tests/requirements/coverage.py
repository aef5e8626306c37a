"""The catalogue and the tests of a tree, side by side."""

import collections

import catalogue
import declarations


class Coverage:
    def __init__(self, tree):
        self.rows, self.bad_lines = catalogue.read(tree)
        id_of = {row.identifier: row.id for row in self.rows}
        self._tests = collections.defaultdict(list)
        for test in declarations.find(tree):
            for given in dict.fromkeys(test.ids):
                self._tests[id_of.get(given, given)].append(test)

    @staticmethod
    def needs_test(row):
        return row.scope == catalogue.COVERED

    def tests_of(self, row):
        return self._tests.get(row.id, [])

    def complaints_about(self, row):
        return [] if self.tests_of(row) else [f"no test has {row.id} in its name"]

    @property
    def unknown_ids(self):
        known = {row.id for row in self.rows}
        return [f"{test.path}:{test.line}: {row_id} is in no row; the test is {test.name!r}"
                for row_id, tests in self._tests.items() if row_id not in known for test in tests]
