"""scikit-learn estimators by the engine: LinearRegression, LogisticRegression, FTRLClassifier, MLPClassifier,
MLPRegressor, MatrixFactorization. They keep scikit-learn's conventions and pass its `check_estimator`."""
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d

from ._estimators import linear_parts, validate_data
from ._ftrl import FTRLClassifier
from ._rows import rows_of, sparse_table
from ._train import train


def _seed(random_state):
    return int(check_random_state(random_state).randint(2**31 - 1)) if random_state is not None else 0


class _Estimator(BaseEstimator):
    """What the estimators share: a table of the columns x0, x1, … and y, and a model of the engine."""

    _accepts_sparse = False

    def _checked(self, X, reset):
        accept = ["csr"] if self._accepts_sparse else False
        return validate_data(self, X, accept_sparse=accept, dtype=[np.float64, np.float32], reset=reset)

    def _checked_both(self, X, y, **checks):
        accept = ["csr"] if self._accepts_sparse else False
        return validate_data(self, X, y, accept_sparse=accept, dtype=[np.float64, np.float32], **checks)

    def _train(self, X, y, model, sample_weight=None, **options):
        self.sparse_ = hasattr(X, "tocsr")
        if sample_weight is not None:
            if self.sparse_:
                raise ValueError("sample_weight: rows of a sparse matrix have none; give a dense X, or weights of classes")
            sample_weight = _check_sample_weight(sample_weight, X, only_non_negative=True)
            counts = sample_weight > 0
            if not counts.any():
                raise ValueError("sample_weight: all are 0, and no row would count")
            if not counts.all():  # such rows are not there at all
                X, y, sample_weight = X[counts], np.asarray(y)[counts], sample_weight[counts]
            options["weights"] = "weight"
        if self.sparse_:
            rows, target = sparse_table(X, y, "X"), None
        else:
            rows, target = self._rows(X, y, sample_weight), "y"
        options = {name: value for name, value in options.items() if value is not None}
        self.model_ = train(rows, target, model, verbose=False, inspect=False, **options)
        self.n_iter_ = max(1, int(self.model_.report["epochs"]))
        return self

    @staticmethod
    def _rows(X, y=None, weight=None):
        columns = {f"x{i}": X[:, i] for i in range(X.shape[1])}
        if y is not None:
            columns["y"] = np.asarray(y, float)
        if weight is not None:
            columns["weight"] = np.asarray(weight, float)
        return rows_of(columns, "X")

    def _input(self, X):
        check_is_fitted(self, "model_")
        X = self._checked(X, reset=False)
        if self.sparse_:
            from scipy.sparse import csr_matrix

            X = csr_matrix(X)
            return sparse_table(X, np.zeros(X.shape[0]), "X")
        return self._rows(X.toarray() if hasattr(X, "toarray") else X)

    def _predictions(self, X):
        """(numbers or indices of classes, labels, probabilities, notes)"""
        rows = self._input(X)
        return self.model_._core.predict(rows, "")


class _Classifier(ClassifierMixin, _Estimator):
    def _encoded(self, X, y):
        X, y = self._checked_both(X, y)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if self.classes_.size < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]!r} is the one class")
        return X, codes

    def _class_weight(self, codes):
        """By the codes that the engine knows classes by; balanced over all rows, whatever they count."""
        if self.class_weight is None:
            return None
        if isinstance(self.class_weight, str):
            if self.class_weight != "balanced":
                raise ValueError(f"class_weight={self.class_weight!r}: expected a dict, 'balanced' or None")
            counts = np.bincount(codes)
            return {str(code): codes.size / (counts.size * count) for code, count in enumerate(counts.tolist())}
        unknown = set(self.class_weight) - set(self.classes_.tolist())
        if unknown:
            raise ValueError(f"class_weight: {sorted(map(str, unknown))} are none of the classes {self.classes_.tolist()}")
        return {str(code): float(self.class_weight.get(label, 1)) for code, label in enumerate(self.classes_.tolist())}

    def predict_proba(self, X):
        """Probabilities, shape (n_samples, n_classes), in the order of `classes_`."""
        return self._predictions(X)[2]

    def predict_log_proba(self, X):
        return np.log(self.predict_proba(X))

    def predict(self, X):
        """The most probable class of each row."""
        places = self._predictions(X)[0].astype(np.intp)
        return self.classes_[places]


class LogisticRegression(_Classifier):
    """Logistic regression, of more than two classes by softmax, solved exactly by L-BFGS.

    Minimises C Σ loss + ½‖w‖² as scikit-learn and LIBLINEAR do; the intercept is not penalised.

    Parameters
    ----------
    C : float
        Inverse of the penalty; infinity: none.
    tol : float
        What is left to gain, as the square of this share of what was gained.
    max_iter : int
        Iterations at most.
    class_weight : dict, "balanced" or None
        What rows of a class count; of classes that a dict leaves out 1.
    """

    _accepts_sparse = True

    def __init__(self, C=1.0, tol=1e-8, max_iter=1000, class_weight=None):
        self.C = C
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight

    def fit(self, X, y, sample_weight=None):
        X, codes = self._encoded(X, y)
        if not self.C > 0:
            raise ValueError(f"C={self.C!r}: expected a number above 0")
        kind = "logistic" if self.classes_.size == 2 else "softmax"
        model = kind if np.isinf(self.C) else f"{kind},c={float(self.C)!r}"
        self._train(X, codes, model, sample_weight, optimizer="lbfgs", epochs=self.max_iter, tolerance=float(self.tol),
                    standardize=False, validation=0, class_weight=self._class_weight(codes))
        self.coef_, self.intercept_ = linear_parts(self.model_._core, 1 if kind == "logistic" else self.classes_.size, self.n_features_in_)
        return self

    def decision_function(self, X):
        """Log odds of the second class, or a score for each class."""
        check_is_fitted(self, "model_")
        X = self._checked(X, reset=False)
        scores = np.asarray(X @ self.coef_.T + self.intercept_)
        return scores.ravel() if scores.shape[1] == 1 else scores


