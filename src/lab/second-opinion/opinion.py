"""A second opinion on the closed forms and the fits, from programs that nobody here wrote.

Reads one JSON object from the first argument and prints another with the same keys: for every case
under a key, the figures that pyqueueing, erlanglib (Erlang's formulas term by term in decimals of a
thousand digits) and SciPy give for it, by name. Rates are per one unit of time. The keys:

    loss         servers, offeredLoad
    delay        arrivalRate, serviceRate, servers, time
    impatient    arrivalRate, serviceRate, patienceRate, servers
    bounded      arrivalRate, serviceRate, servers, backlog
    single       arrivalRate, meanService, serviceScv
    retrial      arrivalRate, serviceRate, retryRate
    offeredLoad  mean, amplitude, angularRate, serviceRate, startLoad, times
    fluid        mean, amplitude, servers, serviceRate, patienceRate, retryShare, retryRate, times
    scalability  concurrency, throughput, standardError (or null)
    proportion   successes, trials, confidence
    lifetimes    times, observed
    values       values
"""

import json
import sys

import erlanglib
import numpy as np
import pyqueueing
import scipy
from scipy import integrate, optimize, stats


def loss(case):
    servers, load = case["servers"], case["offeredLoad"]
    found = {
        "pyqueueing": pyqueueing.ErlangB(load, 1, servers).prob_block(),
        # Erlang B is a Poisson distribution cut off at the number of servers.
        "scipy": stats.poisson.pmf(servers, load) / stats.poisson.cdf(servers, load),
    }
    if servers <= 200:
        found["erlanglib"] = erlanglib.erlang_b(servers, load)
    return found


def delay(case):
    rate, service, servers = case["arrivalRate"], case["serviceRate"], case["servers"]
    queue = pyqueueing.MMC(rate, service, servers)
    found = {
        "delayProbability": queue.prob_wait(),
        "meanWait": queue.mean_wait(),
        "meanInQueue": queue.mean_queue_length(),
        "meanInSystem": queue.mean_system_size(),
        "emptyProbability": queue.prob_n(0),
        "waitCdf": queue.wait_time_cdf(case["time"]),
    }
    if servers <= 200:
        found["erlanglib"] = erlanglib.erlang_c(servers, rate / service)
    return found


def impatient(case):
    queue = pyqueueing.ErlangA(
        case["arrivalRate"], case["serviceRate"], case["servers"], case["patienceRate"]
    )
    return {
        "abandonShare": queue.prob_abandon(),
        "delayProbability": queue.prob_wait(),
        "meanInQueue": queue.mean_queue_length(),
        "meanWait": queue.mean_wait(),
        "utilisation": queue.utilization(),
    }


def bounded(case):
    servers = case["servers"]
    queue = pyqueueing.MMcK(
        case["arrivalRate"], case["serviceRate"], servers, servers + case["backlog"]
    )
    return {
        "refusedShare": queue.prob_block(),
        "meanInQueue": queue.mean_queue_length(),
        "meanWait": queue.mean_wait(),
        "utilisation": queue.utilization(),
    }


def single(case):
    queue = pyqueueing.MG1(
        case["arrivalRate"], 1 / case["meanService"], service_cv=case["serviceScv"] ** 0.5
    )
    return {"meanWait": queue.mean_wait()}


def retrial(case):
    """The chain of (server busy or not, number in orbit), cut off far out, solved as equations."""
    rate, service, retry = case["arrivalRate"], case["serviceRate"], case["retryRate"]
    room = 250
    flow = np.zeros((2 * room, 2 * room))
    for n in range(room):
        idle, busy = 2 * n, 2 * n + 1
        flow[idle, busy] += rate
        flow[busy, idle] += service
        if n > 0:
            flow[idle, busy - 2] += n * retry
        if n + 1 < room:
            flow[busy, busy + 2] += rate
    balance = flow.T - np.diag(flow.sum(axis=1))
    balance[0, :] = 1
    shares = np.linalg.solve(balance, np.eye(2 * room)[0])
    return {"meanInOrbit": float(shares @ np.repeat(np.arange(room), 2))}


def path(slope, start, times):
    solved = integrate.solve_ivp(
        slope, (0, times[-1]), start, method="DOP853", t_eval=times, rtol=1e-11, atol=1e-11,
        max_step=0.01,
    )
    return solved.y


