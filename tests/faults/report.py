"""The lines that the runner of the tests counts."""


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, name, complaints):
        """One test: passed when there is nothing to complain about."""
        number = self.passed + self.failed + 1
        if complaints:
            self.failed += 1
            print(f"not ok {number} - {name}")
            for complaint in complaints[:5]:
                print(f"    {complaint}")
            if len(complaints) > 5:
                print(f"    and {len(complaints) - 5} more")
        else:
            self.passed += 1
            print(f"ok {number} - {name}", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
