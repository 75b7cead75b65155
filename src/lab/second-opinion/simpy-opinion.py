"""A second opinion on two queues, from a simulator that nobody here wrote (SimPy).

Reads one JSON object from the first argument or from standard input and prints another:

    {"seed": 1, "batches": 30,
     "impatient": {"arrivalRate", "serviceRate", "patienceRate", "servers", "customers"},
     "tandem": {"arrivalRate", "first": {"servers", "backlog", "serviceRate"},
                "second": {"servers", "serviceRate"}, "customers"}}

    {"simpy": "4.1.2",
     "impatient": {"wait": {"mean", "standardError"}, "abandonShare": ..., "utilisation": ...},
     "tandem": {"refusedShare": ..., "firstWait": ..., "firstUtilisation": ...,
                "secondWait": ..., "secondUtilisation": ...}}

Rates are per one unit of time, waits in that unit; all times are exponential. Standard errors are
those of batch means; a twentieth of each run is thrown away, as it starts empty. `wait` is that of
all, those who gave up included; `firstWait` that of those who were let in.
"""

import json
import random
import sys

import simpy

WARM_UP_SHARE = 0.05


class Tally:
    """Sums over equal stretches of time, in batches after the warm-up."""

    def __init__(self, until, batches):
        self.start = until * WARM_UP_SHARE
        self.length = (until - self.start) / batches
        self.sums = [0.0] * batches

    def add(self, at, amount):
        batch = int((at - self.start) // self.length)
        if 0 <= batch < len(self.sums):
            self.sums[batch] += amount

    def add_span(self, since, to):
        """Adds the length of a span of time to the batches that it runs through."""
        at = max(since, self.start)
        while at < to:
            batch = int((at - self.start) // self.length)
            if batch >= len(self.sums):
                return
            end = min(to, self.start + (batch + 1) * self.length)
            # Rounding may put a boundary on the wrong side of itself.
            end = end if end > at else to
            self.sums[batch] += end - at
            at = end


def estimate(values):
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return {"mean": mean, "standardError": (variance / len(values)) ** 0.5}


def ratio(above, below):
    return estimate([a / b for a, b in zip(above.sums, below.sums)])


def share_of(busy, servers):
    return estimate([total / (servers * busy.length) for total in busy.sums])


def impatient(given, batches, rng):
    """M/M/c with exponential patience (Erlang A)."""
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=given["servers"])
    until = given["customers"] / given["arrivalRate"]
    arrived, waited, left, busy = (Tally(until, batches) for _ in range(4))

    def customer():
        came = env.now
        arrived.add(came, 1)
        with servers.request() as turn:
            patience = env.timeout(rng.expovariate(given["patienceRate"]))
            yield turn | patience
            waited.add(came, env.now - came)
            if not turn.triggered:
                left.add(came, 1)
                return
            began = env.now
            yield env.timeout(rng.expovariate(given["serviceRate"]))
            busy.add_span(began, env.now)

    def source():
        while True:
            yield env.timeout(rng.expovariate(given["arrivalRate"]))
            env.process(customer())

    env.process(source())
    env.run(until=until)
    return {
        "wait": ratio(waited, arrived),
        "abandonShare": ratio(left, arrived),
        "utilisation": share_of(busy, given["servers"]),
    }


def tandem(given, batches, rng):
    """Two stations in series; who finds the first one's backlog full is refused and goes away."""
    env = simpy.Environment()
    first, second = given["first"], given["second"]
    front = simpy.Resource(env, capacity=first["servers"])
    back = simpy.Resource(env, capacity=second["servers"])
    until = given["customers"] / given["arrivalRate"]
    arrived, refused, admitted, passed = (Tally(until, batches) for _ in range(4))
    first_wait, second_wait, first_busy, second_busy = (Tally(until, batches) for _ in range(4))

    def visit(station, rate, wait, busy):
        came = env.now
        with station.request() as turn:
            yield turn
            wait.add(came, env.now - came)
            began = env.now
            yield env.timeout(rng.expovariate(rate))
            busy.add_span(began, env.now)

    def customer():
        came = env.now
        arrived.add(came, 1)
        if front.count == front.capacity and len(front.queue) >= first["backlog"]:
            refused.add(came, 1)
            return
        admitted.add(came, 1)
        yield from visit(front, first["serviceRate"], first_wait, first_busy)
        passed.add(env.now, 1)
        yield from visit(back, second["serviceRate"], second_wait, second_busy)

    def source():
        while True:
            yield env.timeout(rng.expovariate(given["arrivalRate"]))
            env.process(customer())

    env.process(source())
    env.run(until=until)
    return {
        "refusedShare": ratio(refused, arrived),
        "firstWait": ratio(first_wait, admitted),
        "firstUtilisation": share_of(first_busy, first["servers"]),
        "secondWait": ratio(second_wait, passed),
        "secondUtilisation": share_of(second_busy, second["servers"]),
    }


def main():
    given = json.loads(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.read())
    batches = given["batches"]
    json.dump(
        {
            "simpy": simpy.__version__,
            "impatient": impatient(given["impatient"], batches, random.Random(given["seed"])),
            "tandem": tandem(given["tandem"], batches, random.Random(given["seed"] + 1)),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
