"""talweg.torch beside torch.optim: the same numbers over 200 steps of a small network."""
import copy
import io
import json
import pickle
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

import talweg.torch  # noqa: E402

CASES = [
    ("Adam", {}), ("Adam", {"lr": 1e-2, "weight_decay": 0.01}), ("Adam", {"amsgrad": True}), ("Adam", {"maximize": True, "lr": 1e-5}),
    ("AdamW", {}), ("AdamW", {"weight_decay": 0.1, "amsgrad": True}), ("Adamax", {}), ("RAdam", {}),
    ("SGD", {"lr": 0.05}), ("SGD", {"lr": 0.05, "momentum": 0.9}), ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}), ("RMSprop", {"lr": 1e-3}), ("RMSprop", {"lr": 1e-3, "momentum": 0.9, "centered": True}),
    ("Adagrad", {}), ("Adagrad", {"lr_decay": 0.01, "initial_accumulator_value": 0.1}), ("Adadelta", {}), ("Rprop", {"lr": 1e-3}),
]


def network(dtype):
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3)).to(dtype)


def data(dtype):
    torch.manual_seed(4)
    x = torch.randn(64, 8, dtype=dtype)
    return x, torch.sin(x[:, :3] * 2) + 0.1 * x[:, 3:6]


def train(model, opt, steps, schedule=None, rows=None):
    x, y = rows or data(next(model.parameters()).dtype)
    for _ in range(steps):
        opt.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        opt.step()
        if schedule is not None:
            schedule.step()
    return [p.detach().clone() for p in model.parameters()]


def close(ours, theirs, tolerance):
    return all(torch.all((a - b).abs() <= tolerance * b.abs().clamp(min=1e-3)) for a, b in zip(ours, theirs))


@pytest.mark.parametrize("name, settings", CASES)
@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-5), (torch.float64, 1e-10)])
def test_parity(name, settings, dtype, tolerance):
    # In float a sum in another order is another number, and a network drifts: what is compared then are single steps
    # from the same place, and the whole way in double.
    ours, theirs = network(dtype), network(dtype)
    mine = getattr(talweg.torch, name)(ours.parameters(), **settings)
    other = getattr(torch.optim, name)(theirs.parameters(), **settings)
    if dtype is torch.float64:
        assert close(train(ours, mine, 200), train(theirs, other, 200), tolerance)
        return
    for _ in range(50):
        for a, b in zip(ours.parameters(), theirs.parameters()):
            a.data.copy_(b.data)
        a, b = train(ours, mine, 1), train(theirs, other, 1)
        assert close(a, b, tolerance)


@pytest.mark.parametrize("name, settings", [case for case in CASES if case[0] != "Adadelta"])
def test_a_run_in_float_is_as_close_to_the_run_in_double_as_torchs(name, settings):
    # Two runs of torch that differ by one ulp in one weight drift apart by 1e-5 to 1e-4 in 200 steps; what can be asked of
    # another order of the same operations is that it strays no further from the exact run. (Adadelta's first steps are
    # roots of rounding errors: either of them strays by 2.)
    rows = data(torch.float32)
    models = [network(torch.float32), network(torch.float32), network(torch.float32).double()]
    ours, theirs, exact = (train(model, getattr(module, name)(model.parameters(), **settings), 200,
                                 rows=tuple(part.to(next(model.parameters()).dtype) for part in rows))
                           for model, module in zip(models, (talweg.torch, torch.optim, torch.optim)))

    def distance(run):
        return max(float(((a.double() - b).abs() / b.abs().clamp(min=1e-3)).max()) for a, b in zip(run, exact))

    assert distance(ours) <= max(1e-5, 3 * distance(theirs))


GOLDEN = json.loads((Path(__file__).resolve().parents[3] / "tests/golden/torch/trajectories.json").read_text())
FUNCTIONS = {"x^2": lambda p: p["x"] ** 2, "0.5*(x^2+25*y^2)": lambda p: 0.5 * (p["x"] ** 2 + 25 * p["y"] ** 2),
             "(1-x)^2+100*(y-x^2)^2": lambda p: 100 * (p["y"] - p["x"] ** 2) ** 2 + (1 - p["x"]) ** 2}


def test_nadam_is_that_of_torch_2():
    # torch 1.13 multiplies mu_t in twice; the table follows the formula.
    rows = [row for row in GOLDEN if row["optimizer"].startswith("nadam:torch") and row["formula"] in FUNCTIONS]
    assert len(rows) == 3
    for row in rows:
        point = {name: torch.tensor([value], dtype=torch.float64, requires_grad=True) for name, value in row["start"].items()}
        settings = dict(part.split("=") for part in row["optimizer"].split(",")[1:])
        opt = talweg.torch.NAdam(point.values(), lr=float(settings["learning_rate"]), momentum_decay=float(settings["momentum_decay"]))
        for wanted in row["x"]:
            opt.zero_grad()
            FUNCTIONS[row["formula"]](point).backward()
            opt.step()
            for p, x in zip(point.values(), wanted):
                assert abs(p.item() - x) <= 1e-10 * max(1e-3, abs(x)), row["problem"]


