"""How far a run is: a bar of tqdm where that is installed, otherwise a line on a terminal's standard error."""
import sys


def in_notebook():
    """Whether a notebook shows what is printed."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell else None
    return type(running).__name__ == "ZMQInteractiveShell"


def wanted(verbose):
    return bool(verbose) if verbose is not None else sys.stderr.isatty() or in_notebook()


class _Line:
    """The line of a terminal, written anew for each epoch."""

    def show(self, event):
        print(f"\rEpoch {event['epoch']}/{event['epochs']}, loss {event['loss']:.4g}", end="", file=sys.stderr, flush=True)

    def close(self):
        print(file=sys.stderr)


class _Bar:
    def __init__(self, tqdm):
        self._tqdm, self._bar = tqdm, None

    def show(self, event):
        if self._bar is None:
            self._bar = self._tqdm(total=event["epochs"], unit="epoch", file=sys.stderr)
        self._bar.set_postfix_str(f"loss {event['loss']:.4g}", refresh=False)
        self._bar.update(event["epoch"] - self._bar.n)

    def close(self):
        if self._bar is not None:
            self._bar.close()


def progress():
    """What `show(event)` is called on after each epoch, and `close()` at the end."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Line()
    return _Bar(tqdm)
