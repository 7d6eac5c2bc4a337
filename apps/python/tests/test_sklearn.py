"""talweg.sklearn: scikit-learn's own checks, its tools, and its figures."""
import pickle

import numpy as np
import pytest
from sklearn import datasets, linear_model
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import talweg.sklearn as ts

ESTIMATORS = [ts.LinearRegression(), ts.LogisticRegression(), ts.MLPClassifier(), ts.MLPRegressor(), ts.FTRLClassifier()]


@parametrize_with_checks(ESTIMATORS)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_the_coefficients_are_scikit_learns():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    ours, theirs = ts.LogisticRegression(C=0.5).fit(X, y), linear_model.LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-12).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-4)
    X, y = datasets.load_diabetes(return_X_y=True)
    ours, theirs = ts.LinearRegression().fit(X, y), linear_model.LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1e-8)


def test_weights_of_rows_and_classes_are_scikit_learns():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    X, w = StandardScaler().fit_transform(X), np.random.default_rng(1).integers(0, 4, y.size)
    names = np.array(["bad", "good"])[y]
    for weight in (None, "balanced", {"bad": 3}):
        ours = ts.LogisticRegression(C=0.5, class_weight=weight).fit(X, names, sample_weight=w)
        theirs = linear_model.LogisticRegression(C=0.5, class_weight=weight, solver="newton-cg", tol=1e-8).fit(X, names, sample_weight=w)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-5)
    with pytest.raises(ValueError, match="worse.*none of the classes"):
        ts.LogisticRegression(class_weight={"worse": 2}).fit(X, names)
    y = X @ np.arange(X.shape[1]) + np.random.default_rng(2).normal(size=y.size)
    ours = ts.LinearRegression().fit(X, y, sample_weight=w)
    theirs = linear_model.LinearRegression().fit(X, y, sample_weight=w)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4, atol=1e-5)
    said = [(ts.MLPClassifier((4,), max_iter=80, class_weight={"bad": weight}).fit(X, names).predict(X) == "bad").sum() for weight in (1e-6, 1, 20)]
    assert said[0] < 150 < said[1] <= said[2]


def test_sparse_input_is_the_same_model():
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 8)) * (rng.random((200, 8)) < 0.3)
    y = (X @ np.arange(8) > 0).astype(int)
    dense, sparse = ts.LogisticRegression().fit(X, y), ts.LogisticRegression().fit(csr_matrix(X), y)
    np.testing.assert_allclose(dense.coef_, sparse.coef_, atol=1e-5)
    np.testing.assert_allclose(sparse.predict_proba(X), sparse.predict_proba(csr_matrix(X)))


def test_pipelines_searches_and_processes():
    X, y = datasets.load_iris(return_X_y=True)
    pipe = make_pipeline(ColumnTransformer([("scale", StandardScaler(), [0, 1, 2, 3])]), ts.LogisticRegression())
    assert cross_val_score(pipe, X, y, cv=3, n_jobs=2).mean() > 0.9
    search = GridSearchCV(ts.MLPClassifier(max_iter=20, random_state=1), {"hidden_layer_sizes": [(4,), (16,)]}, cv=3).fit(X, y)
    assert search.best_score_ > 0.8
    copy = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(copy.predict(X), search.best_estimator_.predict(X))
    assert clone(copy).get_params() == copy.get_params()


def test_labels_of_any_kind_come_back():
    X, y = datasets.load_iris(return_X_y=True)
    names = np.array(["setosa", "versi", "virgi"], object)[y]
    for estimator in (ts.LogisticRegression(), ts.MLPClassifier(max_iter=30)):
        assert (estimator.fit(X, names).predict(X) == names).mean() > 0.9


