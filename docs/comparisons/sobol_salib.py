"""Does SALib, given the same points and outputs, find the Sobol' indices and elementary effects that terbia finds?

The points and outputs are terbia's own (functions of Ishigami and of Sobol'), the analysis is made twice.
Needs `pip install SALib numpy` and one folder with eight files, made by

    for f in ishigami g; do for m in sobol morris; do for w in points indices; do
      cargo run --release -p terbia-lab --example sensitivity_data -- $f $m $w > FOLDER/${f}_${m}_$w.csv
    done; done; done

    python docs/comparisons/sobol_salib.py FOLDER > docs/comparisons/sobol_salib.txt

Agreement means: SALib's S1 and ST lie within terbia's 95 % intervals and terbia's within SALib's; mu, mu* and sigma
are the same to nine digits. The two differ in two ways that are meant: SALib takes outputs about the mean of all runs,
terbia about that of A and B, which moves S1 by a little; and SALib's intervals are normal ones about 1,000 resamples,
terbia's are percentiles of others. The exit status is 1 if they disagree.
"""

import csv
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from SALib.analyze import morris, sobol

LEVELS = 4
RESAMPLES = 1000
SEED = 1
EXACT = 1e-9


def points(path):
    """The points and outputs of a file: one line a run, the output last."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1]


def indices(path):
    """What terbia found: {(number, index): (value, low, high)}."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    number = lambda text: float(text) if text else float("nan")
    return {(r["number"], r["index"]): tuple(number(r[k]) for k in ("value", "low", "high")) for r in rows}


def problem(x):
    """SALib's description of the unit cube."""
    names = [f"x{i + 1}" for i in range(x.shape[1])]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def compare_sobol(folder, function):
    """Prints S1 and ST beside each other; true if each lies within the other's interval."""
    x, y = points(folder / f"{function}_sobol_points.csv")
    ours = indices(folder / f"{function}_sobol_indices.csv")
    cube = problem(x)
    theirs = sobol.analyze(cube, y, calc_second_order=False, num_resamples=RESAMPLES, conf_level=0.95, seed=SEED)
    bases = len(y) // (cube["num_vars"] + 2)
    print(f"\n{function}, Sobol' indices, {bases} bases, {len(y)} runs")
    print("number index      terbia  95 % interval                SALib  95 % interval            difference  agree")
    good, widest = True, 0.0
    for i, name in enumerate(cube["names"]):
        for index, key in (("first", "S1"), ("total", "ST")):
            value, low, high = ours[name, index]
            other, half = float(theirs[key][i]), float(theirs[f"{key}_conf"][i])
            agree = low <= other <= high and abs(value - other) <= half
            good, widest = good and agree, max(widest, abs(value - other))
            print(
                f"{name:6} {index:5} {value:12.8f}  {low:11.8f}..{high:11.8f}  {other:12.8f}  "
                f"{other - half:11.8f}..{other + half:11.8f}  {value - other:10.1e}  {'yes' if agree else 'NO'}"
            )
    print(f"largest difference {widest:.1e}")
    return good


def compare_morris(folder, function):
    """Prints mu, mu* and sigma beside each other; true if they are the same."""
    x, y = points(folder / f"{function}_morris_points.csv")
    ours = indices(folder / f"{function}_morris_indices.csv")
    cube = problem(x)
    theirs = morris.analyze(cube, x, y, num_levels=LEVELS, num_resamples=RESAMPLES, conf_level=0.95, seed=SEED)
    print(f"\n{function}, elementary effects, {len(y) // (cube['num_vars'] + 1)} trajectories, {len(y)} runs")
    print("number effect       terbia          SALib   difference  agree   95 % of mu*: terbia, SALib")
    good, widest = True, 0.0
    for i, name in enumerate(cube["names"]):
        for effect in ("mu", "mu_star", "sigma"):
            value, low, high = ours[name, effect]
            other = float(theirs[effect][i])
            agree = abs(value - other) <= EXACT * max(1.0, abs(other))
            good, widest = good and agree, max(widest, abs(value - other))
            line = f"{name:6} {effect:7} {value:13.9f}  {other:13.9f}   {value - other:10.1e}  {'yes' if agree else 'NO':5}"
            if effect == "mu_star":
                half = float(theirs["mu_star_conf"][i])
                line += f"   {low:.5f}..{high:.5f}, {other - half:.5f}..{other + half:.5f}"
            print(line.rstrip())
    print(f"largest difference {widest:.1e}")
    return good


def main():
    """Compares all there is."""
    folder = Path(sys.argv[1])
    print(f"terbia beside SALib {version('SALib')} (NumPy {version('numpy')}): the same points and outputs, analysed by both")
    good = [compare(folder, f) for compare in (compare_sobol, compare_morris) for f in ("ishigami", "g")]
    print(f"\n{sum(good)} of {len(good)} comparisons agree")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