def test_schedules_groups_and_closures():
    def made(module, model):
        first, rest = list(model.parameters())[:2], list(model.parameters())[2:]
        opt = module.Adam([{"params": first}, {"params": rest, "lr": 5e-3, "weight_decay": 0.1}], lr=1e-2)
        return opt, torch.optim.lr_scheduler.ExponentialLR(opt, 0.97)

    ours, theirs = network(torch.float64), network(torch.float64)
    assert close(train(ours, *_with_steps(made(talweg.torch, ours))), train(theirs, *_with_steps(made(torch.optim, theirs))), 1e-10)
    x, y = data(torch.float64)
    opt = talweg.torch.SGD(ours.parameters(), lr=0.01)

    def closure():
        opt.zero_grad()
        loss = torch.nn.functional.mse_loss(ours(x), y)
        loss.backward()
        return loss

    assert opt.step(closure).item() > 0


def _with_steps(made):
    return made[0], 60, made[1]


def test_state_is_saved_and_taken_up():
    whole = train(network(torch.float64), talweg.torch.Adam(network(torch.float64).parameters()), 0)
    model = network(torch.float64)
    opt = talweg.torch.Adam(model.parameters(), lr=1e-2)
    train(model, opt, 10)
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "opt": opt.state_dict()}, file)
    whole = train(model, opt, 10)
    file.seek(0)
    saved = torch.load(file)
    again = network(torch.float64)
    again.load_state_dict(saved["model"])
    other = talweg.torch.Adam(again.parameters(), lr=1e-2)
    other.load_state_dict(saved["opt"])
    assert all(torch.equal(a, b) for a, b in zip(train(again, other, 10), whole))
    assert pickle.loads(pickle.dumps(other)).param_groups[0]["lr"] == 1e-2


@pytest.mark.parametrize("name, settings", CASES)
def test_a_state_dict_goes_over_and_back(name, settings):
    model = network(torch.float64)
    theirs = getattr(torch.optim, name)(model.parameters(), **settings)
    train(model, theirs, 25)
    saved, weights = copy.deepcopy(theirs.state_dict()), {k: v.clone() for k, v in model.state_dict().items()}
    wanted = train(model, theirs, 25)

    model.load_state_dict(weights)
    ours = getattr(talweg.torch, name)(model.parameters(), **settings)
    ours.load_state_dict(saved)
    assert close(train(model, ours, 25), wanted, 1e-10)

    middle, weights = ours.torch_state_dict(), {k: v.clone() for k, v in model.state_dict().items()}
    wanted = train(model, ours, 10)
    model.load_state_dict(weights)
    back = getattr(torch.optim, name)(model.parameters(), **settings)
    back.load_state_dict(middle)
    assert close(train(model, back, 10), wanted, 1e-10)


def test_a_state_of_another_class_is_refused():
    model = network(torch.float64)
    theirs = torch.optim.Adam(model.parameters())
    train(model, theirs, 2)
    with pytest.raises(ValueError, match="Adagrad keeps no 'exp_avg'"):
        talweg.torch.Adagrad(model.parameters()).load_state_dict(theirs.state_dict())
    ours = talweg.torch.NAdam(model.parameters())
    train(model, ours, 3)
    kept = next(iter(ours.torch_state_dict()["state"].values()))
    assert set(kept) == {"step", "mu_product", "exp_avg", "exp_avg_sq"} and 0 < kept["mu_product"] < 0.2


def test_what_is_not_taken_is_refused_in_a_line():
    with pytest.raises(TypeError, match="float16"):
        talweg.torch.Adam([torch.zeros(3, dtype=torch.float16, requires_grad=True)])
    with pytest.raises(ValueError, match="not contiguous"):
        talweg.torch.Adam([torch.zeros(4, 4)[:, ::2].requires_grad_()])
    with pytest.raises(ValueError, match="nesterov needs"):
        talweg.torch.SGD([torch.zeros(3, requires_grad=True)], lr=0.1, nesterov=True)
    with pytest.raises(ValueError, match="capturable"):
        talweg.torch.Adam([torch.zeros(3, requires_grad=True)], capturable=True)
    embedding = torch.nn.Embedding(5, 2, sparse=True)
    opt = talweg.torch.Adam(embedding.parameters())
    embedding(torch.tensor([1])).sum().backward()
    with pytest.raises(ValueError, match="sparse gradients"):
        opt.step()
    for settings in ({"betas": (1.5, 0.9)}, {"lr": -1.0}, {"eps": 0.0}):
        with pytest.raises(talweg.Error, match="beta1|learning_rate|epsilon"):
            talweg.torch.Adam([torch.zeros(3, requires_grad=True)], **settings)