def test_rows_learned_in_pieces_are_the_rows_of_a_stream():
    from scipy.sparse import csr_matrix

    import talweg

    rng = np.random.default_rng(0)
    X = csr_matrix(rng.normal(size=(400, 12)) * (rng.random((400, 12)) < 0.4))
    for classes in (2, 3):
        y = np.digitize(X @ np.arange(12), np.linspace(-4, 4, classes + 1)[1:-1])
        one = ts.FTRLClassifier(l1=0.1, max_iter=1, shuffle=False).fit(X, y)
        many = ts.FTRLClassifier(l1=0.1)
        for start in range(0, 400, 37):
            many.partial_fit(X[start:start + 37], y[start:start + 37], classes=np.arange(classes) if start == 0 else None)
        np.testing.assert_array_equal(many.coef_, one.coef_)
        np.testing.assert_array_equal(many.intercept_, one.intercept_)
        model = talweg.train((X, y), model="logistic" if classes == 2 else "softmax", optimizer="ftrl,l1=0.1", precision="double",
                             index_base=0)
        np.testing.assert_allclose(one.predict_proba(X), model.predict_proba((X, y)), rtol=1e-12)
        assert one.score(X, y) > 0.8 and one.coef_.shape == ((1, 12) if classes == 2 else (3, 12))


def test_what_was_learned_goes_on_after_a_pickle():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    whole, half = ts.FTRLClassifier(), ts.FTRLClassifier()
    whole.partial_fit(X, y, classes=[0, 1])
    half.partial_fit(X[:300], y[:300], classes=[0, 1])
    again = pickle.loads(pickle.dumps(half)).partial_fit(X[300:], y[300:])
    np.testing.assert_array_equal(again.coef_, whole.coef_)
    assert whole.score(X, y) > 0.95
    named = ts.FTRLClassifier(random_state=3).fit(X, np.array(["no", "yes"])[y])
    assert set(named.predict(X)) == {"no", "yes"} and named.score(X, np.array(["no", "yes"])[y]) > 0.95


@pytest.mark.parametrize("make", [ts.FTRLClassifier, ts.LogisticRegression])
def test_a_matrix_with_columns_out_of_order_is_left_as_it_is(make):
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(5)
    dense = rng.normal(size=(60, 4))
    columns = np.tile([3, 0, 2, 1], 60)
    values = dense[:, [3, 0, 2, 1]].ravel()
    shuffled = csr_matrix((values.copy(), columns.copy(), np.arange(0, 241, 4)), shape=(60, 4))
    y = (dense @ [1, -2, 1, 0.5] > 0).astype(int)
    model = make().fit(shuffled, y)
    np.testing.assert_array_equal(shuffled.indices, columns)
    np.testing.assert_array_equal(shuffled.data, values)
    np.testing.assert_array_equal(model.coef_, make().fit(csr_matrix(dense), y).coef_)


def test_a_large_penalty_leaves_weights_exactly_zero():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    counts = [(ts.FTRLClassifier(l1=l1).fit(X, y).coef_ != 0).sum() for l1 in (0.0, 20.0, 1e6)]
    assert counts[0] == 30 > counts[1] > counts[2] == 0


def test_matrix_factorization():
    pairs = [(f"u{u}", f"i{i}") for u in range(20) for i in range(10) if (u * 5 + i * 3) % 4]
    ratings = np.array([1.0 + (int(u[1:]) + int(i[1:]) ** 2) % 5 for u, i in pairs])
    model = ts.MatrixFactorization(rank=3, random_state=0).fit(pairs, ratings)
    assert model.score(pairs, ratings) > 0.3
    with pytest.raises(ValueError, match="user and item"):
        model.predict(np.zeros((3, 3)))


def test_wrong_use_is_told():
    X, y = datasets.load_iris(return_X_y=True)
    with pytest.raises(ValueError, match="C=0"):
        ts.LogisticRegression(C=0).fit(X, y)
    for settings, words in (({"alpha": -1.0}, "alpha"), ({"l1": float("nan")}, "l1"), ({"max_iter": 0}, "max_iter=0")):
        with pytest.raises(ValueError, match=words):
            ts.FTRLClassifier(**settings).fit(X, y)
    with pytest.raises(ValueError, match="first call"):
        ts.FTRLClassifier().partial_fit(X, y)
    begun = ts.FTRLClassifier().partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="label 7"):
        begun.partial_fit(X, np.full(len(X), 7))
    with pytest.raises(ValueError, match="first call"):
        begun.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="activation"):
        ts.MLPClassifier(activation="rely").fit(X, y)
    with pytest.raises(ValueError, match="adam"):
        ts.MLPClassifier(optimizer="adma").fit(X, y)
