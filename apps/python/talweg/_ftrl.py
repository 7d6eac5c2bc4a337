"""FTRLClassifier: logistic regression learned row by row, in one go or piece by piece."""
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from . import _core
from ._estimators import linear_parts, validate_data
from ._rows import canonical


class FTRLClassifier(ClassifierMixin, BaseEstimator):
    """Logistic regression, of more than two classes by softmax, learned row by row by FTRL-Proximal.

    Made for many sparse rows: `partial_fit` learns rows as they come, each once and in their order, with a step that
    touches their columns alone. Weights that matter little are exactly 0.

    Parameters
    ----------
    alpha, beta : float
        The rate of a coordinate is alpha / (beta + √(sum of its squared slopes)).
    l1, l2 : float
        Penalties of McMahan et al. 2013, Algorithm 1; they are of the whole sum, not of a mean.
    max_iter : int
        Passes of `fit`.
    shuffle : bool
        Rows in another order in each pass of `fit`.
    random_state : int, RandomState or None
        Of these orders; None is the seed 0.

    Attributes
    ----------
    coef_, intercept_ : ndarray, shapes (1, n_features), (1,), or with a row for each of three classes and more
    classes_ : ndarray
    """

    def __init__(self, alpha=0.1, beta=1.0, l1=1.0, l2=1.0, max_iter=10, shuffle=True, random_state=None):
        self.alpha = alpha
        self.beta = beta
        self.l1 = l1
        self.l2 = l2
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X, y):
        X, y = self._checked(X, y, reset=True)
        self._begin(np.unique(y))
        if not (isinstance(self.max_iter, (int, np.integer)) and self.max_iter >= 1):
            raise ValueError(f"max_iter={self.max_iter!r}: expected a whole number of at least 1")
        codes = np.searchsorted(self.classes_, y)
        random = check_random_state(0 if self.random_state is None else self.random_state)
        for _ in range(self.max_iter):
            order = random.permutation(X.shape[0]) if self.shuffle else slice(None)
            self._learn(X[order], codes[order])
        self.n_iter_ = int(self.max_iter)
        return self

    def partial_fit(self, X, y, classes=None):
        """Learns the rows, once each. The first call needs all `classes` that will come."""
        first = not hasattr(self, "learner_")
        X, y = self._checked(X, y, reset=first)
        if first:
            if classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            self._begin(np.unique(classes))
            self.n_iter_ = 1
        elif classes is not None and not np.array_equal(self.classes_, np.unique(classes)):
            raise ValueError(f"classes={classes!r} are not those of the first call, {self.classes_}")
        unknown = np.setdiff1d(y, self.classes_)
        if unknown.size:
            raise ValueError(f"y has the label {unknown[0]!r}, which is none of the classes {self.classes_}")
        self._learn(X, np.searchsorted(self.classes_, y))
        return self

    def decision_function(self, X):
        """Log odds of the second class, or a score for each class."""
        check_is_fitted(self, "learner_")
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        scores = np.asarray(X @ self.coef_.T + self.intercept_)
        return scores.ravel() if scores.shape[1] == 1 else scores

    def predict_proba(self, X):
        """Probabilities, shape (n_samples, n_classes), in the order of `classes_`."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            scores = np.column_stack([np.zeros_like(scores), scores])
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    def predict_log_proba(self, X):
        return np.log(self.predict_proba(X))

    def predict(self, X):
        """The most probable class of each row."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)]

    @property
    def coef_(self):
        return self._weights()[0]

    @property
    def intercept_(self):
        return self._weights()[1]

    def _checked(self, X, y, reset):
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64, reset=reset)
        check_classification_targets(y)
        return X, y

    def _begin(self, classes):
        if classes.size < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {classes[0]!r} is the one class")
        self.classes_ = classes
        self._kept = {}  # the weights after so many rows, read when they are asked for
        method = f"ftrl,alpha={float(self.alpha)!r},beta={float(self.beta)!r},l1={float(self.l1)!r},l2={float(self.l2)!r}"
        model = "logistic" if classes.size == 2 else "softmax"
        self.learner_ = _core.IncrementalModel(model, method, [str(k) for k in range(classes.size)])

    def _learn(self, X, codes):
        from scipy.sparse import csr_matrix

        rows = canonical(csr_matrix(X))
        self.learner_.learn(codes, rows.indptr, rows.indices, rows.data, rows.shape[1])

    def _weights(self):
        """(coef_, intercept_) as they are now."""
        check_is_fitted(self, "learner_")
        if self._kept.get("rows") != self.learner_.rows:
            outputs = 1 if self.classes_.size == 2 else self.classes_.size
            self._kept["parts"] = linear_parts(self.learner_.model(), outputs, self.n_features_in_)
            self._kept["rows"] = self.learner_.rows
        return self._kept["parts"]
