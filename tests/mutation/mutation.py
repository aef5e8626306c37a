"""One rule of the standards switched off, and what has to notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    name: str  # what no longer holds, or is now allowed
    requirements: str  # IDs of tests/requirements/catalogue.tsv, with commas
    file: str
    find: str  # stands exactly once in the file
    replacement: str
    folder: str = ""  # whose unit tests have to notice; the file's own, unless said otherwise

    @property
    def program(self):
        return f"{self.folder or self.file.split('/')[1]}_test"

    def ids(self):
        return [requirement.strip() for requirement in self.requirements.split(",")]

    def apply(self, text):
        """The mutated file. Without the one place to change, the table is wrong."""
        count = text.count(self.find)
        if count != 1:
            raise ValueError(f"{self.name}: its text stands {count} times in {self.file}, not once")
        return text.replace(self.find, self.replacement)