def beside_torch(name, course, **settings):
    """Both ways of `course(module, parameter, optimizer)`, which returns what is compared."""
    results = []
    for module in (talweg.torch, torch.optim):
        p = torch.nn.Parameter(torch.tensor([1.0, 2.0], dtype=torch.float64))
        opt = getattr(module, name)([p], **settings)
        course(p, opt)
        results.append(p.detach().clone())
    return torch.allclose(*results, rtol=1e-12, atol=0)


def steps(p, opt, n=1):
    for _ in range(n):
        opt.zero_grad()
        (p * p).sum().backward()
        opt.step()


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Adamax", "RAdam", "RMSprop", "Adagrad", "Adadelta"])
@pytest.mark.parametrize("schedule", [
    lambda opt: torch.optim.lr_scheduler.CosineAnnealingLR(opt, 3), lambda opt: torch.optim.lr_scheduler.LambdaLR(opt, lambda k: k / 4),
    lambda opt: torch.optim.lr_scheduler.MultiplicativeLR(opt, lambda k: 0.5 if k < 5 else 0.0),
])
def test_a_rate_of_0_moves_nothing_and_goes_on_counting(name, schedule):
    def course(p, opt):
        s = schedule(opt)
        for _ in range(9):
            steps(p, opt)
            s.step()

    assert beside_torch(name, course, lr=0.1)


def change(**settings):
    return lambda p, opt: (steps(p, opt, 3), opt.param_groups[0].update(settings), steps(p, opt, 3))


@pytest.mark.parametrize("name, settings, changed", [
    ("Adam", {"weight_decay": 0.1}, {"weight_decay": 0}), ("SGD", {}, {"momentum": 0.9}), ("SGD", {"momentum": 0.9}, {"dampening": 0.3}),
    ("SGD", {"weight_decay": 0.1, "momentum": 0.5}, {"weight_decay": 0.0, "momentum": 0.8}), ("Adam", {}, {"maximize": True}),
    ("AdamW", {}, {"betas": (0.5, 0.9), "eps": 1e-3}), ("RMSprop", {}, {"alpha": 0.5, "eps": 1e-3}), ("Adam", {}, {"lr": 0.0}),
])
def test_settings_that_change_between_steps(name, settings, changed):
    assert beside_torch(name, change(**changed), lr=0.1, **settings)


@pytest.mark.parametrize("name, settings, changed", [("Adam", {}, {"amsgrad": True}), ("RMSprop", {}, {"centered": True}), ("RMSprop", {}, {"momentum": 0.5}),
                                                     ("SGD", {"momentum": 0.9}, {"nesterov": True})])
def test_settings_that_a_state_depends_on_do_not_change_unsaid(name, settings, changed):
    p = torch.nn.Parameter(torch.ones(2))
    with pytest.raises(ValueError, match="make a new optimizer"):
        change(**changed)(p, getattr(talweg.torch, name)([p], lr=0.1, **settings))


def test_a_rate_that_is_a_tensor_may_change_in_place():
    rate = torch.tensor(0.1, dtype=torch.float64)
    p = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    opt = talweg.torch.SGD([p], lr=rate)
    steps(p, opt)
    rate.fill_(0.25)
    steps(p, opt)
    assert p.item() == pytest.approx(0.8 * 0.5)


def test_closures_have_gradients_where_none_are_recorded():
    p = torch.nn.Parameter(torch.ones(2))
    opt = talweg.torch.SGD([p], lr=0.1)

    def closure():
        opt.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert opt.step(closure).item() == 2


def test_states_are_of_numbers_and_of_either_kind():
    p = torch.nn.Parameter(torch.ones(2))
    ours, theirs = talweg.torch.Adam([p], lr=0.1), torch.optim.Adam([p], lr=0.1)
    steps(p, ours), steps(p, theirs)
    assert all(isinstance(value, torch.Tensor) for entry in ours.state_dict()["state"].values() for value in entry.values())
    ours.load_state_dict(theirs.state_dict())
    assert ours.torch_state_dict()["state"][0]["step"] == 1
    ours.load_state_dict(torch.optim.Adam([p], lr=0.5).state_dict())  # of no step there is nothing to lose
    assert ours.param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize("other", [torch.zeros(5), torch.zeros(1), torch.zeros(2, dtype=torch.float64)])
def test_parameters_that_became_others_are_told(other):
    p = torch.nn.Parameter(torch.ones(2))
    opt = talweg.torch.Adam([p], lr=0.1)
    steps(p, opt)
    p.data, p.grad = other, None
    with pytest.raises(ValueError, match="had another size or type"):
        steps(p, opt)


def test_a_pickled_or_copied_optimizer_goes_on():
    p = torch.nn.Parameter(torch.ones(2))
    opt = talweg.torch.Adam([p], lr=0.1)
    steps(p, opt, 3)
    q, copied = copy.deepcopy((p, opt))
    steps(p, opt, 3), steps(q, copied, 3)
    assert torch.equal(p, q)
    more = torch.nn.Parameter(torch.ones(2))
    pickled = pickle.loads(pickle.dumps(opt))
    pickled.add_param_group({"params": [more]})
    steps(more, pickled)
    assert more[0] != 1
