"""The runner must not call a run good that was none."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

from runner import execute
from runner.counts import Counts, count_googletest, count_lines, count_node, count_unittest, judge
from runner.programs import Program

NO_REPORT = pathlib.Path("/nonexistent")


class Counting(unittest.TestCase):
    def check(self, count, output, expected):
        self.assertEqual(count(output, NO_REPORT), expected)

    def test_ok_lines_are_counted(self):
        self.check(count_lines, "ok 1 - a\nnot ok 2 - b\n  ok 3 - inside\nok 3 - c # SKIP no disk\n", Counts(1, 1, 1))

    def test_a_summary_in_the_last_line_wins_over_ok_lines(self):
        self.check(count_lines, "ok 1 - a\n7 passed, 2 failed\n", Counts(7, 2))

    def test_a_summary_that_is_not_the_last_line_is_only_talk(self):
        self.check(count_lines, "7 passed, 2 failed\nSegmentation fault\n", Counts())

    def test_the_summary_of_node_is_read(self):
        self.check(count_node, "# tests 5\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n", Counts(2, 2, 1))

    def test_node_without_a_summary_says_nothing(self):
        self.check(count_node, "ok 1 - a\n", None)

    def test_the_summary_of_unittest_is_read(self):
        self.check(count_unittest, "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=1, skipped=1)\n", Counts(2, 2, 1))
        self.check(count_unittest, "Ran 1 test in 0.1s\n\nOK\n", Counts(1))

    def test_a_googletest_report_is_read(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as report:
            report.write('{"testsuites": [{"testsuite": [{"result": "COMPLETED"}, {"result": "SKIPPED"},'
                         ' {"result": "COMPLETED", "failures": [{}]}]}]}')
            report.flush()
            self.assertEqual(count_googletest("", pathlib.Path(report.name)), Counts(1, 1, 1))

    def test_a_missing_googletest_report_says_nothing(self):
        self.check(count_googletest, "[  PASSED  ] 3 tests.\n", None)


class Judging(unittest.TestCase):
    def test_what_passed_stays(self):
        self.assertEqual(judge(Counts(3), 0), Counts(3))

    def test_a_crash_without_a_count_is_one_failure(self):
        self.assertEqual(judge(None, -11), Counts(0, 1))

    def test_an_exit_code_without_a_failed_test_is_one_failure(self):
        self.assertEqual(judge(Counts(3), 66), Counts(3, 1))

    def test_a_run_without_a_test_is_one_failure(self):
        self.assertEqual(judge(Counts(0, 0, 4), 0), Counts(0, 1, 4))


class Running(unittest.TestCase):
    def run_python(self, script, seconds_max=60):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as printed:
            counts = execute.run_program(Program("x", [sys.executable, "-c", script], pathlib.Path(folder)), count_lines,
                                         seconds_max, pathlib.Path(folder))
        return counts, printed.getvalue()

    def test_the_output_of_a_failure_is_shown_without_what_passed(self):
        counts, printed = self.run_python(r"print('ok 1 - a\nnot ok 2 - b\nbecause')")
        self.assertEqual(counts, Counts(1, 1))
        self.assertIn("| not ok 2 - b\n    | because\n", printed)
        self.assertNotIn("| ok 1", printed)

    def test_a_program_that_does_not_end_is_stopped_and_failed(self):
        counts, printed = self.run_python("import time; print('ok 1 - a', flush=True); time.sleep(3600)", seconds_max=1)
        self.assertEqual(counts, Counts(1, 1))
        self.assertIn("Stopped after 1 s.", printed)

    def test_a_program_that_is_not_there_is_one_failure(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as printed:
            counts = execute.run_program(Program("x", [f"{folder}/gone"]), count_lines, 60, pathlib.Path(folder))
        self.assertEqual(counts, Counts(0, 1))
        self.assertIn("gone does not start: No such file", printed.getvalue())
