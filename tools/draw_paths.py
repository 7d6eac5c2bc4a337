#!/usr/bin/env python3
"""Draws docs/images/paths-light.svg and paths-dark.svg, the picture of the README: what `talweg minimize --trace` did
on Rosenbrock's valley, as paths over its contours and as values over the steps.

usage: tools/draw_paths.py [TALWEG]     (default: build/talweg)
Only the contours are computed here; every point of a path is one that the command printed.
"""
import json
import math
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORMULA, START, STEPS = "100*(y-x^2)^2+(1-x)^2", "x=-1.2,y=1", 300
METHODS = [("Gradient descent", "gd,learning_rate=0.002"), ("Momentum", "momentum,learning_rate=0.002"),
           ("Adam", "adam,learning_rate=0.2")]

# Colours that stay apart for colour-blind readers (Okabe and Ito 2008), lightened for the dark ground.
THEMES = {
    "light": {"ground": "#ffffff", "frame": "#d0d7de", "ink": "#1f2328", "quiet": "#59636e", "grid": "#e6eaef",
              "low": (176, 204, 232), "high": (249, 251, 253), "line": "#93abc4",
              "paths": ["#d55e00", "#0072b2", "#00845e"], "halo": "#ffffff"},
    "dark": {"ground": "#0d1117", "frame": "#30363d", "ink": "#e6edf3", "quiet": "#9198a1", "grid": "#21262d",
             "low": (44, 76, 112), "high": (15, 20, 28), "line": "#3d5672",
             "paths": ["#ff9f5a", "#6cb6ff", "#4fd1a1"], "halo": "#0d1117"},
}
WIDTH, HEIGHT = 960, 430
MAP = {"x": 24, "y": 62, "w": 540, "h": 320, "x0": -1.65, "x1": 1.65, "y0": -0.45, "y1": 1.85}
CHART = {"x": 640, "y": 62, "w": 292, "h": 320}
LEVELS = [0.03, 0.1, 0.3, 1, 3, 8, 20, 50, 110, 220, 400]


def rosenbrock(x, y):
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2


def trace(command, method):
    """The points (x, y, f) of rows 0..STEPS of one run."""
    run = subprocess.run([command, "minimize", FORMULA, "--start", START, "--optimizer", method, "--iterations", str(STEPS),
                          "--tolerance", "0", "--trace", "--format", "json"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(run.stderr)
    rows = [(*row["x"], row["value"]) for row in json.loads(run.stdout)["trace"]]
    start = (-1.2, 1.0, rosenbrock(-1.2, 1.0))
    return rows if len(rows) > STEPS else [start] + rows


def to_map(x, y):
    return (MAP["x"] + (x - MAP["x0"]) / (MAP["x1"] - MAP["x0"]) * MAP["w"],
            MAP["y"] + (MAP["y1"] - y) / (MAP["y1"] - MAP["y0"]) * MAP["h"])


def region(level, columns=264, rows=184):
    """Closed outlines of {f <= level} by marching squares on log f. The ring around the grid counts as outside, and lies
    beyond the clipped map."""
    margin = 0.03
    xs = [MAP["x0"] - margin + (MAP["x1"] - MAP["x0"] + 2 * margin) * i / columns for i in range(columns + 1)]
    ys = [MAP["y0"] - margin + (MAP["y1"] - MAP["y0"] + 2 * margin) * j / rows for j in range(rows + 1)]

    def height(i, j):
        border = i in (0, columns) or j in (0, rows)
        return 0.5 if border else math.log(max(rosenbrock(xs[i], ys[j]), 1e-9) / level)

    z = [[height(i, j) for j in range(rows + 1)] for i in range(columns + 1)]
    following = {}  # from one crossed grid edge to the next, the inside kept on one hand
    for i in range(columns):
        for j in range(rows):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            inside = [z[a][b] <= 0 for a, b in corners]
            leaving = [k for k in range(4) if inside[k] and not inside[(k + 1) % 4]]
            entering = [k for k in range(4) if not inside[k] and inside[(k + 1) % 4]]
            for k in leaving:  # the edge k joins corner k to corner k+1; connect around the inside corners
                e = next(m % 4 for m in range(k + 3, k - 1, -1) if m % 4 in entering)
                edge = lambda m: tuple(sorted((corners[m], corners[(m + 1) % 4])))
                following[edge(k)] = edge(e)
    outlines = []
    while following:
        edge = first = next(iter(following))
        outline = []
        while edge in following:
            (a, b), (c, d) = edge
            t = z[a][b] / (z[a][b] - z[c][d])
            outline.append(to_map(xs[a] + t * (xs[c] - xs[a]), ys[b] + t * (ys[d] - ys[b])))
            edge = following.pop(edge)
        assert edge == first
        outlines.append(thinned(outline))
    return outlines


def thinned(points, tolerance=0.12):
    """Douglas and Peucker: drops points that move the line by less than the tolerance, in pixels."""
    keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stack:
        a, b = stack.pop()
        (ax, ay), (bx, by) = points[a], points[b]
        length = math.hypot(bx - ax, by - ay)

        def distance(p):
            x, y = points[p]
            return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length if length else math.hypot(x - ax, y - ay)

        far = max(range(a + 1, b), key=distance, default=None)
        if far is not None and distance(far) > tolerance:
            keep.add(far)
            stack += [(a, far), (far, b)]
    return [points[k] for k in sorted(keep)]


def path(points, closed=False):
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + ("Z" if closed else "")


def blend(low, high, t):
    return "#" + "".join(f"{round(a + (b - a) * t):02x}" for a, b in zip(low, high))


def text(x, y, words, colour, size=13, anchor="start", weight=400, halo=None):
    edge = f' stroke="{halo}" stroke-width="4" paint-order="stroke" stroke-linejoin="round"' if halo else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}"{edge}>{words}</text>'


def draw_map(theme, runs):
    out = [f'<clipPath id="map"><rect x="{MAP["x"]}" y="{MAP["y"]}" width="{MAP["w"]}" height="{MAP["h"]}" rx="6"/></clipPath>',
           '<g clip-path="url(#map)">',
           f'<rect x="{MAP["x"]}" y="{MAP["y"]}" width="{MAP["w"]}" height="{MAP["h"]}" fill="{blend(theme["low"], theme["high"], 1)}"/>']
    for k, level in reversed(list(enumerate(LEVELS))):
        data = "".join(path(outline, closed=True) for outline in region(level))
        fill = blend(theme["low"], theme["high"], k / len(LEVELS))
        out.append(f'<path d="{data}" fill="{fill}" fill-rule="evenodd" stroke="{theme["line"]}" stroke-width=".6"/>')
    for (_, points), colour in reversed(list(zip(runs, theme["paths"]))):  # the shortest path on top
        line = [to_map(x, y) for x, y, _ in points]
        out.append(f'<path d="{path(line)}" fill="none" stroke="{theme["halo"]}" stroke-width="4.5" stroke-opacity=".55" stroke-linejoin="round"/>')
        out.append(f'<path d="{path(line)}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.1" fill="{colour}"/>' for x, y in line[1:61]]
    for (_, points), colour in zip(runs, theme["paths"]):
        x, y = to_map(*points[-1][:2])
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour}" stroke="{theme["halo"]}" stroke-width="2"/>')
    x, y = to_map(-1.2, 1)
    out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{theme["ground"]}" stroke="{theme["ink"]}" stroke-width="2"/>')
    out.append(text(x - 10, y + 18, "start", theme["ink"], 13, "end", halo=theme["halo"]))
    x, y = to_map(1, 1)
    out.append(f'<path d="M{x - 6:.1f},{y:.1f}h12M{x:.1f},{y - 6:.1f}v12" stroke="{theme["ink"]}" stroke-width="2"/>')
    out.append(text(x + 12, y + 20, "minimum", theme["ink"], halo=theme["halo"]))
    out.append("</g>")
    return out


