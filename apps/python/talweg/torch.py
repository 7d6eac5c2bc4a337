"""torch's optimizers by the engine: the same formulas over the same parameters, in place, on the CPU.

    >>> opt = talweg.torch.Adam(model.parameters(), lr=1e-3)

They are `torch.optim.Optimizer`s: groups, schedules, `state_dict` and closures work as there.
"""
import torch
from torch.optim import Optimizer as _TorchOptimizer

from . import _core
from ._rules import settings_of, spec_of, written

_TYPES = {torch.float32: True, torch.float64: False}
# A rate of 0, as schedules have it, moves nothing, and the engine has none: a step is made with this one, and taken back.
_LEAST_RATE = 1e-37


class _Optimizer(_TorchOptimizer):
    """What the classes below share. `_rule_of` makes a rule of a group's settings."""

    def __init__(self, params, defaults):
        self._plans = None
        super().__init__(params, defaults)
        for group in self.param_groups:  # what is out of range is told here, and not by the first step
            _core.Stepper(_Form(self, _plain(group)).spec, 1, False, False)

    def _rule_of(self, group):
        """(name, settings that a schedule may change, others)"""
        raise NotImplementedError

    def add_param_group(self, group):
        super().add_param_group(group)
        for p in self.param_groups[-1]["params"]:
            _check(p)
        if self._plans is not None:
            self._plans.append(_Plan(self, self.param_groups[-1]))

    # No graph is recorded by what steps below torch, and the profiler's hook costs more than a small step.
    def step(self, closure=None):
        """One update of every parameter that has a gradient. Returns what `closure` returns."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if self._plans is None:
            self._plans = [_Plan(self, group) for group in self.param_groups]
        for plan in self._plans:
            plan.step()
        return loss

    step.hooked = True

    def state_dict(self):
        for plan in self._plans or ():
            plan.save()
        return super().state_dict()

    def load_state_dict(self, state_dict):
        """Goes on from a `state_dict()` of this class, or of its namesake in torch.optim."""
        for state in state_dict["state"].values():
            if "talweg" not in state:
                _slots_of(state, type(self))
        super().load_state_dict(state_dict)
        self._plans = None

    def torch_state_dict(self):
        """What `torch.optim`'s class of this name takes with `load_state_dict`, to go on from here."""
        mine = self.state_dict()
        groups = zip(mine["param_groups"], self.param_groups, self._plans or [None] * len(self.param_groups))
        state = {}
        for saved, group, plan in groups:
            rules = plan.rules if plan is not None else [None] * len(group["params"])
            for place, p, rule in zip(saved["params"], group["params"], rules):
                if rule is None and self.state.get(p):
                    rule = _Plan(self, group).made(p)
                if rule is not None and rule.steps > 0:
                    state[place] = _state_for_torch(rule, p, type(self), group)
        return {"state": state, "param_groups": mine["param_groups"]}

    def __getstate__(self):
        self.state_dict()
        return {**super().__getstate__(), "_plans": None}

    def __setstate__(self, state):
        super().__setstate__(state)
        self._plans = None


def _plain(group):
    """A group's settings as numbers: a tensor may change in place."""
    return {key: value.item() if isinstance(value, torch.Tensor) else value for key, value in group.items() if key != "params"}


class _Form:
    """A rule of a group's settings: of these `changing` may change between steps."""

    def __init__(self, optimizer, settings):
        self.name, changing, fixed = optimizer._rule_of(settings)
        self.held = changing["learning_rate"] == 0
        self.changing = {**changing, "learning_rate": changing["learning_rate"] or _LEAST_RATE}
        self.fixed = fixed
        self.maximize = bool(settings.get("maximize", False))

    @property
    def spec(self):
        return spec_of(self.name, "torch", {**self.changing, **self.fixed})