class LinearRegression(RegressorMixin, _Estimator):
    """Least squares, with a penalty l2/2 Σw² on the mean loss where it is given, solved exactly by L-BFGS.

    Parameters
    ----------
    l2 : float
        Penalty of the mean of the squared errors.
    tol, max_iter
        As of LogisticRegression.
    """

    _accepts_sparse = True

    def __init__(self, l2=0.0, tol=1e-8, max_iter=1000):
        self.l2 = l2
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        X, y = self._checked_both(X, y, y_numeric=True)
        model = f"linear,l2={float(self.l2)!r}" if self.l2 else "linear"
        self._train(X, y, model, sample_weight, optimizer="lbfgs", epochs=self.max_iter, tolerance=float(self.tol),
                    standardize=False, validation=0)
        coefficients, intercepts = linear_parts(self.model_._core, 1, self.n_features_in_)
        self.coef_, self.intercept_ = coefficients[0], float(intercepts[0])
        return self

    def predict(self, X):
        return self._predictions(X)[0]


class _Network:
    """Parameters of networks: what `talweg train` takes, by scikit-learn's names where it has one."""

    def __init__(self, hidden_layer_sizes=(64, 32), activation="relu", optimizer="adam,learning_rate=0.003", alpha=1e-4, batch_size=32,
                 max_iter=100, schedule=None, random_state=None):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.optimizer = optimizer
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.schedule = schedule
        self.random_state = random_state

    def _model(self):
        sizes = np.atleast_1d(self.hidden_layer_sizes)
        text = "mlp:" + ",".join(str(int(n)) for n in sizes) + f",activation={self.activation}"
        return f"{text},l2={float(self.alpha)!r}" if self.alpha is not None else text

    def _options(self):
        return dict(optimizer=self.optimizer, epochs=self.max_iter, batch_size=str(self.batch_size), validation=0,
                    seed=_seed(self.random_state), precision="double", threads=1, schedule=self.schedule)


class MLPClassifier(_Network, _Classifier):
    """A dense network for classes.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int
    activation : str
        relu, tanh, sigmoid, silu, … of `talweg list activations`.
    optimizer : str
        A spec of `talweg list optimizers`.
    alpha : float or None
        Penalty l2/2 Σw² on the mean loss.
    batch_size, max_iter : int
        Rows in a step, and epochs.
    schedule : str or None
        Of the learning rate: "cosine", …
    random_state : int, RandomState or None
        None is the seed 0.
    class_weight : dict, "balanced" or None
        What rows of a class count; of classes that a dict leaves out 1.
    """

    def __init__(self, hidden_layer_sizes=(64, 32), activation="relu", optimizer="adam,learning_rate=0.003", alpha=1e-4, batch_size=32,
                 max_iter=100, schedule=None, random_state=None, class_weight=None):
        super().__init__(hidden_layer_sizes, activation, optimizer, alpha, batch_size, max_iter, schedule, random_state)
        self.class_weight = class_weight

    def fit(self, X, y):
        X, codes = self._encoded(X, y)
        loss = "binary_cross_entropy" if self.classes_.size == 2 else "softmax_cross_entropy"
        return self._train(X, codes, self._model(), loss=loss, class_weight=self._class_weight(codes),
                           **self._options())


class MLPRegressor(RegressorMixin, _Network, _Estimator):
    """A dense network for a number. Parameters are those of MLPClassifier."""

    def fit(self, X, y):
        X, y = self._checked_both(X, y, y_numeric=True)
        return self._train(X, y, self._model(), loss="mean_squared_error", **self._options())

    def predict(self, X):
        return self._predictions(X)[0]


class MatrixFactorization(RegressorMixin, BaseEstimator):
    """Ratings by biases and factors. X is (n_samples, 2): user and item, of any type; y the ratings.

    Parameters
    ----------
    rank : int
    optimizer : str or None
        als, or a first-order method with single steps; by default what `talweg train` chooses.
    max_iter : int or None
    random_state : int, RandomState or None
    """

    def __init__(self, rank=16, optimizer=None, max_iter=None, random_state=None):
        self.rank = rank
        self.optimizer = optimizer
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X, y):
        y = column_or_1d(np.asarray(y, float), warn=True)
        options = dict(optimizer=self.optimizer, epochs=self.max_iter, seed=_seed(self.random_state))
        self.model_ = train(self._pairs(X, y), None, f"mf:{int(self.rank)}", verbose=False, inspect=False,
                            **{name: value for name, value in options.items() if value is not None})
        self.n_features_in_ = 2
        return self

    def predict(self, X):
        check_is_fitted(self, "model_")
        return self.model_._core.predict(self._pairs(X), "")[0]

    @staticmethod
    def _pairs(X, y=None):
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != 2:
            raise ValueError(f"X has the shape {X.shape}: expected (n_samples, 2), user and item")
        columns = {"user": [str(v) for v in X[:, 0]], "item": [str(v) for v in X[:, 1]]}
        if y is not None:
            columns["rating"] = y
        return rows_of(columns, "X")


__all__ = ["FTRLClassifier", "LinearRegression", "LogisticRegression", "MLPClassifier", "MLPRegressor", "MatrixFactorization"]