def draw_chart(theme, runs):
    top, bottom = 2, -3  # powers of ten
    place = lambda k, f: (CHART["x"] + CHART["w"] * k / STEPS,
                          CHART["y"] + CHART["h"] * (top - math.log10(f)) / (top - bottom))
    out = []
    for power in range(bottom, top + 1):
        y = place(0, 10.0 ** power)[1]
        out.append(f'<path d="M{CHART["x"]},{y:.1f}h{CHART["w"]}" stroke="{theme["grid"]}"/>')
        label = f'10<tspan dy="-5" font-size="9">{str(power).replace("-", "−")}</tspan>'
        out.append(text(CHART["x"] - 8, y + 4, label, theme["quiet"], 12, "end"))
    for k in range(0, STEPS + 1, 100):
        out.append(text(place(k, 1)[0], CHART["y"] + CHART["h"] + 20, str(k), theme["quiet"], 12, "middle"))
    for (name, points), colour in zip(runs, theme["paths"]):
        line = thinned([place(k, max(f, 10.0 ** bottom)) for k, (_, _, f) in enumerate(points)])
        out.append(f'<path d="{path(line)}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>')
    for (name, points), colour, lift in zip(runs, theme["paths"], (24, 30, 40)):
        x, y = place(STEPS, points[-1][2])
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        out.append(text(x - 4, y - lift, name, colour, 13, "end", 600, theme["halo"]))
    return out


def draw(theme, runs):
    spoken = ", ".join(f"{name} reaches f = {points[-1][2]:.2g}" for name, points in runs)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
           'font-family="-apple-system, BlinkMacSystemFont, \'Segoe UI\', \'Noto Sans\', \'DejaVu Sans\', Helvetica, Arial, sans-serif">',
           f"<title>After {STEPS} steps in Rosenbrock's valley: {spoken}</title>",
           f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="10" fill="{theme["ground"]}" stroke="{theme["frame"]}"/>',
           text(MAP["x"], 30, "f(x, y) = 100(y − x²)² + (1 − x)²", theme["ink"], 16, weight=600),
           text(MAP["x"], 49, f"{STEPS} steps of three methods along the valley floor; dots mark the first 60", theme["quiet"]),
           text(CHART["x"], 30, "f after each step", theme["ink"], 16, weight=600),
           text(CHART["x"], 49, "the lower, the nearer to the minimum", theme["quiet"])]
    out += draw_map(theme, runs) + draw_chart(theme, runs)
    for (name, spec), colour, left in zip(METHODS, theme["paths"], (24, 228, 396)):
        out.append(f'<path d="M{left},{HEIGHT - 24}h16" stroke="{colour}" stroke-width="3" stroke-linecap="round"/>')
        out.append(text(left + 22, HEIGHT - 20, f"{name}, η {spec.split('=')[1]}", theme["ink"], 13))
    return "\n".join(out + ["</svg>\n"])


def main():
    command = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/talweg")
    runs = [(name, trace(command, method)) for name, method in METHODS]
    folder = ROOT / "docs/images"
    folder.mkdir(parents=True, exist_ok=True)
    for name, theme in THEMES.items():
        file = folder / f"paths-{name}.svg"
        file.write_text(draw(theme, runs), encoding="utf-8")
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} kB")


main()