def offered_load(case):
    def slope(t, m):
        rate = case["mean"] + case["amplitude"] * np.sin(case["angularRate"] * t)
        return rate - case["serviceRate"] * m

    return {"load": path(slope, [case["startLoad"]], case["times"])[0].tolist()}


def fluid(case):
    def slope(t, state):
        inside, orbit = state
        rate = case["mean"] + case["amplitude"] * np.sin(t)
        leaving = case["patienceRate"] * max(0, inside - case["servers"])
        retries = case["retryRate"] * orbit
        served = case["serviceRate"] * min(inside, case["servers"])
        return [rate - served - leaving + retries, case["retryShare"] * leaving - retries]

    inside, orbit = path(slope, [0, 0], case["times"])
    return {"inside": inside.tolist(), "orbit": orbit.tolist()}


def scalability(case):
    def law(n, unit, contention, coherency):
        return unit * n / (1 + contention * (n - 1) + coherency * n * (n - 1))

    n, x, errors = np.array(case["concurrency"]), case["throughput"], case["standardError"]
    point, covariance = optimize.curve_fit(
        law, n, x, p0=[x[0] / n[0], 0.01, 1e-3], sigma=errors, absolute_sigma=errors is not None,
        xtol=1e-14, ftol=1e-14, gtol=1e-14,
    )
    return {"point": point.tolist(), "errors": np.sqrt(np.diag(covariance)).tolist()}


def proportion(case):
    test = stats.binomtest(case["successes"], case["trials"])
    exact = test.proportion_ci(case["confidence"], "exact")
    wilson = test.proportion_ci(case["confidence"], "wilson")
    return {"clopperPearson": [exact.low, exact.high], "wilson": [wilson.low, wilson.high]}


def closest(function, start, args=(), disp=0):
    return optimize.fmin(
        function, start, args=args, xtol=1e-12, ftol=1e-13, maxiter=20000, maxfun=20000, disp=0
    )


FAMILIES = {
    "exponential": stats.expon,
    "weibull": stats.weibull_min,
    "lognormal": stats.lognorm,
    "gamma": stats.gamma,
}


def parameters(name, frozen, fitted):
    if name == "weibull":
        return {"shape": fitted[0], "scale": fitted[2]}
    mean = frozen.mean()
    return {"mean": mean} if name == "exponential" else {"mean": mean, "cv": frozen.std() / mean}


def lifetimes(case):
    times, observed = np.array(case["times"]), np.array(case["observed"])
    data = stats.CensoredData.right_censored(times, ~observed)
    survival = stats.ecdf(data).sf
    band = survival.confidence_interval(0.95, method="log-log")
    found = {
        "times": survival.quantiles.tolist(),
        "survival": survival.probabilities.tolist(),
        "low": band.low.probabilities.tolist(),
        "high": band.high.probabilities.tolist(),
        "fits": {},
    }
    for name, family in FAMILIES.items():
        fitted = family.fit(data, floc=0, optimizer=closest)
        frozen = family(*fitted)
        likelihood = frozen.logpdf(times[observed]).sum() + frozen.logsf(times[~observed]).sum()
        found["fits"][name] = {
            "logLikelihood": likelihood, "parameters": parameters(name, frozen, fitted)
        }
    return found


def values(case):
    x = np.array(case["values"])
    found = {}
    for name, family in FAMILIES.items():
        fitted = family.fit(x, floc=0, optimizer=closest)
        frozen = family(*fitted)
        found[name] = {
            "logLikelihood": frozen.logpdf(x).sum(),
            "distance": stats.kstest(x, frozen.cdf).statistic,
            "parameters": parameters(name, frozen, fitted),
        }
    return found


KINDS = {
    "loss": loss, "delay": delay, "impatient": impatient, "bounded": bounded, "single": single,
    "retrial": retrial, "offeredLoad": offered_load, "fluid": fluid, "scalability": scalability,
    "proportion": proportion, "lifetimes": lifetimes, "values": values,
}


def main():
    request = json.loads(sys.argv[1])
    answer = {kind: [KINDS[kind](case) for case in cases] for kind, cases in request.items()}
    answer["versions"] = {"scipy": scipy.__version__, "pyqueueing": pyqueueing.__version__}
    print(json.dumps(answer, default=float))


main()
