"""What the classes of `talweg.optim` and `talweg.torch` share: names of settings, and specs of rules."""
from . import _core

# What frameworks call a setting.
ALIASES = {"lr": "learning_rate", "eps": "epsilon"}

CLASSES = {
    "sgd": "SGD", "momentum": "Momentum", "nesterov": "Nesterov", "adagrad": "Adagrad", "rmsprop": "RMSprop",
    "adadelta": "Adadelta", "adam": "Adam", "adamw": "AdamW", "adamax": "Adamax", "radam": "RAdam", "lion": "Lion",
    "nadam": "NAdam", "rprop": "Rprop", "ftrl": "FTRL",
}


def written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(float(value))


def settings_of(given):
    """Settings by the engine's names; `betas` is beta1 and beta2."""
    settings = {}
    for name, value in given.items():
        if name == "betas":
            settings["beta1"], settings["beta2"] = value
        else:
            settings[ALIASES.get(name, name)] = value
    return settings


def spec_of(name, variant, settings):
    head = f"{name}:{variant}" if variant else name
    return ",".join([head, *(f"{key}={written(value)}" for key, value in settings.items())])


def items_by_name():
    found = {}
    for item in _core.topics()["optimizers"]:
        if item["name"] in CLASSES:
            found.setdefault(item["name"], []).append(item)
    return found


def document(items, what):
    item = next((item for item in items if item["is_default"]), items[0])
    lines = [f"{item['title']} over {what}.", "", item["formula"], "", f"Source: {item['source']}", "", "Parameters", "----------"]
    for field in item["fields"]:
        lines += [f"{field['name']} : {field['allowed']}, default {field['default']}", f"    {field['help']}"]
    variants = [i["variant"] for i in items if i["variant"]]
    if variants:
        lines += [f"variant : one of {', '.join(variants)}, default {item['variant']}"]
    return "\n".join(lines)
