"""First-order rules over NumPy arrays, which are changed in place:

    >>> x = numpy.array([1.0, 2.0])
    >>> opt = talweg.optim.Adam([x], lr=0.1)
    >>> opt.step([2 * x])
"""
import numpy as np

from . import _core
from ._rules import CLASSES, document, items_by_name, settings_of, spec_of, written


class Optimizer:
    """Any rule by its spec, `name[:variant][,key=value]…`, over one array or a sequence of them."""

    def __init__(self, arrays, spec, *, maximize=False):
        self.arrays = [arrays] if isinstance(arrays, np.ndarray) else list(arrays)
        for place, x in enumerate(self.arrays):
            _check(x, f"arrays[{place}]")
            if not x.flags.writeable:
                raise ValueError(f"arrays[{place}] is read-only: a step changes it in place")
        self._rules = [_core.Stepper(spec, x.size, x.dtype == np.float32, bool(maximize)) for x in self.arrays]
        self._places = [x.ctypes.data for x in self.arrays]

    @property
    def spec(self):
        """The rule that runs, with every setting."""
        return self._rules[0].spec

    @property
    def steps(self):
        return self._rules[0].steps

    def step(self, gradients, value=None):
        """One update from the gradients at the arrays (or at `look_ahead()`).

        Parameters
        ----------
        gradients : array, or a sequence of arrays of the shapes and types of `arrays`
        value : float, optional
            f there; `rprop:irprop+` needs it.
        """
        gradients = [gradients] if isinstance(gradients, np.ndarray) else list(gradients)
        if len(gradients) != len(self.arrays):
            raise ValueError(f"{len(gradients)} gradients for {len(self.arrays)} arrays")
        kept = []
        for place, (g, x) in enumerate(zip(gradients, self.arrays)):
            if not isinstance(g, np.ndarray) or g.dtype != x.dtype:
                g = np.asarray(g)
                if g.dtype.kind not in "fiub":
                    raise TypeError(f"gradients[{place}]: expected numbers, not {g.dtype}")
            g = np.ascontiguousarray(g, dtype=x.dtype)
            if g.shape != x.shape:
                raise ValueError(f"gradients[{place}] has the shape {g.shape}, and its array {x.shape}")
            kept.append(g)
        _core.step_all(self._rules, self._places, [g.ctypes.data for g in kept], value)

    def look_ahead(self):
        """Where the gradients of the next step are wanted: copies of the arrays, moved on for `nesterov:lookahead`."""
        out = [np.empty_like(x) for x in self.arrays]
        for rule, x, ahead in zip(self._rules, self.arrays, out):
            rule.look_ahead(x.ctypes.data, ahead.ctypes.data)
        return out

    def set(self, **settings):
        """Changes settings from the next step on: `set(lr=0.01)`."""
        for key, value in settings_of(settings).items():
            for rule in self._rules:
                rule.set(key, written(value))

    def slots(self):
        """What the rule keeps for each element, by name, one dict for each array."""
        return [rule.slots() for rule in self._rules]

    def state_dict(self):
        return {"spec": self.spec, "state": [rule.save() for rule in self._rules]}

    def load_state_dict(self, state):
        if len(state["state"]) != len(self._rules):
            raise ValueError(f"the state has {len(state['state'])} arrays where the optimizer has {len(self._rules)}")
        for rule, saved in zip(self._rules, state["state"]):
            rule.load(saved)

    def __repr__(self):
        return f"<talweg.optim.{type(self).__name__} {self.spec}>"


def _check(x, what):
    if not isinstance(x, np.ndarray) or x.dtype not in (np.float32, np.float64):
        raise TypeError(f"{what}: expected an array of float32 or float64, not {getattr(x, 'dtype', type(x).__name__)}")
    if not x.flags.c_contiguous:
        raise ValueError(f"{what} is not contiguous: a step changes it in place; make a copy")


def _rule_class(name, items):
    def __init__(self, arrays, *, variant=None, maximize=False, **settings):
        Optimizer.__init__(self, arrays, spec_of(name, variant, settings_of(settings)), maximize=maximize)

    return type(CLASSES[name], (Optimizer,), {"__init__": __init__, "__doc__": document(items, "NumPy arrays"), "__module__": __name__})


__all__ = ["Optimizer"]
for _name, _items in items_by_name().items():
    globals()[CLASSES[_name]] = _rule_class(_name, _items)
    __all__.append(CLASSES[_name])
