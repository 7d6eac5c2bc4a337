"""What estimators share, whatever version of scikit-learn there is."""
import numpy as np

try:  # scikit-learn 1.6 made a function of what was a method
    from sklearn.utils.validation import validate_data
except ImportError:

    def validate_data(estimator, *arrays, **checks):
        return estimator._validate_data(*arrays, **checks)


def linear_parts(core, outputs, features):
    """coef_ (outputs, features) and intercept_ (outputs) of a model without hidden layer."""
    coefficients, intercepts = np.zeros((outputs, features)), np.zeros(outputs)
    _, names, rows, constants = core.inspect(2**31 - 1)
    place = {label: k for k, label in enumerate(core.classes)} if outputs > 1 else {}
    for row in rows:
        cells = dict(zip(names, row))
        coefficients[place.get(cells.get("class"), 0), int(str(row[0])[1:])] = cells["value"]
    for label, estimate in constants:
        intercepts[place.get(label, 0)] = estimate["value"]
    return coefficients, intercepts
