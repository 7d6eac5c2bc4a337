# %% [markdown]
# # The lecture: how gradient methods walk
#
# Five methods on f(x) = x² from x = 10, one step in numbers, a neuron by the chain rule, a line through five points and the
# first network. Every number is the engine's; a cell ends with what a notebook would show.

# %%
import numpy as np

import talweg

# %% [markdown]
# ## Five methods, 25 steps each
#
# The same function, the same start. The table of each run is the one of the lecture.

# %%
METHODS = {
    "gradient descent": "gd,learning_rate=0.1",
    "momentum": "momentum:classical,learning_rate=0.1,momentum=0.9",
    "AdaGrad": "adagrad,learning_rate=1,epsilon=1e-8",
    "RMSprop": "rmsprop,learning_rate=1,decay=0.9",
    "Adam": "adam,learning_rate=0.5",
}
traces = {name: talweg.trace("x^2", {"x": 10}, method, iterations=25, tolerance=0) for name, method in METHODS.items()}
for name, trace in traces.items():
    frame = trace.to_frame()
    print(f"{name:18} x after 1, 2 and 25 steps: {frame['x'][1]:.6f}  {frame['x'][2]:.6f}  {frame['x'][25]:.6f}")
traces["Adam"]

# %% [markdown]
# ## One step of Adam, in symbols and in numbers

# %%
step = talweg.explain("x^2", start={"x": 10}, optimizer="adam,learning_rate=0.5", step=1)
print(step)

# %% [markdown]
# ## A neuron, forward and backward

# %%
print(talweg.explain(neuron="x=1,-2,3 w=-3,-1,2 b=1 activation=relu optimizer=gd,learning_rate=0.01"))

# %% [markdown]
# ## A line through five points
#
# J(θ) = (1/2m) Σ (θ₀ + θ₁x − y)². The gradient is written by hand, and checked before anything is made of it.

# %%
x = np.arange(1.0, 6.0)
y = 2 * x


def cost(theta):
    error = theta[0] + theta[1] * x - y
    return error @ error / (2 * x.size), np.array([error.mean(), (error * x).mean()])


check = talweg.check_gradient(cost, [1, 1])
print(check.message, check.jac)
one_step = talweg.minimize(cost, [1, 1], method="gd,learning_rate=0.01", jac=True, options={"maxiter": 1, "tolerance": 0})
print("after one step of gradient descent:", one_step.x)
line = talweg.minimize(cost, [1, 1], jac=True)
print("at the minimum:", line.x.round(6), line.message)

# %% [markdown]
# ## The first network: one unit, mean squared error, 1,000 epochs
#
# The loop that every course shows, with the rule in the place of the framework's optimizer.

# %%
inputs, targets = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 6.0, 8.0])
weight, bias = np.array([0.5]), np.array([0.1])
optimizer = talweg.optim.SGD([weight, bias], lr=0.01)
for epoch in range(1, 1001):
    error = weight * inputs + bias - targets
    loss = (error**2).mean()
    optimizer.step([2 * (error * inputs).mean(keepdims=True), 2 * error.mean(keepdims=True)])
    if epoch % 100 == 0:
        print(f"Epoch [{epoch}/1000], loss {loss:.4f}")
print(f"weight {weight[0]:.4f}, bias {bias[0]:.4f}")

# %% [markdown]
# ## Which method when: a fair race
#
# The same starts and evaluations for all, on a curved valley.

# %%
race = talweg.compare("100*(y-x^2)^2 + (1-x)^2", ["lbfgs", "cg", "adam,learning_rate=0.05", "gd,line_search=armijo"],
                      start={"x": -1.2, "y": 1}, evaluations=300)
print(race)
race
