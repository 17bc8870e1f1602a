"""How long the report on each famous network takes; no weights are allocated."""

import time

from engine.costs import ARCHITECTURES

REPEATS = 5
HEADING = f"{'network':26} {'computed':>12} {'published':>12} {'difference':>10} {'first ms':>9}"


def main() -> None:
    print(HEADING, f"{'best ms':>8}  source")
    for entry in ARCHITECTURES.values():
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            entry.draw().report()
            times.append(1e3 * (time.perf_counter() - began))
        rounded = " (rounded)" if entry.published.is_rounded else ""
        print(
            f"{entry.title:26} {entry.counted:12,} {entry.published.parameters:12,} "
            f"{entry.difference:10,} {times[0]:9.1f} {min(times):8.1f}  "
            f"{entry.published.source}{rounded}"
        )


if __name__ == "__main__":
    main()
