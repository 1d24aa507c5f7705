#!/usr/bin/python3
"""Makes the golden files of the change detectors' tests with NumPy.

    /usr/bin/python3 generate.py

Writes, beside itself, one JSON file for each seeded stream: its values, and what the Page-Hinkley test and ADWIN make of them.
Both are written from their definitions: the Page-Hinkley sums are whole columns from the last change on, less their running
minimum; ADWIN's buckets hold the values themselves, and every mean and variance is taken over those. Nothing is updated in
steps, as it is in the code under test.
"""
import json
import math
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
PAGE_HINKLEY = {"warmUp": 100, "tolerance": 0.5, "threshold": 20.0, "largestDeviation": 5.0, "smallestSpread": 1e-3}
ADWIN = {"confidence": 0.002, "buckets": 5, "clock": 4, "smallestSide": 5}
EVERY = 25


def page_hinkley(values, warm_up, tolerance, threshold, largest, smallest):
    """For each value the two sums over their minimum, and every change as (position, direction, began, before, after)."""
    rises, falls, changes, deviations = [], [], [], []
    start = 0
    for t in range(len(values)):
        seen = values[start:t + 1]
        rise = fall = 0.0
        if len(seen) > warm_up:
            # Each value was judged by the mean and deviation of those up to itself.
            deviations.append(min(max((seen[-1] - seen.mean()) / max(seen.std(), smallest), -largest), largest))
            z = np.array(deviations)
            for sign in (1, -1):
                m = np.concatenate([[0.0], np.cumsum(sign * z - tolerance)])
                excess = m[-1] - m.min()
                began = int(np.argmin(m[::-1]))
                if sign == 1:
                    rise = excess
                else:
                    fall = excess
                if excess > threshold:
                    since, before = seen[len(seen) - began:], seen[:len(seen) - began]
                    changes.append([t, "Rise" if sign == 1 else "Fall", began, before.mean(), since.mean()])
                    start, deviations = t + 1, []
                    rise = fall = 0.0
                    break
        rises.append(rise)
        falls.append(fall)
    return rises, falls, changes


def adwin(values, confidence, buckets, clock, smallest_side):
    """For each value the width after it, and every change as (position, direction, began, before, after)."""
    window = []  # oldest first, each bucket the list of its values
    widths, changes = [], []
    for t, value in enumerate(values):
        window.append([value])
        size = 1
        while sum(len(b) == size for b in window) > buckets:
            at = next(i for i, b in enumerate(window) if len(b) == size)
            window[at:at + 2] = [window[at] + window[at + 1]]
            size *= 2
        if (t + 1) % clock == 0:
            first = None
            while True:
                cut = find_cut(window, confidence, smallest_side)
                if cut is None:
                    break
                first = first or cut
                window.pop(0)
            if first is not None:
                kept = np.concatenate(window)
                changes.append([t, "Rise" if first[1] > first[0] else "Fall", len(kept), first[0], kept.mean()])
        widths.append(sum(map(len, window)))
    return widths, changes


def find_cut(window, confidence, smallest_side):
    everything = np.concatenate([np.array(b) for b in window])
    n = len(everything)
    if n < 2 * smallest_side:
        return None
    d = math.log(2 * math.log(n) / confidence)
    variance = everything.var()
    old = 0
    for bucket in window:
        old += len(bucket)
        if old < smallest_side:
            continue
        if n - old < smallest_side:
            return None
        before, after = everything[:old].mean(), everything[old:].mean()
        m = 1 / (1 / old + 1 / (n - old))
        if abs(before - after) > math.sqrt(2 / m * variance * d) + 2 / (3 * m) * d:
            return before, after
    return None


def streams():
    """Values from 0 to 1, rounded so that the file says exactly what was computed on."""
    def cut(values):
        return np.round(np.clip(values, 0, 1), 6)

    def normal(seed, count, mean, spread):
        return np.random.default_rng(seed).normal(mean, spread, count)

    yield "steady", cut(normal(1, 3000, 0.3, 0.05))
    yield "skewed", cut(np.random.default_rng(2).beta(0.5, 6, 3000))
    yield "abrupt", cut(np.concatenate([normal(3, 1000, 0.2, 0.05), normal(4, 1000, 0.5, 0.05), normal(5, 1000, 0.25, 0.05)]))
    yield "small-jump", cut(np.concatenate([normal(6, 1200, 0.3, 0.05), normal(7, 1200, 0.345, 0.05)]))
    yield "gradual", cut(normal(8, 2500, 0.0, 0.04) + np.concatenate([np.full(800, 0.2), np.linspace(0.2, 0.6, 1200), np.full(500, 0.6)]))
    yield "variance", cut(np.concatenate([normal(9, 1200, 0.4, 0.03), normal(10, 1200, 0.4, 0.09)]))
    yield "constant", cut(np.concatenate([np.full(600, 0.0), np.full(400, 0.02)]))


def main():
    for name, values in streams():
        rises, falls, ph_changes = page_hinkley(values, *PAGE_HINKLEY.values())
        widths, adwin_changes = adwin(values, *ADWIN.values())
        golden = {
            "values": values.tolist(),
            "every": EVERY,
            "pageHinkley": {"options": PAGE_HINKLEY, "rise": rises[::EVERY], "fall": falls[::EVERY], "changes": ph_changes},
            "adwin": {"options": ADWIN, "width": widths[::EVERY], "changes": adwin_changes},
        }
        (HERE / f"{name}.json").write_text(json.dumps(golden) + "\n")
        print(f"{name}: {len(values)} values, Page-Hinkley {[c[:2] for c in ph_changes]}, ADWIN {[c[:3] for c in adwin_changes]}")


if __name__ == "__main__":
    main()
