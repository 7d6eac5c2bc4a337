# %% [markdown]
# # From a file to an explained model: handwritten digits
#
# 1,797 pictures of 8 × 8 pixels, brightness 0 to 16. The file is read, a small network trained, its errors looked at, one
# decision followed back to a weight, and the model used again from its file.

# %%
import os
import pathlib
import tempfile

import talweg

data = pathlib.Path(os.environ.get("TALWEG_DATA", "data")) / "digits.csv"
folder = pathlib.Path(tempfile.mkdtemp())

# %% [markdown]
# ## What suits these rows

# %%
print(talweg.advise(data, target="digit"))

# %% [markdown]
# ## Train
#
# A fifth of the rows is held back, and decides which epoch is kept. The same seed gives the same bytes, here and at the command
# line, on any number of threads.

# %%
model = talweg.train(data, target="digit", model="mlp:32", optimizer="adam", epochs=30, validation=0.2, seed=1)
print(model.report.message)
print("validation:", {name: round(figure, 4) for name, figure in model.report.validation.items()})
model.report  # in a notebook: the page of the run, with its curves, worst pictures and weights

# %% [markdown]
# ## How sure it is
#
# Of an empty picture, and over the file.

# %%
empty = {name: [0.0] for name in model.features}
print("an empty picture:", model.predict(empty), "with probability", model.predict_proba(empty).max().round(3))
print("on the file:", {name: round(figure, 4) for name, figure in model.evaluate(data).items()})

# %% [markdown]
# ## Why
#
# From the loss of row 17 to the weight with the largest derivative: every factor of the chain rule, with its number.

# %%
explanation = model.explain(data, row=17)
print(explanation)

# %% [markdown]
# ## A model that can be read
#
# The same rows by softmax regression: one coefficient for each pixel and class. Which pixels speak most for a 3?

# %%
linear = talweg.train(data, target="digit", model="softmax,l2=1e-3", optimizer="lbfgs", inspect=False)
table = linear.coefficients()
threes = sorted((row for row in table if row["class"] == "3"), key=lambda row: -abs(row["value"]))
for row in threes[:5]:
    print(f"{row['name']}  {row['value']:+.4f}")

# %% [markdown]
# ## Keep it

# %%
model.save(folder / "digits.talweg")
model.report.save(folder / "report.html")
again = talweg.load(folder / "digits.talweg")
assert (again.predict(data) == model.predict(data)).all()
print(sorted(path.name for path in folder.iterdir()))
