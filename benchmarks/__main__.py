"""All measurements, one after the other, each in a process of its own: `make bench`.

    python -m benchmarks [NAME ...]

Exit status 1 when the best round of one of them misses its goal.
"""

import subprocess
import sys

ALL = ("pages", "inbox", "delivery", "fan_out", "enqueue", "idle", "beside_fedify")


def main(names: list[str]) -> int:
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"There is no measurement {', '.join(sorted(unknown))}: choose from {', '.join(ALL)}.", file=sys.stderr)
        return 2
    missed = [name for name in names or ALL if not is_met(name)]
    print(f"Missed: {', '.join(missed)}" if missed else "Every goal is met.")
    return 1 if missed else 0


def is_met(name: str) -> bool:
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
