"""A copy of the sources where one file at a time is mutated, built and tested. The sources themselves are never
touched."""

import pathlib
import shutil
import signal
import subprocess

from tree import Tree
from verdict import BROKEN, CAUGHT, SURVIVED, Verdict, first_failed

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build" / "mutate"
FOLDERS = ("cmake", "include", "src", "examples", "tests")  # what CMake wants to see
# Quick to build: nothing is optimized, and what a mutation leaves unused is no error.
FLAGS = "-O0 -w"
# Unmutated, the slowest program takes three seconds of a processor. An endless loop that allocates should not take the
# machine with it. What sleeps is not seen by the limit of the processor.
LIMITS = ["prlimit", "--cpu=20", f"--as={4 << 30}", "--core=0"]
SECONDS_MAX = 300


class CannotStart(Exception):
    pass


class Bench:
    """One worker's copy and build folder, build/mutate/NUMBER."""

    def __init__(self, number, compile_jobs):
        self.folder = FOLDER / str(number)
        self.tree, self.build = self.folder / "tree", self.folder / "build"
        self.compile_jobs = compile_jobs

    def prepare(self, programs):
        """Copies, configures, builds, and shows that the unmutated programs pass."""
        self._copy()
        self._must(["cmake", "-S", self.tree, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                    f"-DCMAKE_CXX_FLAGS_DEBUG={FLAGS}", "-DDUPLEX_APPS=OFF"], "the sources do not configure")
        self._must(self._ninja(programs), "the unmutated sources do not build")
        for program in programs:
            self._must(self._test_command(program), f"{program} fails without any mutation")

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
        try:
            result = self._run(self._test_command(mutation.program), timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired as error:
            return Verdict(CAUGHT, first_failed((error.stdout or b"").decode(errors="replace")), "out of time")
        if result.returncode == 0:
            return Verdict(SURVIVED)
        return Verdict(CAUGHT, first_failed(result.stdout), how_it_ended(result.returncode))

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

    def _test_command(self, program):
        return [*LIMITS, self.build / "bin" / program, "--gtest_fail_fast"]

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


def how_it_ended(exit_code):
    if exit_code >= 0:
        return ""
    return "out of time" if exit_code in (-signal.SIGXCPU, -signal.SIGKILL) else "crash"
