"""A copy of the sources where one file at a time is mutated, built and tested. The sources themselves are never
touched."""

import pathlib
import resource
import shutil
import subprocess
import time

from tree import Tree
from verdict import BROKEN, CAUGHT, SURVIVED, Verdict, first_failed

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("cmake", "include", "src", "examples", "tests")  # what CMake wants to see
# Quick to build: nothing is optimized, and what a mutation leaves unused is no error.
FLAGS = "-O0 -w"
# An endless loop that allocates should not take the machine with it.
MEMORY_BYTES_MAX = 4 << 30
# How much longer than the unmutated program a mutated one may take, and on a busy machine.
PATIENCE, PATIENCE_S_MIN = 10, 60


class CannotStart(Exception):
    pass


class Bench:
    """One worker's copy and build folder, build/mutate/NUMBER."""

    def __init__(self, number, compile_jobs):
        self.folder = ROOT / "build" / "mutate" / str(number)
        self.tree, self.build = self.folder / "tree", self.folder / "build"
        self.compile_jobs = compile_jobs
        self.seconds_max = {}

    def prepare(self, programs):
        """Copies, configures, builds, and shows that the unmutated programs pass."""
        self._copy()
        self._must(["cmake", "-S", self.tree, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                    f"-DCMAKE_CXX_FLAGS_DEBUG={FLAGS}", "-DDUPLEX_APPS=OFF"], "the sources do not configure")
        self._must(self._ninja(programs), "the unmutated sources do not build")
        for program in programs:
            started = time.monotonic()
            self._must([self.build / "bin" / program, "--gtest_brief=1"], f"{program} fails without any mutation")
            self.seconds_max[program] = max(PATIENCE_S_MIN, PATIENCE * (time.monotonic() - started))

    def judge(self, mutation):
        path = self.tree / mutation.file
        original = path.read_text()
        try:
            path.write_text(mutation.apply(original))
            built = self._run(self._ninja([mutation.program]))
            if built.returncode != 0:
                return Verdict(BROKEN, "it does not compile; see " + self._keep_log(mutation, built.stdout))
            return self._test(mutation)
        except ValueError as error:
            return Verdict(BROKEN, str(error))
        finally:
            path.write_text(original)

    def _test(self, mutation):
        command = [self.build / "bin" / mutation.program, "--gtest_fail_fast"]
        try:
            result = self._run(command, timeout=self.seconds_max[mutation.program], preexec_fn=limit_memory)
        except subprocess.TimeoutExpired as error:
            return Verdict(CAUGHT, first_failed((error.stdout or b"").decode(errors="replace")), "out of time")
        if result.returncode == 0:
            return Verdict(SURVIVED)
        return Verdict(CAUGHT, first_failed(result.stdout), "crash" if result.returncode < 0 else "")

    def _copy(self):
        """Only what changed since the last time, so that little has to be built again."""
        source, names = Tree(ROOT), {"CMakeLists.txt"}
        names.update(source.find(under=FOLDERS))
        for name in names:
            target = self.tree / name
            content = (ROOT / name).read_bytes()
            if target.is_file() and target.read_bytes() == content:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)

    def _ninja(self, programs):
        return ["ninja", "-C", self.build, "-j", str(self.compile_jobs), *programs]

    def _must(self, command, complaint):
        result = self._run(command)
        if result.returncode != 0:
            raise CannotStart(f"{result.stdout[-3000:]}\n{complaint}")

    @staticmethod
    def _run(command, **options):
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              encoding="utf-8", errors="replace", check=False, **options)

    def _keep_log(self, mutation, output):
        log = self.folder / f"{mutation.name}.log"
        log.write_text(output)
        return str(log.relative_to(ROOT))


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
