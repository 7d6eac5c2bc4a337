"""One function for each method, as scipy.optimize.minimize takes it: ``scipy.optimize.minimize(f, x0, method=talweg.lbfgs)``."""
import keyword

from . import _core
from ._minimize import _for_scipy

__all__ = []


def _document(items):
    item = next((item for item in items if item["is_default"]), items[0])
    lines = [f"{item['title']}, for scipy.optimize.minimize(method=…) and talweg.minimize.", "", item["formula"], "",
             item["use"], f"Strengths: {item['strengths']}.", f"Weaknesses: {item['weaknesses']}.", f"Source: {item['source']}"]
    variants = [f"{item['name']}:{item['variant']}" for item in items if item["variant"]]
    if len(variants) > 1:
        lines.append(f"Variants: {', '.join(variants)}")
    return "\n".join(lines)


def _add_methods():
    by_name = {}
    for item in _core.topics()["optimizers"]:
        if not item["takes_residuals"]:
            by_name.setdefault(item["name"], []).append(item)
    for name, items in by_name.items():
        python_name = name.replace("-", "_") + ("_" if keyword.iskeyword(name) else "")
        method = _for_scipy(name)
        method.__name__ = method.__qualname__ = python_name
        method.__module__ = "talweg"
        method.__doc__ = _document(items)
        globals()[python_name] = method
        __all__.append(python_name)


_add_methods()
