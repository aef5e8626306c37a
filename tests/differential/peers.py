"""The implementations that are compared, each a process that lives through all cases and answers line by line."""

import json
import os
import subprocess
import threading

FOLDER = os.path.dirname(os.path.abspath(__file__))
PROBE = [os.path.join(os.path.dirname(os.environ.get("DUPLEX", "")), "differential_probe")]
NODE = ["node", os.path.join(FOLDER, "node_peer.js")]
WEBSOCKETS = ["/usr/bin/python3", "-B", os.path.join(FOLDER, "websockets_peer.py")]


class Peer:
    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=FOLDER)

    def react(self, cases):
        """What it makes of each case. Cases go out while reactions come in, so that no pipe fills up."""
        writer = threading.Thread(target=self._write, args=(cases,))
        writer.start()
        reactions = [self._read(case) for case in cases]
        writer.join()
        return reactions

    def _write(self, cases):
        try:
            for case in cases:
                self.process.stdin.write(case.line_for_peers().encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the reader says on which case it ended

    def _read(self, case):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.command[-1]} ended, exit code {self.process.wait()}, at or soon after this "
                               f"case:\n{case.line()}")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Peers:
    """Ours and theirs, asked at the same time."""

    def __init__(self):
        self.all = [Peer(PROBE), Peer(NODE), Peer(WEBSOCKETS)]

    def react(self, cases):
        """For each case the reactions of ours, of Node with ws, and of websockets."""
        answers = [None] * len(self.all)

        def ask(index):
            try:
                answers[index] = self.all[index].react(cases)
            except Exception as failure:
                answers[index] = failure

        threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(self.all))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return list(zip(*answers))

    def end(self):
        for peer in self.all:
            peer.end()
