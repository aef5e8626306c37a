"""The names of the tests, read from their declarations alone: what stands in a comment or in a test's body is no
name, and a test that is switched off is no test."""

import ast
import re
from dataclasses import dataclass

from tree import is_below, line_of, without_comments

DOCUMENTS = "6455|7692|8441|9220|H1|WS"

CPP_DECLARATION = re.compile(r"\b(?:TYPED_)?TEST(?:_[FP])?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
# In an identifier the sections have underscores: 6455_5_2_01. Several IDs follow each other.
CPP_NEXT_ID = re.compile(rf"_(?=(?:{DOCUMENTS})_)")
CPP_ID = re.compile(rf"(?:{DOCUMENTS})(?:_(?:\d+|CC|E|OFF|RSP|A|X|T)(?![0-9A-Za-z]))+")

# Whatever looks like the beginning of an ID has to be one to its end: a range or a typing error is none.
TEXT_ID = re.compile(rf"\b(?:{DOCUMENTS})-[0-9A-Z](?:[0-9A-Za-z./–-]*[0-9A-Za-z])?")

JS_STRING = r"""(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"""
# `check` has its peer and the direction before the name.
JS_DECLARATION = re.compile(
    rf"^[ \t]*(?:(?:await )?(?:t\.)?(?:test|scenario)\(|check\(\s*\w+,\s*{JS_STRING},)"
    rf"\s*({JS_STRING}(?:\s*\+\s*{JS_STRING})*)(,\s*\{{[^}}]*\}})?", re.MULTILINE)
JS_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/", re.MULTILINE | re.DOTALL)
# Tables of tests have a column of IDs: texts that are nothing else.
ONLY_IDS = re.compile(rf"{TEXT_ID.pattern}(?:, {TEXT_ID.pattern})*")
JS_COLUMN = re.compile(rf"""^(?!\s*//).*?(["'])({ONLY_IDS.pattern})\1""", re.MULTILINE)
JS_PLACE_OF_COLUMN = "${requirement}"


@dataclass(frozen=True)
class Test:
    path: str
    line: int
    name: str
    ids: tuple  # as they stand in the name


def find(tree):
    tests = [test for path in tree.find("_test.cpp") for test in _cpp(tree, path)]
    tests += [test for path in tree.find(".js") if _holds_tests(path) for test in _js(tree, path)]
    tests += [test for path in tree.find(".py", under=("tests",)) for test in _python(tree, path)]
    return [test for test in tests if test.ids]


def _holds_tests(path):
    return path.endswith(".test.js") or is_below(path, "tests")


def _cpp(tree, path):
    code = without_comments(tree.text(path))
    for match in CPP_DECLARATION.finditer(code):
        name = f"{match[1]}.{match[2]}"
        if "DISABLED_" not in name:
            yield Test(path, line_of(code, match.start()), name, tuple(_ids_of_identifier(match[2])))


def _ids_of_identifier(name):
    for part in CPP_NEXT_ID.split(name):
        match = CPP_ID.match(part)
        if match:
            yield match[0]


def _js(tree, path):
    text = JS_BLOCK_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), tree.text(path))
    declarations = [match for match in JS_DECLARATION.finditer(text)
                    if not re.search(r"\b(skip|todo)\b", match[2] or "")]
    for match in declarations:
        yield Test(path, line_of(text, match.start()), _joined(match[1]), tuple(TEXT_ID.findall(match[1])))
    loops = [match for match in declarations if JS_PLACE_OF_COLUMN in match[1]]
    for column in JS_COLUMN.finditer(text):
        loop = next((match for match in loops if match.start() > column.start()), None)
        if loop:  # a table stands before the tests that are made of it
            yield Test(path, line_of(text, column.start(2)), _joined(loop[1]), tuple(TEXT_ID.findall(column[2])))


def _joined(strings):
    return " ".join("".join(string[1:-1] for string in re.findall(JS_STRING, strings)).split())


def _python(tree, path):
    for function in ast.walk(ast.parse(tree.text(path), path)):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _python_names(path, function)


def _python_names(path, function):
    calls = [decorator for decorator in function.decorator_list if isinstance(decorator, ast.Call)]
    if any("skip" in ast.unparse(decorator) for decorator in function.decorator_list):
        return
    if function.name.startswith("test_"):
        name = (ast.get_docstring(function) or function.name).split("\n")[0]
        yield Test(path, function.lineno, name, tuple(TEXT_ID.findall(name)))
    for call in calls:
        if ast.unparse(call.func) in ("check", "check_each"):
            name = ast.literal_eval(call.args[0])
            column = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)
                      and isinstance(part.value, str) and ONLY_IDS.fullmatch(part.value)]
            yield Test(path, call.lineno, name, tuple(TEXT_ID.findall(" ".join([name, *column]))))
