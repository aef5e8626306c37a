"""Builds what is measured and what measures, with the commands of bin/lib.sh."""

import subprocess

from .machine import ROOT

FOLDER = ROOT / "build" / "release" / "bin"


def build(packages: str, *targets, with_peers: bool = False) -> None:
    """In the portable release build, as users get it."""
    script = f"""
        set -euo pipefail
        source bin/lib.sh
        install_packages {packages}
        use_ccache
        configure release OFF
        step 'Configure the bench' 'Mend the first CMake Error above, then start again.' \\
          cmake -S . -B build/release -DDUPLEX_BENCH={'ON' if with_peers else 'OFF'}
        compile release {' '.join(targets)}
    """
    subprocess.run(["bash", "-c", script], cwd=ROOT, check=True)
