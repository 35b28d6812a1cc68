"""Does terbia find the same boxes as the EMA Workbench in the same runs?

Both run the patient rule induction method (PRIM) on data that terbia wrote, and their boxes are printed
beside each other. So that it is one algorithm, both use: the objective lenient1, peel_alpha 0.05,
paste_alpha 0.05, mass_min 0.05, and covering that removes the runs of a box (update_function "default");
of every trajectory the last box is compared, which is the Workbench's own choice. All inputs lie in 0..1, so a
difference of limits is a share of the range. An open limit stands at the least or largest value of the input.

    cargo run --release -p terbia-lab --example discover_shapes -- FOLDER
    pip install ema_workbench
    python docs/comparisons/prim_ema.py FOLDER > docs/comparisons/prim_ema.txt

Ends with status 1 if a limit differs by more than 0.02.
"""

import importlib.metadata
import logging
import pathlib
import sys
import time
import warnings

import pandas as pd

warnings.filterwarnings("ignore")

from ema_workbench.analysis import prim  # noqa: E402

logging.disable(logging.CRITICAL)

MOST_DIFFERENCE = 0.02


def workbench(inputs, of_interest, boxes):
    """The boxes of the Workbench, and the seconds that it took."""
    began = time.perf_counter()
    search = prim.Prim(
        inputs,
        of_interest,
        threshold=1e-9,
        obj_function=prim.PRIMObjectiveFunctions.LENIENT1,
        peel_alpha=0.05,
        paste_alpha=0.05,
        mass_min=0.05,
        update_function="default",
    )
    found = [search.find_box() for _ in range(boxes)]
    return found, time.perf_counter() - began


def shown(value):
    return "      -" if pd.isna(value) else f"{value:7.4f}"


def shown_p(value):
    return "      -" if pd.isna(value) or value < 0 else f"{value:7.1e}"


def compare(folder, name):
    """Prints a shape; returns the largest difference of a limit."""
    data = pd.read_csv(folder / f"{name}.csv", float_precision="round_trip")
    terbia = pd.read_csv(folder / f"{name}.boxes.csv", float_precision="round_trip")
    curves = pd.read_csv(folder / f"{name}.curve.csv", float_precision="round_trip")
    seconds = float((folder / f"{name}.seconds").read_text())
    inputs = data.drop(columns="of_interest").astype(float)
    of_interest = data["of_interest"].to_numpy().astype(bool)
    found, seconds_workbench = workbench(inputs, of_interest, terbia["box"].nunique())

    print(f"\n## {name}: {len(data)} runs, {inputs.shape[1]} inputs, {of_interest.sum()} runs of interest")
    print(f"seconds: terbia {seconds:.3f}, workbench {seconds_workbench:.1f}")
    largest = 0.0
    for place, box in enumerate(found):
        ours = terbia[terbia["box"] == place].set_index("input")
        curve = curves[curves["box"] == place].reset_index(drop=True)
        theirs = box.box_lims[-1]
        quasi_p = box.qp[-1]
        print(f"box {place + 1}      terbia             workbench          quasi-p terbia     quasi-p workbench")
        unlimited = 0
        for column in inputs.columns:
            ends = (inputs[column].min(), inputs[column].max())
            low, high = (ours.loc[column, side] for side in ("low", "high"))
            low, high = (end if pd.isna(x) else x for x, end in zip((low, high), ends))
            their_low, their_high = theirs[column].tolist()
            largest = max(largest, abs(low - their_low), abs(high - their_high))
            if (low, high) == ends and (their_low, their_high) == ends:
                unlimited += 1
                continue
            p = [ours.loc[column, f"quasi_p_{side}"] for side in ("low", "high")]
            their_p = quasi_p.get(column, [float("nan")] * 2)
            print(
                f"  {column:6s} {shown(low)} {shown(high)}    {shown(their_low)} {shown(their_high)}"
                f"    {shown_p(p[0])} {shown_p(p[1])}    {shown_p(their_p[0])} {shown_p(their_p[1])}"
            )
        if unlimited:
            print(f"  {unlimited} inputs limited by neither")
        theirs = box.peeling_trajectory
        last = curve.iloc[-1]
        for measure in ("coverage", "density", "mass", "dimensions"):
            column = "res_dim" if measure == "dimensions" else measure
            print(f"  {measure:10s} terbia {last[measure]:.4f}  workbench {float(theirs[column].iloc[-1]):.4f}")
        together = min(len(curve), len(theirs))
        apart = max(
            (curve[measure][:together] - theirs[measure][:together].astype(float)).abs().max()
            for measure in ("coverage", "density", "mass")
        )
        print(
            f"  boxes on the trajectory: terbia {len(curve)}, workbench {len(theirs)};"
            f" largest difference in coverage, density or mass {apart:.1e}"
        )
    print(f"largest difference of a limit: {largest:.1e}")
    return largest


def main():
    folder = pathlib.Path(sys.argv[1])
    print("Does terbia find the same boxes as the EMA Workbench in the same runs?")
    print(
        f"ema_workbench {importlib.metadata.version('ema_workbench')}; objective lenient1, peel_alpha 0.05,"
        " paste_alpha 0.05, mass_min 0.05, update_function default; last box of each trajectory"
    )
    names = sorted(p.name.removesuffix(".boxes.csv") for p in folder.glob("*.boxes.csv"))
    largest = max(compare(folder, name) for name in names)
    verdict = "within" if largest <= MOST_DIFFERENCE else "OUTSIDE"
    print(f"\nall limits differ by at most {largest:.1e}: {verdict} {MOST_DIFFERENCE}")
    sys.exit(largest > MOST_DIFFERENCE)


if __name__ == "__main__":
    main()