class _Plan:
    """A group with a rule for each of its parameters, made when it has its first gradient."""

    def __init__(self, optimizer, group):
        self.optimizer, self.group = optimizer, group
        self.seen = _plain(group)
        self.form = _Form(optimizer, self.seen)
        self.rules = [None] * len(group["params"])

    def step(self):
        if any(self.group[key] != value for key, value in self.seen.items()):
            self._follow()
        params = self.group["params"]
        kept = [p.detach().clone() for p in params] if self.form.held else ()
        _core.step_tensors(params, self.rules, torch.strided, torch.float32, self._make, _dense, _changed)
        for p, value in zip(params, kept):
            p.detach().copy_(value)

    def _make(self, place):
        return self.made(self.group["params"][place])

    def made(self, p):
        """The rule of a parameter, which goes on from what was loaded."""
        _check(p)
        rule = _core.Stepper(self.form.spec, p.numel(), _TYPES[p.dtype], self.form.maximize)
        state = self.optimizer.state.get(p, {})
        if "talweg" in state:
            rule.load(state["talweg"].to(torch.uint8).numpy().tobytes())
        elif state:
            slots = {ours: values.detach().reshape(-1).numpy() for ours, values in _slots_of(state, type(self.optimizer)).items()}
            rule.resume(int(state.get("step", 1)), slots)
        return rule

    def _follow(self):
        """What a schedule or the user has changed since the last step."""
        self.seen = _plain(self.group)
        before, self.form = self.form, _Form(self.optimizer, self.seen)
        if before.name == "sgd" and self.form.name != "sgd":  # it has kept nothing, so nothing is lost
            self.save(without_state=True)
        elif (before.name, before.fixed) != (self.form.name, self.form.fixed):
            raise ValueError(f"{type(self.optimizer).__name__}: what a rule keeps depends on a setting that was changed between steps "
                             f"({before.spec}, now {self.form.spec}); make a new optimizer")
        elif before.maximize != self.form.maximize:
            self.save()
            self.rules = [None] * len(self.rules)
        for key, value in self.form.changing.items():
            if before.changing.get(key) != value:
                for rule in self.rules:
                    if rule is not None:
                        rule.set(key, written(value))

    def save(self, without_state=False):
        for place, (p, rule) in enumerate(zip(self.group["params"], self.rules)):
            if rule is not None and not without_state:
                # Numbers, which torch.load takes without being told to trust the file.
                self.optimizer.state[p]["talweg"] = torch.frombuffer(bytearray(rule.save()), dtype=torch.uint8)
            elif without_state:
                self.optimizer.state.pop(p, None)
                self.rules[place] = None


def _changed(p):
    raise ValueError(f"a parameter of {p.numel()} elements of {p.dtype} had another size or type when its state was made: make the "
                     "optimizer after the model is what it shall be")


def _slots_of(state, kind):
    """{slot: tensor} of what torch.optim keeps for a parameter."""
    unknown = [key for key in state if key not in kind.slots and key not in ("step", "mu_product")]
    if unknown:
        raise ValueError(f"state_dict: {kind.__name__} keeps no {unknown[0]!r}; it goes on from {', '.join(kind.slots)}")
    return {ours: state[theirs] for theirs, ours in kind.slots.items() if state.get(theirs) is not None}


def _state_for_torch(rule, p, kind, group):
    kept = rule.slots()
    state = {theirs: torch.from_numpy(kept[ours].copy()).reshape(p.shape) for theirs, ours in kind.slots.items() if ours in kept}
    if kind is RMSprop:  # one option brings the slots of all
        state = {key: value for key, value in state.items()
                 if key == "square_avg" or group["momentum" if key == "momentum_buffer" else "centered"]}
    if kind is NAdam:
        product = 1.0
        for t in range(1, rule.steps + 1):
            product *= group["betas"][0] * (1 - 0.5 * 0.96 ** (t * group["momentum_decay"]))
        state["mu_product"] = torch.tensor(product)
    if kind is not SGD:
        state["step"] = torch.tensor(float(rule.steps))
    return state


def _dense(g, p):
    _check(p)
    if g.layout != torch.strided:
        raise ValueError("sparse gradients are not taken: make them dense, or leave sparse=True out")
    return g.detach().to(p.dtype).contiguous()


def _check(p):
    if p.device.type != "cpu":
        raise ValueError(f"a parameter is on {p.device}: talweg.torch works on the CPU; use torch.optim there")
    if p.layout != torch.strided:
        raise ValueError(f"a parameter is {p.layout}: only dense ones are taken")
    if p.dtype not in _TYPES:
        raise TypeError(f"a parameter is {p.dtype}: expected float32 or float64")
    if not p.is_contiguous():
        raise ValueError("a parameter is not contiguous, and a step changes it in place: make it so with .contiguous()")


def _refuse(who, **given):
    for name, value in given.items():
        if value:
            raise ValueError(f"{who}: {name}={value!r} is not taken: there is one way here, on the CPU")


class _Simple(_Optimizer):
    name = ""
    fixed = ()  # what a rule keeps depends on them

    def _rule_of(self, group):
        settings = settings_of({key: value for key, value in group.items() if key in self.keys})
        fixed = {key: settings.pop(key) for key in self.fixed}
        return self.name, settings, fixed


class Adam(_Simple):
    """torch.optim.Adam: Kingma & Ba 2015, Algorithm 1, weight_decay as an l2 penalty."""

    slots = {"exp_avg": "first_moment", "exp_avg_sq": "second_moment", "max_exp_avg_sq": "largest_second_moment"}
    name, keys, fixed = "adam", ("lr", "betas", "eps", "weight_decay", "amsgrad"), ("amsgrad",)

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None,
                 maximize=False, capturable=False, differentiable=False, fused=None):
        _refuse("Adam", capturable=capturable, differentiable=differentiable)
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize))


