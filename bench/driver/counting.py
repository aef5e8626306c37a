"""`bin/bench instructions`."""

from . import document, instructions, programs, tables

_HELP = f"""Counts, under callgrind, the instructions that the public Protocol executes for each message of fixed
traces: parsing, unmasking, checking, framing (and compression where the trace has it). tests/instructions compares
them with {instructions.TABLE.relative_to(instructions.ROOT)}."""


def add_to(commands) -> None:
    parser = commands.add_parser("instructions", help="instructions per message on fixed traces", description=_HELP)
    parser.add_argument("--write", action="store_true", help="note them in the table that the test compares with")
    parser.add_argument("--no-build", action="store_true", help="count what is there")
    parser.set_defaults(run=run)


def run(options) -> int:
    if not options.no_build:
        programs.build("build bench", "bench_instructions")
    program = programs.FOLDER / "bench_instructions"
    expected = instructions.noted()[1] if instructions.TABLE.exists() else {}
    counted, rows = {}, [["trace", "instructions/message", "noted", "change"]]
    for name, messages in instructions.traces(program).items():
        counted[name] = instructions.count(program, name, messages)
        before = expected.get(name)
        rows.append([name, f"{counted[name]:,.0f}", tables.number(before, ",.0f"),
                     tables.number(before and counted[name] / before - 1, "+.1%")])
    print(tables.markdown(rows, text_columns=1))
    if options.write:
        instructions.write(counted, instructions.conditions())
        document.write_part("instructions", tables.markdown([row[:2] for row in rows], text_columns=1) +
                            f"\n\n*{instructions.conditions()}*")
    return 0
