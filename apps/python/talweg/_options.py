"""Options as the engine reads them: texts, as they are typed."""
import os

import numpy as np


def option_texts(name, value):
    """A value as the engine reads it: texts as they are typed."""
    if isinstance(value, (bool, np.bool_)):
        return ["yes" if value else "no"]
    if isinstance(value, (list, tuple)):
        return [option_texts(name, v)[0] for v in value]
    if isinstance(value, dict):  # {"yes": 5, "no": 1}, or {"l2": [1e-4, 1e-3]}: what each key may be
        if any(isinstance(v, (list, tuple)) for v in value.values()):
            return [f"{key}={','.join(option_texts(name, v))}" for key, v in value.items()]
        return [",".join(f"{key}={option_texts(name, v)[0]}" for key, v in value.items())]
    if isinstance(value, (int, np.integer)):
        return [str(int(value))]
    if isinstance(value, (float, np.floating)):
        return [repr(float(value))]
    if isinstance(value, str):
        return [value]
    if isinstance(value, os.PathLike):
        return [os.fspath(value)]
    raise TypeError(f"{name}: expected a text or a number, not {type(value).__name__}")