class AdamW(_Simple):
    """torch.optim.AdamW: Loshchilov & Hutter 2019, the decay multiplied by the rate."""

    slots = {"exp_avg": "first_moment", "exp_avg_sq": "second_moment", "max_exp_avg_sq": "largest_second_moment"}
    name, keys, fixed = "adamw", ("lr", "betas", "eps", "weight_decay", "amsgrad"), ("amsgrad",)

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *, maximize=False,
                 foreach=None, capturable=False, differentiable=False, fused=None):
        _refuse("AdamW", capturable=capturable, differentiable=differentiable)
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize))


class NAdam(_Simple):
    """torch.optim.NAdam of torch 2: Dozat 2016. (torch 1.13 multiplied μ_t twice into the product.)"""

    slots = {"exp_avg": "first_moment", "exp_avg_sq": "second_moment"}
    name, keys = "nadam", ("lr", "betas", "eps", "weight_decay", "momentum_decay")

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3, *, foreach=None,
                 maximize=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay,
                                      maximize=maximize))


class RAdam(_Simple):
    """torch.optim.RAdam: Liu et al. 2020, with torch's threshold ρ > 5."""

    slots = {"exp_avg": "first_moment", "exp_avg_sq": "second_moment"}
    name, keys = "radam", ("lr", "betas", "eps", "weight_decay")

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, *, foreach=None, maximize=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize))


class Adamax(_Simple):
    """torch.optim.Adamax: Kingma & Ba 2015, Algorithm 2, ε inside the maximum."""

    slots = {"exp_avg": "first_moment", "exp_inf": "infinity_norm"}
    name, keys = "adamax", ("lr", "betas", "eps", "weight_decay")

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize))


class Adagrad(_Optimizer):
    """torch.optim.Adagrad: Duchi et al. 2011."""

    slots = {"sum": "accumulator"}

    def __init__(self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, foreach=None, *,
                 maximize=False):
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay,
                                      initial_accumulator_value=initial_accumulator_value, eps=eps, maximize=maximize))

    def _rule_of(self, group):
        changing = {"learning_rate": group["lr"], "epsilon": group["eps"], "learning_rate_decay": group["lr_decay"],
                    "weight_decay": group["weight_decay"]}
        return "adagrad", changing, {"initial_accumulator": group["initial_accumulator_value"]}


class Adadelta(_Optimizer):
    """torch.optim.Adadelta: Zeiler 2012."""

    slots = {"square_avg": "accumulator", "acc_delta": "move_accumulator"}

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, maximize=False):
        super().__init__(params, dict(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize))

    def _rule_of(self, group):
        return "adadelta", {"learning_rate": group["lr"], "decay": group["rho"], "epsilon": group["eps"],
                            "weight_decay": group["weight_decay"]}, {}


class RMSprop(_Optimizer):
    """torch.optim.RMSprop: Hinton's lecture 6e, ε outside the root; Graves 2013 where centered."""

    slots = {"square_avg": "accumulator", "grad_avg": "mean_gradient", "momentum_buffer": "velocity"}

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False, foreach=None,
                 maximize=False, differentiable=False):
        _refuse("RMSprop", differentiable=differentiable)
        super().__init__(params, dict(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum,
                                      centered=centered, maximize=maximize))

    def _rule_of(self, group):
        changing = {"learning_rate": group["lr"], "decay": group["alpha"], "epsilon": group["eps"],
                    "momentum": group["momentum"], "weight_decay": group["weight_decay"]}
        return "rmsprop", changing, {"centered": bool(group["centered"])}


class SGD(_Optimizer):
    """torch.optim.SGD: with momentum the rate is outside the velocity; nesterov as torch has it."""

    slots = {"momentum_buffer": "velocity"}

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False,
                 foreach=None, differentiable=False):
        _refuse("SGD", differentiable=differentiable)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("SGD: nesterov needs a momentum above 0, and dampening=0")
        super().__init__(params, dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
                                      nesterov=nesterov, maximize=maximize))

    def _rule_of(self, group):
        changing = {"learning_rate": group["lr"], "weight_decay": group["weight_decay"]}
        if not group["momentum"]:
            return "sgd", changing, {}
        changing["momentum"] = group["momentum"]
        if group["nesterov"]:
            return "nesterov", changing, {}
        return "momentum", {**changing, "dampening": group["dampening"]}, {}


class Rprop(_Optimizer):
    """torch.optim.Rprop: iRprop⁻ of Igel & Hüsken 2003."""

    slots = {"prev": "previous_gradient", "step_size": "step_size"}

    def __init__(self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), *, foreach=None, maximize=False):
        super().__init__(params, dict(lr=lr, etas=etas, step_sizes=step_sizes, maximize=maximize))

    def _rule_of(self, group):
        return "rprop", {"learning_rate": group["lr"], "decrease": group["etas"][0], "increase": group["etas"][1],
                         "step_min": group["step_sizes"][0], "step_max": group["step_sizes"][1]}, {}


__all__ = ["SGD", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Rprop"]
