"""The statistics of the judgement once more, as plain loops over people and groups."""

import itertools
import math


def fit_logistic(rows, y, ridge):
    """Newton's method on plain lists: rows of covariates, 0/1 outcomes, one ridge per column."""
    k = len(rows[0])
    beta = [0.0] * k
    for _ in range(40):
        slope = [-ridge[j] * beta[j] for j in range(k)]
        curve = [[ridge[j] if j == i else 0.0 for j in range(k)] for i in range(k)]
        for x, answer in zip(rows, y, strict=True):
            p = 1 / (1 + math.exp(-sum(a * b for a, b in zip(x, beta, strict=True))))
            for i in range(k):
                slope[i] += (answer - p) * x[i]
                for j in range(k):
                    curve[i][j] += p * (1 - p) * x[i] * x[j]
        step = _solve(curve, slope)
        beta = [b + s for b, s in zip(beta, step, strict=True)]
    return beta


def crossed_effects(eta, y, sender, recipient):
    """Step 2 as the method page writes it, with dictionaries; returns p0, p1, var_c, var_b."""
    c, b = dict.fromkeys(sender, 0.0), dict.fromkeys(recipient, 0.0)
    var_c, var_b = 0.10, 0.30
    for _ in range(4):
        with_b = [h + b[r] for h, r in zip(eta, recipient, strict=True)]
        c, var_c = _one_side(with_b, y, sender, c, (var_c, 0.005))
        with_c = [h + c[s] for h, s in zip(eta, sender, strict=True)]
        b, var_b = _one_side(with_c, y, recipient, b, (var_b, 0.01))
    p0 = [_expit(h + c[s]) for h, s in zip(eta, sender, strict=True)]
    p1 = [_expit(h + c[s] + b[r]) for h, s, r in zip(eta, sender, recipient, strict=True)]
    return p0, p1, var_c, var_b


def between_variance(effect, variance, team):
    """DerSimonian-Laird within teams."""
    q, c, n, groups = 0.0, 0.0, len(effect), sorted(set(team))
    for g in groups:
        rows = [i for i in range(n) if team[i] == g]
        a = [1 / variance[i] for i in rows]
        mean = sum(w * effect[i] for w, i in zip(a, rows, strict=True)) / sum(a)
        q += sum(w * (effect[i] - mean) ** 2 for w, i in zip(a, rows, strict=True))
        c += sum(a) - sum(w * w for w in a) / sum(a)
    return max(0.0, (q - (n - len(groups))) / c) if c > 0 else 0.0


def contrast(effect, weight, spread, inside):
    """Theta and V of one group; `inside` is a set of rows."""
    theta, variance = [], []
    for rows in (inside, set(range(len(effect))) - set(inside)):
        total = sum(weight[i] for i in rows)
        theta.append(sum(weight[i] * effect[i] for i in rows) / total)
        variance.append(sum(weight[i] ** 2 * spread[i] for i in rows) / total**2)
    return theta[0] - theta[1], sum(variance)


def every_assignment(effect, weight, spread, inside, strata):
    """Theta and V of one group under every exchange of people within strata."""
    cells = [[i for i in range(len(effect)) if strata[i] == s] for s in sorted(set(strata))]
    results = []
    for orders in itertools.product(*(itertools.permutations(cell) for cell in cells)):
        place = list(range(len(effect)))
        for cell, order in zip(cells, orders, strict=True):
            for target, source in zip(cell, order, strict=True):
                place[target] = source
        moved = [[column[p] for p in place] for column in (effect, weight, spread)]
        results.append(contrast(*moved, inside))
    return results


def family(theta, variance, theta_b, variance_b, extra):
    """Step 7 for lists [group] and [group][draw]: t, p_low, p_high, p_family."""
    n_groups, draws = len(theta), len(theta_b[0])
    t, t_b = [], []
    for u in range(n_groups):
        mean = sum(theta_b[u]) / draws
        z = [(x - mean) / math.sqrt(v) for x, v in zip(theta_b[u], variance_b[u], strict=True)]
        z_mean = sum(z) / draws
        s = math.sqrt(sum((x - z_mean) ** 2 for x in z) / draws)
        t_b.append([x / s for x in z])
        t.append((theta[u] - mean) / (s * math.sqrt(variance[u] + extra)))
    largest = [max(abs(t_b[u][b]) for u in range(n_groups)) for b in range(draws)]
    p_low = [(1 + sum(x <= t[u] + 1e-12 for x in t_b[u])) / (draws + 1) for u in range(n_groups)]
    p_high = [(1 + sum(x >= t[u] - 1e-12 for x in t_b[u])) / (draws + 1) for u in range(n_groups)]
    p_family = [(1 + sum(x >= abs(t[u]) for x in largest)) / (draws + 1) for u in range(n_groups)]
    return t, p_low, p_high, p_family


def benjamini_hochberg(p):
    """Smallest false discovery rate at which each hypothesis is rejected, by definition."""
    order = sorted(p)
    m = len(p)
    return [
        min(min(1.0, order[k] * m / (k + 1)) for k in range(m) if order[k] >= value) for value in p
    ]


def paule_mandel(effect, se):
    """tau^2 by a fine scan instead of bisection."""
    best, step, tau2 = 0.0, 1.0, 0.0
    while step > 1e-10:
        while _generalised_q(effect, se, tau2 + step) > len(effect) - 1:
            tau2 += step
        best, step = tau2, step / 10
    return best if _generalised_q(effect, se, 0.0) > len(effect) - 1 else 0.0


def _generalised_q(effect, se, tau2):
    weight = [1 / (s * s + tau2) for s in se]
    mean = sum(w * e for w, e in zip(weight, effect, strict=True)) / sum(weight)
    return sum(w * (e - mean) ** 2 for w, e in zip(weight, effect, strict=True))


def _one_side(eta, y, key, own, variance_floor):
    variance, floor = variance_floor
    info, excess = dict.fromkeys(own, 0.0), dict.fromkeys(own, 0.0)
    for h, answer, k in zip(eta, y, key, strict=True):
        p = _expit(h + own[k])
        info[k] += p * (1 - p)
        excess[k] += answer - p
    new = {k: own[k] + (excess[k] - own[k] / variance) / (info[k] + 1 / variance) for k in own}
    mean = sum(new.values()) / len(new)
    new = {k: value - mean for k, value in new.items()}
    second = sum(new[k] ** 2 + 1 / (info[k] + 1 / variance) for k in new) / len(new)
    return new, max(floor, second)


def _expit(x):
    return 1 / (1 + math.exp(-x))


def _solve(matrix, right):
    """Gaussian elimination."""
    n = len(right)
    rows = [[*matrix[i], right[i]] for i in range(n)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [rows[i][n] / rows[i][i] for i in range(n)]
