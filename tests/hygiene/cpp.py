"""C++ files as the tools see them: formatted, and every header enough by itself."""

import concurrent.futures
import hashlib
import os
import subprocess

from includes import CPP, includes_of

FORMATTER = "clang-format-14"  # other versions break lines elsewhere
COMPILER = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-x", "c++", "/dev/null",
            "-Iinclude", "-Isrc", "-Iapps", "-Itests"]


def formatted(tree):
    """Every C++ file is formatted as .clang-format says."""
    files = tree.find(*CPP)
    if not files:
        return []
    result = subprocess.run([FORMATTER, "--dry-run", "--Werror", *files], cwd=tree.root, text=True,
                            stderr=subprocess.PIPE, check=False)
    # One line per file is enough: nobody mends these by hand.
    badly = sorted({line.split(":")[0] for line in result.stderr.splitlines() if ": error:" in line})
    if result.returncode != 0 and not badly:
        return [result.stderr.strip()]
    return [f"{path}: run {FORMATTER} -i {path}" for path in badly]


def headers_alone(tree):
    """Every header compiles without another one before it."""
    proven = _headers_included_first(tree)
    waiting = [path for path in tree.find(".hpp", under=("include", "src", "apps")) if path not in proven]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return [complaint for complaint in pool.map(lambda path: _compile_alone(tree, path), waiting) if complaint]


def _headers_included_first(tree):
    """What some .cpp includes before anything else compiles alone in every build; no need to do it again."""
    firsts = (next(iter(includes_of(tree, path)), (0, "", None)) for path in tree.find(".cpp", under=("src", "apps")))
    return {target for _, _, target in firsts if target}


def _compile_alone(tree, path):
    stamp = tree.root / "build" / "hygiene" / _hash_of_all_it_includes(tree, path)
    if stamp.exists():
        return None
    result = subprocess.run([*COMPILER, "-include", path], cwd=tree.root, text=True, stderr=subprocess.PIPE,
                            check=False)
    if result.returncode == 0:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
        return None
    first_error = next((line for line in result.stderr.splitlines() if "error:" in line), result.stderr)
    return f"{path}: does not compile alone: {first_error}"


def _hash_of_all_it_includes(tree, path):
    closure, waiting = set(), [path]
    while waiting:
        file = waiting.pop()
        if file not in closure:
            closure.add(file)
            waiting += [target for _, _, target in includes_of(tree, file) if target]
    digest = hashlib.sha256(repr([COMPILER, path]).encode())
    for file in sorted(closure):
        digest.update(f"\0{file}\0{tree.text(file)}".encode())
    return digest.hexdigest()
