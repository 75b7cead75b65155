// Made by "npm run bundle" of scenarios/k6/surge.ts.
import crypto from "k6/crypto";
import { SharedArray } from "k6/data";
import exec from "k6/execution";
import http from "k6/http";
import { sleep } from "k6";
import { Counter } from "k6/metrics";
import { clearTimeout, setTimeout } from "k6/timers";
// src/engine/k6/points.ts
const metrics = {
	visitors: "dambreak_visitors",
	waits: "dambreak_waits",
	etaErrors: "dambreak_eta_errors",
	requests: "dambreak_requests",
	services: "dambreak_services",
	connects: "dambreak_connects",
	gateCalls: "dambreak_gate_calls",
	lateness: "dambreak_lateness",
	findings: "dambreak_findings",
	answerFaults: "dambreak_answer_faults",
	droppedCookies: "dambreak_dropped_cookies",
	runners: "dambreak_runners"
};
// src/engine/client/well-known.ts
const wellKnownPath = "/.well-known/dambreak.json";
const consentField = "authorisationSha256";
const isHash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/i.test(value);
function readPublished(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		return { kind: "unreadable" };
	}
	if (typeof value !== "object" || value === null) return { kind: "unreadable" };
	const fields = new Map(Object.entries(value));
	const stated = fields.get(consentField);
	const list = Array.isArray(stated) ? stated : [stated];
	if (stated !== void 0 && list.every(isHash)) return {
		kind: "hashes",
		hashes: list.map((hash) => hash.toLowerCase())
	};
	const isPlain = fields.has("authorisation") || fields.has("authorisations");
	return { kind: stated === void 0 && isPlain ? "plainCode" : "unreadable" };
}
// src/engine/k6/script/consent.ts
function refusalOf({ expectedSha256, givenSha256, ask }) {
	if (expectedSha256 === null) return "NoAuthorisation";
	if (givenSha256 === null) return "CodeNotGiven";
	if (givenSha256 !== expectedSha256) return "CodeNotOfScenario";
	const { status, body } = ask();
	if (status !== 200) return "NotServed";
	const published = readPublished(typeof body === "string" ? body : "");
	if (published.kind === "plainCode") return "PlainCode";
	if (published.kind === "unreadable") return "NotConsent";
	return published.hashes.includes(expectedSha256) ? null : "OtherCode";
}
// src/core/units.ts
const secToMs = (sec) => sec * 1e3;
const msToSec = (ms) => ms / 1e3;
const msToUs = (ms) => ms * 1e3;
const perSecToPerMs = (perSec) => perSec / 1e3;
// src/core/chance.ts
const streams = {
	arrivalTime: 1,
	arrivalCount: 2,
	patience: 3,
	failOpen: 4,
	bypass: 5,
	retryDelay: 6,
	reenter: 7,
	reenterDelay: 8,
	think: 9,
	service: 10,
	poll: 11,
	offer: 12,
	door: 13,
	comeBack: 14,
	comeBackDelay: 15,
	parameter: 16,
	closedPages: 17,
	birthYear: 18,
	personData: 19,
	bundle: 20,
	journey: 21,
	fitNoise: 24,
	ensemble: 27,
	ensembleScreen: 28,
	logSample: 30,
	replication: 40,
	comparison: 41,
	test: 99
};
function mix(value) {
	let x = value | 0;
	x = Math.imul(x ^ x >>> 16, 569420461);
	x = Math.imul(x ^ x >>> 15, 1935289751);
	return x ^ x >>> 15;
}
function streamKey(seed, stream) {
	return mix(mix(seed) ^ Math.imul(stream, 2654435761));
}
function uniform(key, entity, k = 0) {
	return ((mix((mix(key + Math.imul(entity, 2246822507)) ^ Math.imul(k + 1, 3266489909)) + key) >>> 0) + .5) * 23283064365386963e-26;
}
// src/engine/k6/stages.ts
const timeUnitSec = 1e8;
const spare = .4;
const iterationLeadMs = 1e3;
function iterationStages(arrivals, n) {
	if (n === 1) return arrivals;
	const leadTarget = Math.round(secToMs((n - 1 + spare / 2) / n * timeUnitSec) / iterationLeadMs);
	const targetOf = (target) => Math.round(target / n);
	return {
		...arrivals,
		startTarget: leadTarget,
		stages: [
			{
				target: leadTarget,
				durationMs: iterationLeadMs
			},
			{
				target: targetOf(arrivals.startTarget),
				durationMs: 0
			},
			...arrivals.stages.map((stage) => ({
				...stage,
				target: targetOf(stage.target)
			}))
		]
	};
}
var StageClock = class {
	pieces;
	count;
	total;
	durationMs;
	constructor({ startTarget, stages, timeUnitSec: unitSec }) {
		this.pieces = new Float64Array(stages.length * WIDTH);
		let visitors = 0;
		let ms = 0;
		let perMs = perSecToPerMs(startTarget / unitSec);
		let count = 0;
		for (const { target, durationMs } of stages) {
			const toPerMs = perSecToPerMs(target / unitSec);
			if (durationMs > 0) {
				this.pieces.set([
					visitors,
					ms,
					perMs,
					toPerMs,
					durationMs
				], count * WIDTH);
				count++;
				visitors += (perMs + toPerMs) / 2 * durationMs;
				ms += durationMs;
			}
			perMs = toPerMs;
		}
		this.count = count;
		this.total = visitors;
		this.durationMs = ms;
	}
	atMs(n) {
		const { pieces } = this;
		let low = 0;
		let high = this.count - 1;
		while (low < high) {
			const middle = low + high + 1 >> 1;
			if (pieces[middle * WIDTH] < n + 1) low = middle;
			else high = middle - 1;
		}
		const [visitors = 0, ms = 0, fromPerMs = 0, toPerMs = 0, durationMs = 0] = pieces.subarray(low * WIDTH, (low + 1) * WIDTH);
		if (durationMs === 0) return 0;
		const more = n + 1 - visitors;
		const slope = (toPerMs - fromPerMs) / durationMs;
		const root = Math.sqrt(Math.max(0, fromPerMs * fromPerMs + 2 * slope * more));
		return ms + Math.min(durationMs, 2 * more / Math.max(1e-300, fromPerMs + root));
	}
};
const WIDTH = 5;
// src/engine/k6/script/options.ts
const maxDroppedShare = .005;
const drainMs = 6e4;
const leadMsOf = ({ visitorsPerVu }) => visitorsPerVu > 1 ? iterationLeadMs : 0;
function optionsOf(data, { stages, hosts }) {
	return {
		...stages === null ? {} : runOptions(data, iterationStages(stages, data.visitorsPerVu)),
		...Object.keys(hosts).length === 0 ? {} : { hosts }
	};
}
function runOptions(data, arrivals) {
	const { visitorsPerVu, vus, startsAtMs, window } = data;
	const iterations = Math.ceil(data.arrivals.visitors / visitorsPerVu);
	const stagesMs = arrivals.stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
	const leftMs = Math.max(0, window.endsAtMs - startsAtMs - stagesMs);
	return {
		systemTags: [],
		noVUConnectionReuse: true,
		maxRedirects: 0,
		setupTimeout: "48h",
		summaryTrendStats: [
			"avg",
			"med",
			"p(95)",
			"p(99)",
			"max"
		],
		scenarios: { surge: {
			executor: "ramping-arrival-rate",
			exec: "default",
			timeUnit: `${arrivals.timeUnitSec}s`,
			startRate: arrivals.startTarget,
			stages: arrivals.stages.map(({ target, durationMs }) => ({
				target,
				duration: `${durationMs}ms`
			})),
			preAllocatedVUs: vus.atOnce,
			maxVUs: vus.most,
			gracefulStop: `${Math.ceil(leftMs + drainMs)}ms`
		} },
		thresholds: { dropped_iterations: [`count<=${Math.floor(iterations * maxDroppedShare / data.parts)}`] }
	};
}
// src/core/special.ts
const lanczos = [
	.9999999999998099,
	676.5203681218851,
	-1259.1392167224028,
	771.3234287776531,
	-176.6150291621406,
	12.507343278686905,
	-.13857109526572012,
	9984369578019572e-21,
	1.5056327351493116e-7
];
function logGamma(x) {
	if (x < .5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
	const z = x - 1;
	let sum = lanczos[0];
	for (let i = 1; i < lanczos.length; i++) sum += (lanczos[i] ?? 0) / (z + i);
	const t = z + 7.5;
	return .5 * Math.log(2 * Math.PI) + (z + .5) * Math.log(t) - t + Math.log(sum);
}
function incompleteGamma(a, x, logGammaA) {
	if (x <= 0) return [0, 1];
	const front = Math.exp(a * Math.log(x) - x - logGammaA);
	if (x < a + 1) {
		let term = 1 / a;
		let sum = term;
		for (let n = 1; term > sum * 1e-17; n++) {
			term *= x / (a + n);
			sum += term;
		}
		const p = front * sum;
		return [p, 1 - p];
	}
	let b = x + 1 - a;
	let c = 1e300;
	let d = 1 / b;
	let h = d;
	for (let i = 1; i < 1e5; i++) {
		const an = -i * (i - a);
		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		const delta = c * d;
		h *= delta;
		if (Math.abs(delta - 1) < 1e-16) break;
	}
	const q = front * h;
	return [1 - q, q];
}
function normalQuantile(u) {
	const q = u - .5;
	if (Math.abs(q) <= .425) return q * central(.180625 - q * q);
	const r = Math.sqrt(-Math.log(q < 0 ? u : 1 - u));
	const z = r <= 5 ? nearTail(r - 1.6) : farTail(r - 5);
	return q < 0 ? -z : z;
}
function central(r) {
	return (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r + 13731.69376550946) * r + 1971.5909503065513) * r + 133.14166789178438) * r + 3.3871328727963665) / (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r + 5394.196021424751) * r + 687.1870074920579) * r + 42.31333070160091) * r + 1);
}
function nearTail(r) {
	return (((((((.0007745450142783414 * r + .022723844989269184) * r + .2417807251774506) * r + 1.2704582524523684) * r + 3.6478483247632045) * r + 5.769497221460691) * r + 4.630337846156546) * r + 1.4234371107496835) / (((((((1.0507500716444169e-9 * r + .0005475938084995345) * r + .015198666563616457) * r + .14810397642748008) * r + .6897673349851) * r + 1.6763848301838038) * r + 2.053191626637759) * r + 1);
}
function farTail(r) {
	return (((((((2.0103343992922881e-7 * r + 27115555687434876e-21) * r + .0012426609473880784) * r + .026532189526576124) * r + .29656057182850487) * r + 1.7848265399172913) * r + 5.463784911164114) * r + 6.657904643501103) / (((((((20442631033899397e-31 * r + 1.421511758316446e-7) * r + 18463183175100548e-21) * r + .0007868691311456133) * r + .014875361290850615) * r + .1369298809227358) * r + .599832206555888) * r + 1);
}
// src/core/distribution.ts
function tabulatedQuantileOf(dist) {
	switch (dist.dist) {
		case "exponential":
		case "lognormal": return scaledTable({
			...dist,
			mean: 1
		}, dist.mean);
		case "weibull": return scaledTable({
			...dist,
			scale: 1
		}, dist.scale);
		default: return quantileOf(dist);
	}
}
const unitTables = new Map();
const maxUnitTables = 64;
function scaledTable(unit, scale) {
	const key = JSON.stringify(unit);
	let tables = unitTables.get(key);
	if (tables === void 0) {
		const exact = quantileOf(unit);
		tables = {
			lower: new Float64Array(tableLength),
			upper: new Float64Array(tableLength)
		};
		for (let j = 0; j < tableLength; j++) {
			const tail = Math.min(.5, tailAt(j));
			tables.lower[j] = exact(tail);
			tables.upper[j] = exact(1 - tail);
		}
		if (unitTables.size === maxUnitTables) unitTables.clear();
		unitTables.set(key, tables);
	}
	return tableQuantile(tables.lower, tables.upper, scale);
}
function quantileOf(dist) {
	switch (dist.dist) {
		case "constant": {
			const { value } = dist;
			return () => value;
		}
		case "exponential": {
			const { mean } = dist;
			return (u) => -mean * Math.log1p(-u);
		}
		case "uniform": {
			const { low } = dist;
			const width = dist.high - dist.low;
			return (u) => low + width * u;
		}
		case "weibull": {
			const { scale } = dist;
			const power = 1 / dist.shape;
			return (u) => scale * Math.pow(-Math.log1p(-u), power);
		}
		case "lognormal": {
			const variance = Math.log1p(dist.cv * dist.cv);
			const sigma = Math.sqrt(variance);
			const mu = Math.log(dist.mean) - variance / 2;
			return (u) => Math.exp(mu + sigma * normalQuantile(u));
		}
		case "empirical": return empiricalQuantile(dist.values);
		case "erlang": return dist.shape === 1 ? quantileOf({
			dist: "exponential",
			mean: dist.mean
		}) : gammaQuantile(dist.shape, dist.mean);
		case "gamma": return gammaQuantile(1 / (dist.cv * dist.cv), dist.mean);
	}
}
function solvedQuantileOf(dist) {
	if (dist.dist !== "gamma" && (dist.dist !== "erlang" || dist.shape === 1)) return quantileOf(dist);
	const shape = dist.dist === "gamma" ? 1 / (dist.cv * dist.cv) : dist.shape;
	if (shape > nearlyNormalShape) return nearlyNormalGamma(shape, dist.mean);
	const scale = dist.mean / shape;
	const logGammaA = logGamma(shape);
	const start = Math.log(shape);
	return (u) => {
		const side = u >= .5 ? 1 : 0;
		const tail = Math.max(smallestTail, side === 1 ? 1 - u : u);
		return scale * Math.exp(solveTail({
			shape,
			logGammaA,
			tail,
			side
		}, start));
	};
}
function empiricalQuantile(values) {
	const sorted = Float64Array.from(values).sort();
	const last = sorted.length - 1;
	return (u) => sorted[Math.min(last, Math.floor(u * sorted.length))] ?? 0;
}
const nearlyNormalShape = 1e4;
function gammaQuantile(shape, mean) {
	if (shape > nearlyNormalShape) return nearlyNormalGamma(shape, mean);
	const { lower, upper } = gammaTables(shape, mean / shape);
	return tableQuantile(lower, upper);
}
function tableQuantile(lower, upper, scale = 1) {
	return (u) => {
		const isUpper = u >= .5;
		const table = isUpper ? upper : lower;
		const tail = Math.max(smallestTail, isUpper ? 1 - u : u);
		const octave = Math.clz32(tail * 4294967296);
		const place = (tail * (octaveScale[octave] ?? 0) - 1) * perOctave;
		const cell = Math.trunc(place);
		const j = (octaves - 1 - octave) * perOctave + cell;
		const from = table[j] ?? 0;
		return scale * (from + (place - cell) * ((table[j + 1] ?? 0) - from));
	};
}
function nearlyNormalGamma(shape, mean) {
	const skewness = 2 / Math.sqrt(shape);
	const excess = 6 / shape;
	const cv = 1 / Math.sqrt(shape);
	return (u) => {
		const z = normalQuantile(u);
		const w = z + skewness * (z * z - 1) / 6 + excess * z * (z * z - 3) / 24 - skewness * skewness * z * (2 * z * z - 5) / 36;
		return mean * (1 + cv * w);
	};
}
const octaves = 33;
const perOctave = 128;
const smallestTail = 2 ** -33;
const octaveScale = Float64Array.from({ length: octaves }, (_, e) => 2 ** (e + 1));
const tableLength = 4098;
function tailAt(j) {
	return 2 ** (Math.floor(j / perOctave) - octaves) * (1 + j % perOctave / perOctave);
}
function gammaTables(shape, scale) {
	const lower = new Float64Array(tableLength);
	const upper = new Float64Array(tableLength);
	const logGammaA = logGamma(shape);
	const half = 4096;
	let below = Math.log(Math.max(shape, 1e-300));
	let above = below;
	for (let j = half; j >= 0; j--) {
		const tail = tailAt(j);
		below = solveTail({
			shape,
			logGammaA,
			tail,
			side: 0
		}, below);
		above = j === half ? below : solveTail({
			shape,
			logGammaA,
			tail,
			side: 1
		}, above);
		lower[j] = scale * Math.exp(below);
		upper[j] = Math.max(j === half ? 0 : upper[j + 1] ?? 0, scale * Math.exp(above));
		if (j < half) lower[j] = Math.min(lower[j] ?? 0, lower[j + 1] ?? 0);
	}
	lower[4097] = lower[half] ?? 0;
	upper[4097] = upper[half] ?? 0;
	return {
		lower,
		upper
	};
}
function solveTail({ shape, logGammaA, tail, side }, start) {
	const goal = Math.log(tail);
	const smallest = (goal + logGammaA + Math.log(shape)) / shape;
	if (side === 0 && smallest < -700) return smallest;
	let low = -745;
	let high = Math.log(shape + 40 * Math.sqrt(shape) + 800);
	let y = Math.min(high, Math.max(low, start));
	for (let i = 0; i < 200; i++) {
		const x = Math.exp(y);
		const reached = incompleteGamma(shape, x, logGammaA)[side];
		const error = Math.log(reached) - goal;
		if (Math.abs(error) < 1e-13) return y;
		if (side === 0 ? error > 0 : error < 0) high = y;
		else low = y;
		const density = Math.exp(shape * y - x - logGammaA);
		const slope = (side === 0 ? density : -density) / reached;
		const next = y - error / slope;
		const moved = next > low && next < high ? next : (low + high) / 2;
		if (Math.abs(moved - y) <= 1e-15 * Math.abs(y) || moved === y) return moved;
		y = moved;
	}
	return y;
}
// src/core/assert.ts
function assert(condition, message) {
	if (!condition) throw new Error(`dambreak bug: ${message}`);
}
function must(value, what) {
	if (value === void 0 || value === null) throw new Error(`dambreak bug: missing ${what}`);
	return value;
}
// src/record/histogram.ts
const digits = 3;
const subBucketCount = 2048;
const halfMagnitude = 10;
function createLayout(unit, highest) {
	let buckets = 1;
	while (subBucketCount * 2 ** (buckets - 1) <= highest) buckets += 1;
	const countsLength = (buckets + 1) * (subBucketCount / 2);
	const lastIndex = rawIndexOf(highest);
	return {
		unit,
		lowest: 1,
		highest,
		digits,
		subBucketCount,
		countsLength,
		lastIndex
	};
}
const latencyLayout = createLayout("us", 36e8);
const waitLayout = createLayout("ms", 2592e5);
function indexOf(layout, value) {
	const index = value >= 0 && value < 2147483648 ? smallIndexOf(value) : rawIndexOf(value);
	return index < layout.lastIndex ? index : layout.lastIndex;
}
function smallIndexOf(value) {
	const whole = value | 0;
	const bucket = 21 - Math.clz32(whole | 2047);
	return (bucket << halfMagnitude) + (whole >>> bucket);
}
function rawIndexOf(value) {
	assert(value >= 0, "a histogram takes values from 0 on");
	if (value < 2147483648) return smallIndexOf(value);
	const clamped = Math.min(value, Number.MAX_SAFE_INTEGER);
	const bucket = 21 - Math.clz32(Math.floor(clamped / 2 ** 22)) + 22;
	return bucket * 2 ** halfMagnitude + Math.floor(clamped / 2 ** bucket);
}
function bucketOf$1(index) {
	return Math.max(0, (index >> halfMagnitude) - 1);
}
function lowestOf(index) {
	const bucket = bucketOf$1(index);
	return (index - (bucket << halfMagnitude)) * 2 ** bucket;
}
function highestOf(index) {
	return lowestOf(index) + 2 ** bucketOf$1(index) - 1;
}
function medianOf(index) {
	return lowestOf(index) + Math.floor(2 ** bucketOf$1(index) / 2);
}
function rankOf(q, total) {
	const exact = q * total;
	const ulp = 2 ** (Math.floor(Math.log2(exact)) - 52);
	return Math.max(Math.ceil(exact - ulp), 1);
}
var Histogram = class Histogram {
	layout;
	counts;
	#touched;
	constructor(layout) {
		this.layout = layout;
		this.counts = new Float64Array(layout.countsLength);
		this.#touched = new Uint8Array(Math.ceil(layout.countsLength / 128));
	}
	static of(layout, counts) {
		assert(counts.length === layout.countsLength, "counts of another layout");
		const histogram = new Histogram(layout);
		counts.forEach((count, index) => {
			if (count !== 0) histogram.recordAt(index, count);
		});
		return histogram;
	}
	record(value, count = 1) {
		this.recordAt(indexOf(this.layout, value), count);
	}
	recordAt(index, count = 1) {
		this.counts[index] += count;
		this.#touched[index >> 7] = 1;
	}
	addPage(page, from, at) {
		const { counts } = this;
		const base = page << 7;
		const size = Math.min(128, counts.length - base);
		for (let i = 0; i < size; i += 1) counts[base + i] += from[at + i];
		this.#touched[page] = 1;
	}
	next(from) {
		const { counts } = this;
		const touched = this.#touched;
		let index = from;
		while (index < counts.length) if (touched[index >> 7] === 0) index = (index >> 7) + 1 << 7;
		else if (counts[index] !== 0) return index;
		else index += 1;
		return -1;
	}
	merge(other) {
		assert(other.layout === this.layout, "only histograms of one layout merge");
		for (let i = other.next(0); i >= 0; i = other.next(i + 1)) this.recordAt(i, other.counts[i] ?? 0);
	}
	clear() {
		const touched = this.#touched;
		for (let page = touched.indexOf(1); page >= 0; page = touched.indexOf(1, page + 1)) {
			this.counts.fill(0, page << 7, page + 1 << 7);
			touched[page] = 0;
		}
	}
	total() {
		let total = 0;
		for (let i = this.next(0); i >= 0; i = this.next(i + 1)) total += this.counts[i];
		return total;
	}
	top() {
		const page = this.#touched.lastIndexOf(1);
		let index = Math.min((page + 1 << 7) - 1, this.counts.length - 1);
		while (index >= 0 && this.counts[index] === 0) index -= 1;
		return index;
	}
	quantile(q) {
		return this.quantiles([q])[0] ?? null;
	}
	quantiles(shares) {
		const total = this.total();
		if (total === 0) return shares.map(() => null);
		let index = this.next(0);
		let seen = this.counts[index];
		let before = 0;
		return shares.map((q) => {
			assert(q >= before && q <= 1, "quantiles are asked for shares that do not fall");
			before = q;
			const rank = rankOf(q, total);
			while (seen < rank) {
				index = this.next(index + 1);
				seen += this.counts[index];
			}
			return q === 0 ? lowestOf(index) : highestOf(index);
		});
	}
	mean() {
		let total = 0;
		let sum = 0;
		for (let i = this.next(0); i >= 0; i = this.next(i + 1)) {
			const count = this.counts[i];
			total += count;
			sum += count * medianOf(i);
		}
		return total === 0 ? null : sum / total;
	}
	max() {
		const top = this.top();
		return top < 0 ? null : highestOf(top);
	}
};
// src/scenario/request/answer-rules.ts
const usualAnswerRules = {
	maxBodyBytes: 1048576,
	maxValueChars: 65536,
	maxCookieChars: 65536,
	charset: ""
};
function answerRulesOf({ answers }) {
	return answers === void 0 ? usualAnswerRules : {
		...answers,
		charset: answers.charset ?? ""
	};
}
// src/core/codes.ts
const endNames = [
	"booked",
	"soldOut",
	"alreadyBooked",
	"ineligible",
	"abandoned",
	"refused",
	"timedOut",
	"failed",
	"dropped",
	"unfinished"
];
const End = {
	booked: 0,
	soldOut: 1,
	alreadyBooked: 2,
	ineligible: 3,
	abandoned: 4,
	refused: 5,
	timedOut: 6,
	failed: 7,
	dropped: 8,
	unfinished: 9
};
const outcomeNames = [
	"ok",
	"refused",
	"reset",
	"connectTimeout",
	"timeout",
	"http4xx",
	"http5xx",
	"malformed",
	"dropped"
];
const Outcome$1 = {
	ok: 0,
	refused: 1,
	reset: 2,
	connectTimeout: 3,
	timeout: 4,
	http4xx: 5,
	http5xx: 6,
	malformed: 7,
	dropped: 8
};
// src/workload/rows.ts
const Action$1 = {
	none: 0,
	knock: 1,
	abandon: 2,
	poll: 3,
	enter: 4,
	send: 5,
	timeout: 6
};
const Flag = {
	reentry: 1,
	called: 2,
	inside: 4,
	booked: 8,
	door: 16,
	waiting: 32,
	gone: 64,
	issued: 128
};
const rowLayout = {
	words: 8,
	next: 2,
	prev: 3
};
const ROW_WORDS$1 = 8;
const PREV_WORD$1 = 3;
const ENTITY = 4;
const PERSON = 5;
const SHARED = 6;
const STATE = 7;
const END_BIT = 4;
const STEP_BIT = 8;
const TRIES_BIT = 16;
const FLAGS_BIT = 24;
const SEND = Action$1.send;
const NIBBLE = 15;
const BYTE = 255;
var VisitorRows = class {
	length;
	capacity;
	words;
	times;
	floats;
	enteredMs;
	nextAtMs = 0;
	constructor(length, capacity) {
		this.length = length;
		this.capacity = Math.max(capacity, length + 1);
		const buffer = new ArrayBuffer(this.capacity * ROW_WORDS$1 * 4);
		this.words = new Int32Array(buffer);
		this.times = new Float64Array(buffer);
		this.floats = new Float32Array(buffer);
		this.enteredMs = new Float64Array(this.capacity);
	}
	add(entity, person) {
		if (this.length === this.capacity) this.grow(Math.ceil(this.capacity * 1.25));
		const row = this.length++;
		const word = row * ROW_WORDS$1;
		this.words[word + PREV_WORD$1] = -1;
		this.words[word + ENTITY] = entity;
		this.words[word + PERSON] = person;
		this.words[word + STATE] = 240;
		return row;
	}
	keepFirst(length) {
		this.length = length;
		this.words.fill(0, length * ROW_WORDS$1);
	}
	entity(v) {
		return this.words[v * ROW_WORDS$1 + ENTITY];
	}
	person(v) {
		return this.words[v * ROW_WORDS$1 + PERSON];
	}
	setIdentity(v, entity, person) {
		this.words[v * ROW_WORDS$1 + ENTITY] = entity;
		this.words[v * ROW_WORDS$1 + PERSON] = person;
	}
	addLike(v, entity, person) {
		const row = this.add(entity, person);
		const flags = this.words[v * ROW_WORDS$1 + STATE] >>> FLAGS_BIT << FLAGS_BIT;
		this.words[row * ROW_WORDS$1 + STATE] = flags | 240;
		this.floats[row * ROW_WORDS$1 + SHARED] = this.floats[v * ROW_WORDS$1 + SHARED];
		this.enteredMs[row] = this.enteredMs[v];
		return row;
	}
	action(v) {
		return this.words[v * ROW_WORDS$1 + STATE] & NIBBLE;
	}
	setAction(v, action) {
		const at = v * ROW_WORDS$1 + STATE;
		this.words[at] = this.words[at] & -16 | action;
	}
	end(v) {
		return this.words[v * ROW_WORDS$1 + STATE] >>> END_BIT & NIBBLE;
	}
	setEnd(v, end) {
		const at = v * ROW_WORDS$1 + STATE;
		this.words[at] = this.words[at] & -241 | end << END_BIT;
	}
	setSending(v, step, tries) {
		const at = v * ROW_WORDS$1 + STATE;
		const kept = this.words[at] & -16776976;
		this.words[at] = kept | step << STEP_BIT | tries << TRIES_BIT | SEND;
	}
	step(v) {
		return this.words[v * ROW_WORDS$1 + STATE] >>> STEP_BIT & BYTE;
	}
	setStep(v, step) {
		const at = v * ROW_WORDS$1 + STATE;
		this.words[at] = this.words[at] & -65281 | step << STEP_BIT;
	}
	tries(v) {
		return this.words[v * ROW_WORDS$1 + STATE] >>> TRIES_BIT & BYTE;
	}
	setTries(v, tries) {
		const at = v * ROW_WORDS$1 + STATE;
		this.words[at] = this.words[at] & -16711681 | tries << TRIES_BIT;
	}
	has(v, flag) {
		return (this.words[v * ROW_WORDS$1 + STATE] >>> FLAGS_BIT & flag) !== 0;
	}
	set(v, flags) {
		this.words[v * ROW_WORDS$1 + STATE] |= flags << FLAGS_BIT;
	}
	clear(v, flags) {
		this.words[v * ROW_WORDS$1 + STATE] &= ~(flags << FLAGS_BIT);
	}
	etaSec(v) {
		return this.floats[v * ROW_WORDS$1 + SHARED];
	}
	setEtaSec(v, sec) {
		this.floats[v * ROW_WORDS$1 + SHARED] = sec;
	}
	request(v) {
		return this.words[v * ROW_WORDS$1 + SHARED];
	}
	setRequest(v, request) {
		this.words[v * ROW_WORDS$1 + SHARED] = request;
	}
	grow(capacity) {
		this.capacity = capacity;
		const words = new Int32Array(capacity * ROW_WORDS$1);
		words.set(this.words);
		this.words = words;
		this.times = new Float64Array(words.buffer);
		this.floats = new Float32Array(words.buffer);
		const enteredMs = new Float64Array(capacity);
		enteredMs.set(this.enteredMs);
		this.enteredMs = enteredMs;
	}
};
// src/workload/behaviour.ts
const answers = {
	...Outcome$1,
	queued: 16,
	called: 17,
	passed: 18,
	failedOpen: 19,
	closed: 20,
	voided: 21,
	notOpen: 22,
	heldUp: 23,
	soldOut: 32,
	alreadyBooked: 33,
	ineligible: 34,
	gaveUp: 35
};
const Answer = answers;
const FAIL_OPEN_AFTER_SEC = 6;
const CLOSED_SPREAD_SEC = 5;
function crowdOf(scenario, seed, bookings, quantileOf = tabulatedQuantileOf) {
	const { behaviour, journey, waitingRoom } = scenario;
	const retryOn = new Uint8Array(outcomeNames.length);
	for (const name of behaviour.retry.on) retryOn[Outcome$1[name]] = 1;
	const keys = Object.fromEntries(Object.entries(streams).map(([name, stream]) => [name, streamKey(seed, stream)]));
	return {
		patienceSec: behaviour.patienceSec === void 0 ? null : quantileOf(behaviour.patienceSec),
		thinkSec: journey.map((step) => quantileOf(step.thinkSec)),
		retryTries: behaviour.retry.tries,
		retryOn,
		backoffSec: quantileOf(behaviour.retry.backoffSec),
		reenterProbability: behaviour.reenter.probability,
		reenterDelaySec: quantileOf(behaviour.reenter.delaySec),
		comeBackProbability: behaviour.comeBack.probability,
		comeBackDelaySec: quantileOf(behaviour.comeBack.delaySec),
		frontPollSec: waitingRoom.pollSec.front,
		steps: journey.length,
		keys,
		bookings,
		opensAtMs: 0,
		resumeAtMs: Infinity
	};
}
function patienceMs(crowd, entity) {
	if (crowd.patienceSec === null) return Infinity;
	return secToMs(crowd.patienceSec(uniform(crowd.keys.patience, entity)));
}
function backAtOpeningMs(crowd, entity) {
	return crowd.opensAtMs + secToMs(uniform(crowd.keys.closedPages, entity) * CLOSED_SPREAD_SEC);
}
function step(crowd, rows, v, answer, nowMs) {
	rows.setAction(v, Action$1.none);
	switch (answer) {
		case answers.ok:
			answered(crowd, rows, v, nowMs);
			return;
		case answers.queued:
			if (crowd.patienceSec !== null) next(rows, v, Action$1.abandon, nowMs + patienceMs(crowd, rows.entity(v)));
			return;
		case answers.called:
			pollAfter(crowd, rows, v, nowMs);
			return;
		case answers.heldUp: {
			const endsMs = rows.enteredMs[v] + patienceMs(crowd, rows.entity(v));
			if (endsMs < crowd.resumeAtMs) next(rows, v, Action$1.abandon, Math.max(nowMs, endsMs));
			else if (crowd.resumeAtMs < Infinity) pollAfter(crowd, rows, v, crowd.resumeAtMs);
			return;
		}
		case answers.failedOpen:
			next(rows, v, Action$1.enter, nowMs + secToMs(FAIL_OPEN_AFTER_SEC));
			return;
		case answers.notOpen:
			next(rows, v, Action$1.enter, backAtOpeningMs(crowd, rows.entity(v)));
			return;
		case answers.passed:
			rows.setSending(v, 0, 0);
			rows.nextAtMs = nowMs;
			return;
		case answers.closed:
			comeBack(crowd, rows, v, nowMs);
			return;
		case answers.voided:
			rows.setEnd(v, End.failed);
			comeBack(crowd, rows, v, nowMs);
			return;
		case answers.soldOut:
			rows.setEnd(v, End.soldOut);
			return;
		case answers.alreadyBooked:
			rows.setEnd(v, rows.has(v, Flag.booked) ? End.booked : End.alreadyBooked);
			return;
		case answers.ineligible:
			rows.setEnd(v, End.ineligible);
			comeAgain(crowd, rows, v, nowMs);
			return;
		case answers.gaveUp:
			rows.setEnd(v, End.abandoned);
			return;
		default: failed(crowd, rows, v, answer, nowMs);
	}
}
function next(rows, v, action, atMs) {
	rows.setAction(v, action);
	rows.nextAtMs = atMs;
}
function pollAfter(crowd, rows, v, atMs) {
	const u = uniform(crowd.keys.poll, rows.entity(v));
	next(rows, v, Action$1.poll, atMs + secToMs(u) * crowd.frontPollSec);
}
function answered(crowd, rows, v, nowMs) {
	const at = rows.step(v);
	if (at + 1 >= crowd.steps) {
		rows.setEnd(v, End.booked);
		return;
	}
	const u = uniform(crowd.keys.think, rows.entity(v), at);
	rows.setSending(v, at + 1, 0);
	rows.nextAtMs = nowMs + secToMs(crowd.thinkSec[at](u));
}
function failed(crowd, rows, v, outcome, nowMs) {
	const tries = rows.tries(v);
	if (crowd.retryOn[outcome] === 1 && tries < crowd.retryTries) {
		const at = rows.step(v);
		const u = uniform(crowd.keys.retryDelay, rows.entity(v), at * 256 + tries);
		rows.setSending(v, at, tries + 1);
		rows.nextAtMs = nowMs + secToMs(crowd.backoffSec(u));
		return;
	}
	if (rows.has(v, Flag.booked)) {
		rows.setEnd(v, End.booked);
		return;
	}
	rows.setEnd(v, endOf(outcome));
	comeAgain(crowd, rows, v, nowMs);
}
function endOf(outcome) {
	switch (outcome) {
		case Outcome$1.refused: return End.refused;
		case Outcome$1.timeout:
		case Outcome$1.connectTimeout: return End.timedOut;
		case Outcome$1.dropped: return End.dropped;
		default: return End.failed;
	}
}
function comeAgain(crowd, rows, v, nowMs) {
	if (crowd.bookings[rows.person(v)] !== 0) return;
	const atMs = comesAgainMs(crowd, rows.entity(v), nowMs);
	if (atMs < Infinity) next(rows, v, Action$1.knock, atMs);
}
function comesAgainMs(crowd, entity, nowMs) {
	if (uniform(crowd.keys.reenter, entity) >= crowd.reenterProbability) return Infinity;
	const delaySec = crowd.reenterDelaySec(uniform(crowd.keys.reenterDelay, entity));
	return nowMs + secToMs(delaySec);
}
function comeBack(crowd, rows, v, nowMs) {
	const person = rows.person(v);
	if (crowd.bookings[person] !== 0) return;
	const atMs = comesBackMs(crowd, person, rows.entity(v), nowMs);
	if (atMs < Infinity) next(rows, v, Action$1.knock, atMs);
}
function comesBackMs(crowd, person, entity, nowMs) {
	if (crowd.resumeAtMs === Infinity) return Infinity;
	if (uniform(crowd.keys.comeBack, person) >= crowd.comeBackProbability) return Infinity;
	const delaySec = crowd.comeBackDelaySec(uniform(crowd.keys.comeBackDelay, entity));
	return Math.max(nowMs, crowd.resumeAtMs) + secToMs(delaySec);
}
function entityOfReentry(crowd, entity) {
	return Math.floor(uniform(crowd.keys.reenter, entity, 1) * 4294967296) | 0;
}
// src/engine/wheel.ts
const ROW_WORDS = rowLayout.words;
const NEXT_WORD = rowLayout.next;
const PREV_WORD = rowLayout.prev;
const BLOCK_MS = 1024;
const LEVEL1_MASK = 65535;
const NONE = -1;
const READY = -2147483647;
const HEAD = -2;
var TimeWheel = class {
	nowMs = 0;
	fired = 0;
	rows;
	heads = new Int32Array(66560).fill(NONE);
	block = 0;
	tick = 0;
	inLevel0 = 0;
	inLevel1 = 0;
	readyAt = new Float64Array(1024);
	readyId = new Int32Array(1024);
	readyPos = 0;
	readyEnd = 0;
	constructor(rows, count) {
		this.rows = rows;
		for (let id = 0; id < count; id++) rows.words[id * ROW_WORDS + PREV_WORD] = NONE;
	}
	isPending(id) {
		return this.rows.words[id * ROW_WORDS + PREV_WORD] !== NONE;
	}
	schedule(id, atMs) {
		if (this.isPending(id)) this.cancel(id);
		const at = atMs < this.nowMs ? this.nowMs : atMs;
		this.rows.times[id * 4] = at;
		const block = Math.floor(at / BLOCK_MS);
		if (block <= this.block) {
			const tick = at - this.block * BLOCK_MS | 0;
			if (tick <= this.tick) this.insertReady(id, at);
			else {
				this.link(id, tick);
				this.inLevel0++;
			}
			return;
		}
		this.link(id, BLOCK_MS + (block & LEVEL1_MASK));
		this.inLevel1++;
	}
	cancel(id) {
		const { words } = this.rows;
		const row = id * ROW_WORDS;
		const before = words[row + PREV_WORD];
		if (before === NONE) return;
		words[row + PREV_WORD] = NONE;
		if (before === READY) return;
		const after = words[row + NEXT_WORD];
		if (after !== NONE) words[after * ROW_WORDS + PREV_WORD] = before;
		if (before >= 0) words[before * ROW_WORDS + NEXT_WORD] = after;
		else this.heads[HEAD - before] = after;
		if (this.rows.times[id * 4] < (this.block + 1) * BLOCK_MS) this.inLevel0--;
		else this.inLevel1--;
	}
	pop(untilMs) {
		for (;;) {
			while (this.readyPos < this.readyEnd) {
				const at = this.readyAt[this.readyPos];
				if (at > untilMs) return -1;
				const id = this.readyId[this.readyPos++];
				if (!this.takeReady(id, at)) continue;
				this.nowMs = at;
				this.fired++;
				return id;
			}
			if (!this.advance(untilMs)) return -1;
		}
	}
	takeReady(id, at) {
		const { words, times } = this.rows;
		const prev = id * ROW_WORDS + PREV_WORD;
		if (words[prev] !== READY || times[id * 4] !== at) return false;
		words[prev] = NONE;
		return true;
	}
	link(id, bucket) {
		const { words } = this.rows;
		const first = this.heads[bucket];
		words[id * ROW_WORDS + NEXT_WORD] = first;
		words[id * ROW_WORDS + PREV_WORD] = HEAD - bucket;
		if (first !== NONE) words[first * ROW_WORDS + PREV_WORD] = id;
		this.heads[bucket] = id;
	}
	advance(untilMs) {
		while (this.inLevel0 > 0) {
			const heads = this.heads;
			let tick = this.tick + 1;
			while (tick < BLOCK_MS && heads[tick] === NONE) tick++;
			if (tick === BLOCK_MS) break;
			if (this.block * BLOCK_MS + tick > untilMs) return false;
			this.tick = tick;
			this.collect(tick);
			return true;
		}
		if (this.inLevel1 === 0) return false;
		const lastBlock = Math.floor(untilMs / BLOCK_MS);
		let block = this.block + 1;
		while (block <= lastBlock && this.heads[BLOCK_MS + (block & LEVEL1_MASK)] === NONE) block++;
		if (block > lastBlock) return false;
		this.block = block;
		this.tick = -1;
		this.spread(block);
		return true;
	}
	spread(block) {
		const bucket = BLOCK_MS + (block & LEVEL1_MASK);
		const startMs = block * BLOCK_MS;
		const { words, times } = this.rows;
		let id = this.heads[bucket];
		this.heads[bucket] = NONE;
		while (id !== NONE) {
			const after = words[id * ROW_WORDS + NEXT_WORD];
			const tick = times[id * 4] - startMs;
			if (tick < BLOCK_MS) {
				this.link(id, tick | 0);
				this.inLevel0++;
				this.inLevel1--;
			} else this.link(id, bucket);
			id = after;
		}
	}
	collect(tick) {
		let id = this.heads[tick];
		this.heads[tick] = NONE;
		const { words, times } = this.rows;
		let n = 0;
		while (id !== NONE) {
			if (n === this.readyId.length) this.growReady();
			this.readyId[n] = id;
			this.readyAt[n++] = times[id * 4];
			words[id * ROW_WORDS + PREV_WORD] = READY;
			id = words[id * ROW_WORDS + NEXT_WORD];
		}
		this.inLevel0 -= n;
		this.readyPos = 0;
		this.readyEnd = n;
		if (n > 1) sortPairs(this.readyAt, this.readyId, n);
	}
	insertReady(id, at) {
		if (this.readyPos === this.readyEnd) this.readyPos = this.readyEnd = 0;
		if (this.readyEnd === this.readyId.length) this.growReady();
		let i = this.readyEnd++;
		while (i > this.readyPos && this.readyAt[i - 1] > at) {
			this.readyAt[i] = this.readyAt[i - 1];
			this.readyId[i] = this.readyId[i - 1];
			i--;
		}
		this.readyAt[i] = at;
		this.readyId[i] = id;
		this.rows.words[id * ROW_WORDS + PREV_WORD] = READY;
	}
	growReady() {
		const at = new Float64Array(this.readyAt.length * 2);
		const ids = new Int32Array(at.length);
		at.set(this.readyAt);
		ids.set(this.readyId);
		this.readyAt = at;
		this.readyId = ids;
	}
};
const GAPS = [
	701,
	301,
	132,
	57,
	23,
	10,
	4
];
function sortPairs(at, ids, n) {
	if (n > 4) {
		for (const gap of GAPS) if (gap < n) sortAt(gap, at, ids, n);
	}
	sortAt(1, at, ids, n);
}
function sortAt(gap, at, ids, n) {
	for (let i = gap; i < n; i++) {
		const time = at[i];
		if (at[i - gap] <= time) continue;
		const id = ids[i];
		let j = i;
		while (j >= gap && at[j - gap] > time) {
			at[j] = at[j - gap];
			ids[j] = ids[j - gap];
			j -= gap;
		}
		at[j] = time;
		ids[j] = id;
	}
}
// src/engine/client/kept.ts
const STEP_BYTES = 16;
const SMALL_CLASSES = 16;
const CLASSES = 28;
const CHUNK_BYTES = 1 << 20;
const LENGTH_BYTES = 4;
const SLOT_BITS = 27;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const slotBytesOf = (size) => size < SMALL_CLASSES ? (size + 1) * STEP_BYTES : 256 << size - SMALL_CLASSES + 1;
var KeptStore = class {
	bytes = 0;
	refs;
	chunks = Array.from({ length: CLASSES }, () => []);
	used = new Uint32Array(CLASSES);
	free = new Uint32Array(CLASSES);
	constructor(visitors) {
		this.refs = new Uint32Array(visitors);
	}
	load(v, into) {
		into.key = "";
		into.cookies = "";
		const ref = this.refs[v] ?? 0;
		if (ref === 0) {
			into.values = {};
			return;
		}
		const { chunk, at } = this.place(ref >>> SLOT_BITS, ref & SLOT_MASK);
		const from = at + LENGTH_BYTES;
		const end = from + chunk.readUInt32LE(at);
		if (chunk[from] === KEY_ALONE) {
			into.key = chunk.toString("latin1", from + 1, end);
			into.values = {};
			return;
		}
		const [key, cookies, values] = JSON.parse(chunk.toString("utf8", from, end));
		into.key = key;
		into.cookies = cookies;
		into.values = values;
	}
	save(v, kept) {
		const { key, cookies, values } = kept;
		const isKeyAlone = cookies === "" && isAscii(key) && !hasOwn(values);
		if (isKeyAlone && key === "") {
			this.drop(v);
			return true;
		}
		const text = isKeyAlone ? `k${key}` : JSON.stringify([
			key,
			cookies,
			values
		]);
		const length = isKeyAlone ? text.length : Buffer.byteLength(text);
		const size = classOf(length + LENGTH_BYTES);
		if (size >= CLASSES) return false;
		let ref = this.refs[v] ?? 0;
		if (ref === 0 || ref >>> SLOT_BITS !== size) {
			this.drop(v);
			ref = size << SLOT_BITS | this.take(size);
			if (v >= this.refs.length) this.grow(v);
			this.refs[v] = ref;
		}
		const { chunk, at } = this.place(ref >>> SLOT_BITS, ref & SLOT_MASK);
		chunk.writeUInt32LE(length, at);
		if (isKeyAlone) chunk.write(text, at + LENGTH_BYTES, "latin1");
		else chunk.write(text, at + LENGTH_BYTES, "utf8");
		return true;
	}
	drop(v) {
		const ref = this.refs[v] ?? 0;
		if (ref === 0) return;
		const size = ref >>> SLOT_BITS;
		const slot = ref & SLOT_MASK;
		const { chunk, at } = this.place(size, slot);
		chunk.writeUInt32LE(this.free[size], at);
		this.free[size] = slot;
		this.refs[v] = 0;
		this.bytes -= slotBytesOf(size);
	}
	take(size) {
		this.bytes += slotBytesOf(size);
		const free = this.free[size];
		if (free !== 0) {
			const { chunk, at } = this.place(size, free);
			this.free[size] = chunk.readUInt32LE(at);
			return free;
		}
		const slot = ++this.used[size];
		assert(slot <= SLOT_MASK, "more slots than a reference can name");
		const perChunk = Math.floor(CHUNK_BYTES / slotBytesOf(size));
		const chunks = this.chunks[size];
		if (slot > chunks.length * perChunk) chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
		return slot;
	}
	place(size, slot) {
		const slotBytes = slotBytesOf(size);
		const perChunk = Math.floor(CHUNK_BYTES / slotBytes);
		const n = Math.floor((slot - 1) / perChunk);
		return {
			chunk: this.chunks[size][n],
			at: (slot - 1 - n * perChunk) * slotBytes
		};
	}
	grow(v) {
		const larger = new Uint32Array(Math.ceil(v * 1.25) + 1);
		larger.set(this.refs);
		this.refs = larger;
	}
};
const KEY_ALONE = 107;
function classOf(bytes) {
	if (bytes <= 256) return Math.ceil(bytes / STEP_BYTES) - 1;
	return 15 + Math.ceil(Math.log2(bytes / 256));
}
function isAscii(text) {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 126) return false;
	return true;
}
function hasOwn(values) {
	for (const _name in values) return true;
	return false;
}
// src/engine/client/live-tally.ts
const faultKey = ({ step, fault, of }) => `${fault}\n${of}\n${step}`;
function createLiveTally(histogram) {
	return {
		latenessUs: histogram ?? new Histogram(latencyLayout),
		arrivals: 0,
		intendedMs: {
			first: Infinity,
			last: -Infinity
		},
		dispatchedMs: {
			first: Infinity,
			last: -Infinity
		},
		sent: 0,
		droppedGenerator: 0,
		droppedCeiling: 0,
		polls: 0,
		maxInFlight: 0,
		maxConnections: 0,
		gateOutcomes: new Float64Array(outcomeNames.length),
		gateResponseUs: histogram ?? new Histogram(latencyLayout),
		gateConnectUs: histogram ?? new Histogram(latencyLayout),
		answerFaults: new Map(),
		droppedCookies: 0
	};
}
function addTo(counts, key, n) {
	counts.set(key, (counts.get(key) ?? 0) + n);
}
// src/engine/client/state.ts
const ClientTimerIds = {
	arrival: 0,
	bucket: 1,
	bypassEnds: 2,
	keysVerified: 3
};
const firstRow$1 = 8;
const Phase = {
	idle: 0,
	enter: 1,
	poll: 2,
	step: 3,
	complete: 4,
	undo: 5,
	mask: 7
};
const PhaseFlag = {
	again: 8,
	keyless: 16,
	bypassCounted: 32,
	gone: 64,
	hopsBit: 7,
	bypassFound: 1024,
	hadTurn: 2048,
	isIn: 4096
};
const OPENING_TOLERANCE_MS = 250;
function isEarly({ opensAtMs }, atMs) {
	return atMs < opensAtMs - OPENING_TOLERANCE_MS;
}
var LiveState = class {
	inputs;
	rows;
	wheel;
	crowd;
	kept;
	tally;
	findings = {
		earlyAdmission: 0,
		bypassed: 0,
		eligibleRefused: 0
	};
	recentUs;
	own = {
		key: "",
		cookies: "",
		values: {}
	};
	firstRow = firstRow$1;
	bypassOpen;
	isEnding = false;
	failsOpen;
	waiting = 0;
	inside = 0;
	tickets = 0;
	booked = 0;
	requests = 0;
	requestErrors = 0;
	errorEnds = 0;
	alive = 0;
	phases;
	ttlsSec;
	constructor(inputs) {
		const { scenario, seed, window, plan, people } = inputs;
		this.inputs = inputs;
		const { memory } = inputs;
		const room = firstRow$1 + (memory?.room ?? plan.length * 2 + 1024);
		this.rows = new VisitorRows(firstRow$1, room);
		this.wheel = memory?.wheelOf(this.rows) ?? new TimeWheel(this.rows, firstRow$1);
		this.tally = memory?.tally ?? createLiveTally();
		this.recentUs = memory?.recentUs ?? new Histogram(latencyLayout);
		this.phases = new Uint16Array(room);
		this.ttlsSec = new Float32Array(room);
		this.kept = memory?.kept ?? new KeptStore(room);
		this.crowd = crowdOf(scenario, seed, people.bookings, memory?.quantileOf);
		this.crowd.opensAtMs = window.opensAtMs;
		this.bypassOpen = scenario.behaviour.bypass.share > 0;
		this.failsOpen = scenario.waitingRoom.failOpen > 0;
	}
	addRow(entity, person) {
		const v = this.rows.add(entity, person);
		if (v >= this.phases.length) this.grow();
		this.alive++;
		return v;
	}
	clear() {
		this.rows.keepFirst(firstRow$1);
		this.phases.fill(0);
		this.ttlsSec.fill(0);
		this.alive = 0;
	}
	phase(v) {
		return this.phases[v];
	}
	setPhase(v, phase) {
		this.phases[v] = phase;
	}
	ttlSec(v) {
		return this.ttlsSec[v];
	}
	setTtlSec(v, sec) {
		this.ttlsSec[v] = sec;
	}
	scenarioMs(wallMs) {
		return wallMs * this.inputs.window.speed;
	}
	resumeAtMs(nowMs) {
		const resume = this.inputs.window.events.find(({ atMs, timed }) => timed.event.kind === "resume" && atMs >= nowMs);
		return resume === void 0 ? Infinity : resume.atMs;
	}
	pagesOpenMs() {
		const { opensAtMs, events } = this.inputs.window;
		const early = events.find(({ timed }) => timed.event.kind === "open-early");
		return Math.min(opensAtMs, early?.atMs ?? Infinity);
	}
	grow() {
		const { capacity } = this.rows;
		const phases = new Uint16Array(capacity);
		phases.set(this.phases);
		this.phases = phases;
		const ttlsSec = new Float32Array(capacity);
		ttlsSec.set(this.ttlsSec);
		this.ttlsSec = ttlsSec;
	}
};
// src/engine/client/close-books.ts
function closeBooks(state, atMs) {
	const { rows, inputs, firstRow } = state;
	const { recorder, people } = inputs;
	const nowMs = state.scenarioMs(atMs);
	for (let v = firstRow; v < rows.length; v++) {
		if (rows.action(v) === Action$1.knock) people.trying(rows.person(v));
		if (rows.end(v) !== 15) continue;
		const isAsking = (state.phase(v) & Phase.mask) === Phase.enter;
		if (!rows.has(v, Flag.issued) && !isAsking) continue;
		if (isAsking) {
			rows.set(v, Flag.issued);
			people.came(rows.person(v));
			const isReentry = rows.has(v, Flag.reentry);
			recorder.arrived(state.scenarioMs(rows.enteredMs[v]), isReentry, 1, rows.person(v));
		}
		people.trying(rows.person(v));
		if ((state.phase(v) & Phase.mask) === Phase.step) closeRequest(state, v, atMs);
		if (rows.has(v, Flag.waiting)) recorder.waitEnded(state.scenarioMs(rows.enteredMs[v]), nowMs, false);
		recorder.ended(nowMs, End.unfinished, 1, rows.person(v));
	}
	for (const [name, n] of Object.entries(state.findings)) recorder.finding(name, n);
}
function closeRequest(state, v, atMs) {
	const { rows, inputs } = state;
	const step = rows.step(v);
	const timeoutMs = must(inputs.scenario.journey[step], `step ${step}`).timeoutMs;
	const ageUs = Math.max(0, msToUs(atMs - (rows.times[v * 4] - timeoutMs)));
	inputs.recorder.request(step, Outcome$1.timeout, state.scenarioMs(atMs), ageUs, ageUs);
	state.requests++;
	state.requestErrors++;
}
// src/core/errors.ts
var DambreakError = class extends Error {
	kind;
	faults;
	constructor(kind, message, faults = [], cause) {
		super(message, cause === void 0 ? void 0 : { cause });
		this.name = "DambreakError";
		this.kind = kind;
		this.faults = faults;
	}
};
// src/scenario/request/template.ts
function readTemplate(text) {
	const texts = [];
	const names = [];
	let literal = "";
	let at = 0;
	while (at < text.length) {
		const dollar = text.indexOf("$", at);
		if (dollar < 0) break;
		literal += text.slice(at, dollar);
		if (text.startsWith("$${", dollar)) {
			literal += "${";
			at = dollar + 3;
		} else if (text.startsWith("${", dollar)) {
			const end = text.indexOf("}", dollar);
			const inside = end < 0 ? "" : text.slice(dollar + 2, end);
			if (end < 0 || inside.includes("{")) return "a ${ is not closed by }; write $${ for a literal ${";
			const name = inside.trim();
			if (name === "") return "${} has no name in it";
			texts.push(literal);
			names.push(name);
			literal = "";
			at = end + 1;
		} else {
			literal += "$";
			at = dollar + 1;
		}
	}
	texts.push(literal + text.slice(at));
	return {
		texts,
		names
	};
}
function templateOf(text) {
	const template = readTemplate(text);
	if (typeof template === "string") throw new Error(`dambreak bug: unchecked template: ${template}`);
	return template;
}
const numericNames = new Set(["birthYear", "ticket"]);
// src/scenario/request/generate.ts
const maxDigits = 15;
const calls = "${digits(8)}, ${sequence(1)} or ${pick([\"a\", \"b\"])}";
function readGenerator(text) {
	const template = readTemplate(text);
	if (typeof template === "string") return template;
	const parts = [];
	for (const call of template.names) {
		const part = partOf(call);
		if (typeof part === "string") return part;
		parts.push(part);
	}
	const digits = parts.reduce((sum, part) => sum + (part.kind === "digits" ? part.count : 0), 0);
	if (digits > maxDigits) return `must not have more than ${maxDigits} digits, got ${digits}`;
	return {
		texts: template.texts,
		parts,
		digits
	};
}
function partOf(call) {
	const found = /^(digits|sequence|pick)\s*\(([^]*)\)$/.exec(call);
	const inside = found?.[2]?.trim() ?? "";
	switch (found?.[1]) {
		case "digits": {
			const count = Number(inside);
			if (/^\d+$/.test(inside) && count >= 1) return {
				kind: "digits",
				count
			};
			return "digits needs a count, such as ${digits(8)}";
		}
		case "sequence": {
			const from = inside === "" ? 1 : Number(inside);
			if (/^\d*$/.test(inside) && from < 0x38d7ea4c68000) return {
				kind: "sequence",
				from
			};
			return "sequence needs a first number, such as ${sequence(1)}";
		}
		case "pick": {
			const values = listOf(inside);
			return values === null ? "pick needs a list of texts, such as ${pick([\"a\", \"b\"])}" : {
				kind: "pick",
				values
			};
		}
		default: return `knows only ${calls}, got \${${call}}`;
	}
}
function listOf(text) {
	try {
		const list = JSON.parse(text);
		if (!Array.isArray(list) || list.length === 0) return null;
		return list.every((item) => typeof item === "string") ? list : null;
	} catch {
		return null;
	}
}
function maxPersons({ digits }) {
	return digits === 0 ? Infinity : 10 ** digits;
}
function generatedText(generator, key, person) {
	const { texts, parts, digits } = generator;
	const all = digits === 0 ? "" : digitsOf(digits, key, person);
	let taken = 0;
	let text = texts[0] ?? "";
	parts.forEach((part, i) => {
		if (part.kind === "digits") text += all.slice(taken, taken += part.count);
		else if (part.kind === "sequence") text += String(part.from + person);
		else text += part.values[Math.floor(uniform(key, person, i) * part.values.length)] ?? "";
		text += texts[i + 1] ?? "";
	});
	return text;
}
const golden = 618033988749894n;
function digitsOf(count, key, person) {
	const size = 10n ** BigInt(count);
	const multiplier = golden / 10n ** BigInt(16 - count) * 10n + 3n;
	const offset = BigInt(Math.floor(uniform(key, -1) * 10 ** count));
	return ((multiplier * BigInt(person) + offset) % size).toString().padStart(count, "0");
}
// src/scenario/request/person-data.ts
function tableKeyOf({ csv, columns }) {
	return JSON.stringify([csv, columns ?? null]);
}
function cellOf({ columns, text, ends }, row, column) {
	const i = row * columns.length + column;
	const from = i === 0 ? 0 : ends[i - 1] ?? 0;
	return Buffer.from(text.buffer, text.byteOffset + from, (ends[i] ?? from) - from).toString();
}
function shortageFaults({ journey }, tables, came) {
	return journey.flatMap(({ data }, i) => {
		if (data?.csv !== void 0) {
			const rows = tables.get(tableKeyOf(data))?.rows ?? 0;
			if (rows >= came) return [];
			const message = `has ${count$1(rows, "row")}, but ${count$1(came, "person")} come: each needs its own`;
			return [{
				path: `journey[${i}].data.csv`,
				message: `${data.csv} ${message}`
			}];
		}
		return Object.entries(data?.generate ?? {}).flatMap(([name, text]) => {
			const generator = readGenerator(text);
			const persons = typeof generator === "string" ? Infinity : maxPersons(generator);
			if (persons >= came) return [];
			const message = `has digits for ${persons} different persons, but ${came} come`;
			return [{
				path: `journey[${i}].data.generate.${name}`,
				message
			}];
		});
	});
}
function count$1(n, noun) {
	return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
// src/scenario/path.ts
const plainKey = /^[^.[\]"=\s]+$/;
function pathText(path) {
	let text = "";
	for (const part of path) if (typeof part === "number") text += `[${part}]`;
	else if (!plainKey.test(part)) text += `[${JSON.stringify(part)}]`;
	else text += text === "" ? part : `.${part}`;
	return text;
}
const token$1 = /^(?:\.?([^.[\]"=\s]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\])/;
function parsePath(text) {
	const path = [];
	let rest = text;
	while (rest !== "") {
		const found = token$1.exec(rest);
		if (found === null || path.length === 0 && rest.startsWith(".")) return null;
		const [whole, key, index, quoted] = found;
		if (key !== void 0) {
			if (path.length > 0 && !whole.startsWith(".")) return null;
			path.push(key);
		} else if (index !== void 0) path.push(Number(index));
		else {
			const unquoted = unquote(quoted ?? "");
			if (unquoted === null) return null;
			path.push(unquoted);
		}
		rest = rest.slice(whole.length);
	}
	return path.length === 0 ? null : path;
}
function unquote(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "string" ? value : null;
	} catch {
		return null;
	}
}
// src/scenario/plain.ts
function isMapping(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/scenario/request/request.ts
const personBody = {
	person: "${person}",
	birthYear: "${birthYear}"
};
function requestOf(step) {
	const { request } = step;
	if (request === void 0) return {
		method: "POST",
		path: `/booking/${encodeURIComponent(step.step)}`,
		headers: {},
		body: personBody
	};
	const { method, path, headers = {}, body } = request;
	return {
		method: method.toUpperCase(),
		path,
		headers,
		body
	};
}
function contentKindOf({ headers = {}, body }) {
	const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1].toLowerCase() ?? "";
	if (/[/+]json\b/.test(type)) return "json";
	if (type.includes("x-www-form-urlencoded")) return "form";
	return typeof body === "string" ? "text" : "json";
}
function pathTemplateOf(path) {
	const { texts, names } = templateOf(path);
	return {
		texts: texts.map((text) => text.toWellFormed().replaceAll(/[^!#-;=?-[\]_a-z~]/gu, encodeURIComponent)),
		names
	};
}
function templatesOf(request) {
	const { path, headers = {}, body } = request;
	return [
		{
			path: ["path"],
			text: path
		},
		...Object.entries(headers).map(([name, text]) => ({
			path: ["headers", name],
			text
		})),
		...textsIn(body, ["body"])
	];
}
function textsIn(value, path) {
	if (typeof value === "string") return [{
		path,
		text: value
	}];
	if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, [...path, i]));
	if (!isMapping(value)) return [];
	return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]));
}
// src/scenario/request/json-path.ts
function readJsonPath(text) {
	if (text === "$") return [];
	if (text.startsWith("$.") && !text.startsWith("$.[")) return parsePath(text.slice(2));
	return text.startsWith("$[") ? parsePath(text.slice(1)) : null;
}
function atJsonPath(value, path) {
	let at = value;
	for (const part of path) if (typeof part === "number") at = Array.isArray(at) ? at[part] : void 0;
	else at = isMapping(at) && Object.hasOwn(at, part) ? at[part] : void 0;
	return at;
}
// src/scenario/request/json-text.ts
function jsonTextAt(text, path) {
	let at = skipSpace(text, 0);
	for (const part of path) {
		const next = typeof part === "number" ? itemAt(text, at, part) : memberAt(text, at, part);
		if (next < 0) return null;
		at = next;
	}
	return text.slice(at, valueEnd(text, at));
}
function itemAt(text, from, index) {
	if (text.charAt(from) !== "[") return -1;
	let at = skipSpace(text, from + 1);
	for (let i = 0; text.charAt(at) !== "]"; i++) {
		if (i === index) return at;
		at = skipSeparator(text, valueEnd(text, at));
	}
	return -1;
}
function memberAt(text, from, name) {
	if (text.charAt(from) !== "{") return -1;
	let found = -1;
	for (let at = skipSpace(text, from + 1); text.charAt(at) !== "}";) {
		const end = stringEnd(text, at);
		const value = skipSpace(text, skipSpace(text, end) + 1);
		if (JSON.parse(text.slice(at, end)) === name) found = value;
		at = skipSeparator(text, valueEnd(text, value));
	}
	return found;
}
function skipSpace(text, from) {
	let at = from;
	while (text.charCodeAt(at) <= 32) at++;
	return at;
}
function skipSeparator(text, from) {
	const at = skipSpace(text, from);
	return text.charAt(at) === "," ? skipSpace(text, at + 1) : at;
}
function stringEnd(text, from) {
	let at = from + 1;
	while (text.charAt(at) !== "\"") at += text.charAt(at) === "\\" ? 2 : 1;
	return at + 1;
}
function valueEnd(text, from) {
	const first = text.charAt(from);
	if (first === "\"") return stringEnd(text, from);
	if (first !== "{" && first !== "[") {
		let at = from;
		while (/[^,\]}\s]/.test(text.charAt(at))) at++;
		return at;
	}
	let depth = 0;
	let at = from;
	do {
		const char = text.charAt(at);
		if (char === "\"") {
			at = stringEnd(text, at);
			continue;
		}
		if (char === "{" || char === "[") depth++;
		else if (char === "}" || char === "]") depth--;
		at++;
	} while (depth > 0);
	return at;
}
// src/scenario/request/native-pattern.ts
function nativePattern(source) {
	const pattern = new RegExp(source, "u");
	return {
		groups: (new RegExp(`${source}|`, "u").exec("")?.length ?? 1) - 1,
		test: (text) => pattern.test(text),
		exec(text) {
			const match = pattern.exec(text);
			if (match === null) return null;
			return {
				from: match.index,
				to: match.index + match[0].length,
				groups: [...match]
			};
		}
	};
}
// src/engine/k6/script/linear-pattern.ts
const compileLinear = nativePattern;
// src/scenario/request/pattern-cost.ts
const atomForm = /(?<class>\[(?:\\[^]|[^\]\\])*\]|\\[dDwWsS]|\.)|(?<escaped>\\[^\w]|\\[nrtfv0])|(?<plain>[^\\()[\]{}|*+?.^$])/uy;
const groupForm = /\((?:\?:|\?<\w+>)?|\)/uy;
const repeatForm = /(?<once>\{1\})|(?<unbounded>[*+]\??)|(?<bounded>\?|\{)/uy;
const maxAlternatives = 64;
function isLinear(source) {
	return isBounded(source) || isCertain(source);
}
function isBounded(source) {
	const plain = source.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]/gu, "x").replace(/\(\?:/g, "(");
	if (/[*+?{]/.test(plain)) return false;
	const alternatives = plain.split("|").length;
	return alternatives <= 6 || !plain.includes("(") && alternatives <= maxAlternatives;
}
function isCertain(source) {
	const atoms = atomsOf(source);
	if (atoms === null) return false;
	const firstOther = atoms.findIndex(({ isLiteral, isUnbounded }) => !isLiteral || isUnbounded);
	const beginning = atoms.slice(0, firstOther === -1 ? atoms.length : firstOther);
	return atoms.every((atom, i) => {
		if (!atom.isUnbounded) return true;
		const next = atoms[i + 1];
		return (next === void 0 || next.isLiteral && !next.isUnbounded && !mayBe(atom, next)) && beginning.some((literal) => !mayBe(atom, literal));
	});
}
function mayBe(atom, literal) {
	const character = new RegExp(literal.source, "u").source.replace(/^\\(?=\W)/, "");
	return character.length > 2 || character.startsWith("\\") ? true : new RegExp(`^${atom.source}$`, "u").test(character);
}
function atomsOf(source) {
	const atoms = [];
	for (let at = 0; at < source.length;) {
		const group = matchAt(groupForm, source, at);
		const atom = group === null ? matchAt(atomForm, source, at) : null;
		const found = group ?? atom;
		if (found === null) return null;
		at += found[0].length;
		const repeat = matchAt(repeatForm, source, at);
		if (repeat?.groups?.["bounded"] !== void 0) return null;
		const isUnbounded = repeat?.groups?.["unbounded"] !== void 0;
		if (group !== null && isUnbounded) return null;
		at += repeat?.[0].length ?? 0;
		if (atom !== null) atoms.push({
			source: atom[0],
			isLiteral: atom.groups?.["class"] === void 0,
			isUnbounded
		});
	}
	return atoms;
}
function matchAt(form, source, at) {
	form.lastIndex = at;
	return form.exec(source);
}
// src/scenario/request/text-pattern.ts
function readTextPattern(source) {
	try {
		new RegExp(source, "u");
	} catch (cause) {
		return (cause instanceof Error ? cause.message : "unknown error").replace(/^Invalid regular expression: /, "is no regular expression: ");
	}
	const linear = compileLinear(source);
	if (typeof linear === "string" || !isLinear(source)) return linear;
	return nativePattern(source);
}
// src/engine/client/transport.ts
const Want = {
	nothing: 0,
	head: 1,
	body: 2
};
// src/engine/client/answers.ts
var Page = class {
	fault = null;
	faultOf = "";
	reply = null;
	parsed = void 0;
	isParsed = false;
	turnTo(reply) {
		this.reply = reply;
		this.parsed = void 0;
		this.isParsed = false;
		this.fault = null;
		this.faultOf = "";
		return this;
	}
	get status() {
		return this.reply?.status ?? 0;
	}
	get head() {
		return this.reply?.head ?? "";
	}
	get body() {
		return this.reply?.body ?? "";
	}
	get bodyFault() {
		return this.reply?.bodyFault ?? null;
	}
	get json() {
		if (!this.isParsed) {
			this.isParsed = true;
			this.parsed = parsedJson(this.body);
		}
		return this.parsed;
	}
	blame(fault, of) {
		this.fault = fault;
		this.faultOf = of;
		return Outcome$1.malformed;
	}
};
function parsedJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
function answerReader(expect) {
	return expect === void 0 ? plainReader : expectReader(expect);
}
const statusWords = new Map([
	["soldOut", Answer.soldOut],
	["alreadyBooked", Answer.alreadyBooked],
	["ineligible", Answer.ineligible]
]);
const statusField = "{\"status\":\"";
const plainReader = {
	want: Want.body,
	awaits: () => false,
	read: (page, outcome) => {
		const { body } = page;
		if (outcome === Outcome$1.http5xx && body.startsWith(`${statusField}off"`)) return Answer.closed;
		if (outcome !== Outcome$1.ok) return outcome;
		if (body.startsWith(`${statusField}ok"`)) return Answer.ok;
		const { bodyFault } = page;
		if (!body.startsWith("{") && (bodyFault === null || body !== "")) return Answer.ok;
		if (!(bodyFault === null || bodyFault === "CharsetUnknown")) return page.blame(bodyFault, "");
		const word = atJsonPath(page.json, ["status"]);
		return (typeof word === "string" ? statusWords.get(word) : void 0) ?? Answer.ok;
	}
};
function expectReader(expect) {
	const { status, body } = expect;
	const entries = Object.entries(answersOf).flatMap(([name, answer]) => {
		const match = expect[name];
		return match === void 0 ? [] : [{
			name,
			answer,
			match,
			test: testOf(match)
		}];
	});
	const isGood = statusTest(status);
	const fits = body === void 0 ? null : testOf(body);
	const matches = [body, ...entries.map(({ match }) => match)];
	const awaited = new Set([status, ...matches.map((match) => match?.status)].flat());
	return {
		want: matches.some(readsBody) ? Want.body : Want.nothing,
		awaits: (given) => awaited.has(given),
		read: (page, outcome) => {
			for (const { name, answer, test } of entries) {
				const fit = test(page);
				if (fit === true) return answer;
				if (fit !== false) return page.blame(fit, name);
			}
			if (isGood === null ? outcome !== Outcome$1.ok : !isGood(page)) return outcome === Outcome$1.ok ? page.blame("NotAsExpected", "status") : outcome;
			const fit = fits === null || fits(page);
			if (fit === true) return Answer.ok;
			return page.blame(fit === false ? "NotAsExpected" : fit, "body");
		}
	};
}
const answersOf = {
	soldOut: Answer.soldOut,
	alreadyBooked: Answer.alreadyBooked,
	ineligible: Answer.ineligible,
	notOpen: Answer.notOpen,
	closed: Answer.closed
};
function readsBody(match) {
	return match?.text !== void 0 || match?.regex !== void 0 || match?.json !== void 0;
}
function statusTest(status) {
	if (status === void 0) return null;
	if (typeof status === "number") return (page) => page.status === status;
	const good = new Set(status);
	return (page) => good.has(page.status);
}
function testOf({ status, text, regex, json }) {
	const tests = [];
	const hasStatus = statusTest(status);
	if (hasStatus !== null) tests.push(hasStatus);
	if (text !== void 0) tests.push(textTest(text));
	if (regex !== void 0) {
		const pattern = readTextPattern(regex);
		if (typeof pattern === "string") throw new Error(`dambreak bug: unchecked: ${pattern}`);
		tests.push((page) => pattern.test(page.body) || (page.bodyFault ?? false));
	}
	if (json !== void 0) tests.push(jsonTest(json));
	return (page) => {
		let doubt = true;
		for (const test of tests) {
			const fit = test(page);
			if (fit === false) return false;
			if (fit !== true) doubt = fit;
		}
		return doubt;
	};
}
function textTest(text) {
	const isAscii = /^[\u0000-\u007f]*$/.test(text);
	return (page) => {
		const { body } = page;
		if (body.includes(text)) return true;
		const { bodyFault } = page;
		if (bodyFault === "CharsetUnknown" && isAscii) return false;
		return bodyFault ?? false;
	};
}
function jsonTest({ path: pathText, equals }) {
	const path = readJsonPath(pathText) ?? [];
	const isLarge = typeof equals === "string" && /^-?\d+$/.test(equals) && !Number.isSafeInteger(Number(equals));
	return (page) => {
		const value = atJsonPath(page.json, path);
		if (value === equals) return true;
		if (isLarge && typeof value === "number" && jsonTextAt(page.body, path) === equals) return true;
		return page.bodyFault ?? false;
	};
}
// src/engine/client/cookie-date.ts
function cookieDateMs(text) {
	let time = null;
	let day = null;
	let month = null;
	let year = null;
	for (const token of text.split(/[\t\u0020-\u002f\u003b-\u0040\u005b-\u0060\u007b-\u007e]+/)) {
		const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(token);
		const monthAt = months.indexOf(token.slice(0, 3).toLowerCase());
		if (time === null && clock !== null) time = clock.slice(1).map(Number);
		else if (day === null && /^\d{1,2}(?!\d)/.test(token)) day = Number.parseInt(token, 10);
		else if (month === null && monthAt >= 0) month = monthAt;
		else if (year === null && /^\d{2,4}(?!\d)/.test(token)) year = Number.parseInt(token, 10);
	}
	if (time === null || day === null || month === null || year === null) return null;
	if (year < 100) year += year < 70 ? 2e3 : 1900;
	const [hour = 0, minute = 0, second = 0] = time;
	if (day < 1 || day > 31 || year < 1601 || !(hour <= 23 && minute <= 59 && second <= 59)) return null;
	const ms = Date.UTC(year, month, day, hour, minute, second);
	return new Date(ms).getUTCDate() === day ? ms : null;
}
const months = "jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec".split(",");
const maxCookieChars = 4096;
const maxAttributeChars = 1024;
function foldCookies(cookies, { head, path }, { site, maxChars }) {
	if (!setsCookies(head)) return {
		cookies,
		dropped: 0
	};
	const nowMs = site.epochMs();
	const jar = new Map(cookiesIn(cookies).filter(({ expiresMs }) => expiresMs > nowMs).map((cookie) => [keyOf(cookie), cookie]));
	let dropped = 0;
	for (const line of setCookieLines(head)) {
		const cookie = readSetCookie(line, path, site);
		if (cookie === null) continue;
		if (cookie.name.length + cookie.value.length > maxCookieChars) dropped++;
		else if (cookie.expiresMs <= nowMs) jar.delete(keyOf(cookie));
		else jar.set(keyOf(cookie), cookie);
	}
	let text = textOf(jar.values());
	while (jar.size > 180 || text.length > maxChars) {
		const [oldest = ""] = jar.keys();
		jar.delete(oldest);
		dropped++;
		text = textOf(jar.values());
	}
	return {
		cookies: text,
		dropped
	};
}
const setsCookies = (head) => /^set-cookie:/im.test(head);
function cookieHeader(cookies, path, epochMs) {
	if (!cookies.includes("\n")) return cookies;
	const nowMs = epochMs();
	const place = pathOnly(path);
	return cookiesIn(cookies).filter((cookie) => cookie.expiresMs > nowMs && isPathWithin(place, cookie.path)).toSorted((a, b) => b.path.length - a.path.length).map(({ name, value }) => `${name}=${value}`).join("; ");
}
function cookieValue(name, cookies, { head, path, site }) {
	const nowMs = site.epochMs();
	const set = setCookieLines(head).flatMap((line) => readSetCookie(line, path, site) ?? []);
	return [...cookiesIn(cookies), ...set].filter((cookie) => cookie.name === name && cookie.expiresMs > nowMs).at(-1)?.value ?? null;
}
function setCookieLines(head) {
	return [...head.matchAll(/^set-cookie:([^\r\n]*)/gim)].map((match) => match[1] ?? "");
}
const keyOf = ({ name, path, domain }) => `${name}\n${path}\n${domain}`;
function cookiesIn(text) {
	if (text === "") return [];
	return text.split("; ").map((one) => {
		const [pair = "", path = "", domain = "", end = ""] = one.split("\n");
		const equals = pair.indexOf("=");
		return {
			name: pair.slice(0, equals),
			value: pair.slice(equals + 1),
			path: path === "" ? "/" : path,
			domain,
			expiresMs: end === "" ? Infinity : Number.parseInt(end, 36)
		};
	});
}
function textOf(cookies) {
	return [...cookies].map(({ name, value, path, domain, expiresMs }) => {
		const end = expiresMs === Infinity ? "" : expiresMs.toString(36);
		return `${name}=${value}\n${path === "/" ? "" : path}\n${domain}\n${end}`.replace(/\n+$/, "");
	}).join("; ");
}
function readSetCookie(line, requestPath, site) {
	if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) return null;
	const [pair = "", ...attributes] = line.split(";");
	const equals = pair.indexOf("=");
	const name = pair.slice(0, Math.max(0, equals)).trim();
	if (name === "") return null;
	const stated = attributesOf$1(attributes);
	const { target } = site;
	const isSecure = stated.has("secure");
	if (isSecure && target.protocol !== "https:" && !target.isLoopback) return null;
	const domain = domainOf(stated.get("domain") ?? "", target.host);
	if (domain === null) return null;
	const given = stated.get("path") ?? "";
	const path = given.startsWith("/") ? given : defaultPath(requestPath);
	if (!keepsPromise(name, {
		isSecure,
		isHostWide: path === "/" && !stated.get("domain")
	})) return null;
	return {
		name,
		value: pair.slice(equals + 1).trim(),
		path,
		domain,
		expiresMs: expiryOf(stated, site.epochMs)
	};
}
const readable = new Map([
	["domain", (value) => value !== ""],
	["max-age", (value) => /^-?\d+$/.test(value)],
	["expires", (value) => cookieDateMs(value) !== null]
]);
function attributesOf$1(texts) {
	const stated = new Map();
	for (const text of texts) {
		const equals = text.indexOf("=");
		const name = equals < 0 ? text : text.slice(0, equals);
		const value = equals < 0 ? "" : text.slice(equals + 1).trim();
		const key = name.trim().toLowerCase();
		if (value.length <= maxAttributeChars && (readable.get(key)?.(value) ?? true)) stated.set(key, value);
	}
	return stated;
}
function keepsPromise(name, { isSecure, isHostWide }) {
	if (/^__host-/i.test(name)) return isSecure && isHostWide;
	return isSecure || !/^__secure-/i.test(name);
}
function domainOf(given, host) {
	const domain = given.replace(/^\./, "").toLowerCase();
	const name = host.replace(/:\d+$/, "").toLowerCase();
	if (domain === "" || name === domain) return "";
	const isAddress = /^[\d.]+$|^\[/.test(name);
	return domain.includes(".") && !isAddress && name.endsWith(`.${domain}`) ? domain : null;
}
function expiryOf(stated, epochMs) {
	const age = stated.get("max-age") ?? "";
	if (age !== "") return Number(age) <= 0 ? -Infinity : epochMs() + secToMs(Number(age));
	return cookieDateMs(stated.get("expires") ?? "") ?? Infinity;
}
const pathOnly = (path) => path.split("?", 1)[0] ?? "";
function defaultPath(requestPath) {
	const path = pathOnly(requestPath);
	const last = path.lastIndexOf("/");
	return last <= 0 ? "/" : path.slice(0, last);
}
function isPathWithin(place, path) {
	if (!place.startsWith(path)) return false;
	return place.length === path.length || path.endsWith("/") || place.charAt(path.length) === "/";
}
// src/scenario/request/extract.ts
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const forms = "must be $.path, header:<name>, cookie:<name> or regex:<pattern>";
function readExtract(text) {
	if (text.startsWith("$")) {
		const path = readJsonPath(text);
		return path === null ? `must be a path such as $.booking.id or $.list[0]` : {
			from: "json",
			path
		};
	}
	const colon = text.indexOf(":");
	const kind = text.slice(0, Math.max(0, colon));
	const rest = text.slice(colon + 1);
	if (kind === "regex") {
		const pattern = readTextPattern(rest);
		if (typeof pattern === "string") return pattern;
		return pattern.groups === 1 ? {
			from: "regex",
			pattern
		} : "must have exactly one group";
	}
	if (kind !== "header" && kind !== "cookie") return forms;
	const name = rest.trim();
	if (!token.test(name)) return `must name a ${kind}, such as ${kind}:sid`;
	return kind === "header" ? {
		from: kind,
		name: name.toLowerCase()
	} : {
		from: kind,
		name
	};
}
// src/engine/client/head-fields.ts
function headerValue(head, name) {
	for (const value of valuesIn(head, name)) return value;
	return null;
}
function headerValues(head, name) {
	return [...valuesIn(head, name)];
}
function* valuesIn(head, name) {
	const { length } = name;
	for (let at = 0; at < head.length;) {
		const end = head.indexOf("\r\n", at);
		const stop = end < 0 ? head.length : end;
		if (head.charAt(at + length) === ":" && head.slice(at, at + length).toLowerCase() === name) yield head.slice(at + length + 1, stop).trim();
		at = stop + 2;
	}
}
// src/engine/client/body-facts.ts
function bodyFactsOf(head) {
	return {
		codings: headerValues(head, "content-encoding").flatMap((value) => value.split(",")).map((coding) => coding.trim().toLowerCase()).filter((coding) => coding !== "" && coding !== "identity"),
		...contentTypeOf(headerValues(head, "content-type").at(-1) ?? "")
	};
}
const charsetPattern = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))/i;
function contentTypeOf(value) {
	const [, double, single, bare] = charsetPattern.exec(value) ?? [];
	const [mediaType = ""] = value.split(/[;,]/, 1);
	return {
		mediaType: mediaType.trim().toLowerCase(),
		charset: (double ?? single ?? bare ?? "").trim().toLowerCase()
	};
}
function isHtml(mediaType, text) {
	if (mediaType !== "") return mediaType === "text/html" || mediaType === "application/xhtml+xml";
	return /^\s*<(?:!doctype|!--|html|head|body|meta|title|form)\b/i.test(text.slice(0, 256));
}
const isXml = (mediaType) => /[/+]xml$/.test(mediaType);
function charsetWithin({ mediaType }, text, isKnown) {
	if (!(isHtml(mediaType, text) || isXml(mediaType))) return "";
	const [, xml = ""] = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]+)/i.exec(text) ?? [];
	const labels = [xml, ...isHtml(mediaType, text) ? metaLabels(text) : []];
	for (const label of labels) {
		const name = label.trim().toLowerCase();
		if (/^utf-?16/.test(name)) return "utf-8";
		if (name === "x-user-defined") return "windows-1252";
		if (name !== "" && isKnown(name)) return name;
	}
	return "";
}
function* metaLabels(text) {
	for (const [, tag] of text.matchAll(/<!--[^]*?(?:-->|$)|<meta(?=[\s/])([^>]{0,2048})>/gi)) {
		if (tag === void 0) continue;
		const attributes = attributesOf(tag);
		const own = attributes.get("charset");
		if (own !== void 0) yield own;
		else if (attributes.get("http-equiv")?.toLowerCase() === "content-type") {
			const content = attributes.get("content") ?? "";
			const [, label] = /charset\s*=\s*["']?\s*([^\s;"']+)/i.exec(content) ?? [];
			if (label !== void 0) yield label;
		}
	}
}
function attributesOf(tag) {
	const attributes = new Map();
	for (const [, name = "", double, single, bare] of tag.matchAll(/([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
		const key = name.toLowerCase();
		if (!attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? "");
	}
	return attributes;
}
// src/engine/client/html-entities.ts
function decodeEntities(text) {
	if (!text.includes("&")) return text;
	return text.replaceAll(reference, (whole, ...parts) => {
		const [decimal, hex, name, end, next] = parts;
		if (decimal !== void 0) return charOf(Number.parseInt(decimal, 10));
		if (hex !== void 0) return charOf(Number.parseInt(hex, 16));
		if (name === void 0) return whole;
		if (end === ";") return named.get(name) ?? whole;
		return bareNames.has(name) && !/^[=0-9a-z]/i.test(next ?? "") ? named.get(name) ?? whole : whole;
	});
}
const reference = /&(?:#(\d+);?|#x([0-9a-f]+);?|([a-z][0-9a-z]{1,30})(;?)(?=([^]?)))/gi;
function charOf(code) {
	if (code === 0 || code > 1114111 || code >= 55296 && code <= 57343) return "�";
	return code >= 128 && code <= 159 ? windows1252.get(code) ?? String.fromCharCode(code) : String.fromCodePoint(code);
}
const windows1252 = new Map([..."€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ"].flatMap((char, i) => char === "?" ? [] : [[128 + i, char]]));
const latin1Names = "nbsp~iexcl~cent~pound~curren~yen~brvbar~sect~uml~copy~ordf~laquo~not~shy~reg~macr~deg~plusmn~sup2~sup3~acute~micro~para~middot~cedil~sup1~ordm~raquo~frac14~frac12~frac34~iquest~Agrave~Aacute~Acirc~Atilde~Auml~Aring~AElig~Ccedil~Egrave~Eacute~Ecirc~Euml~Igrave~Iacute~Icirc~Iuml~ETH~Ntilde~Ograve~Oacute~Ocirc~Otilde~Ouml~times~Oslash~Ugrave~Uacute~Ucirc~Uuml~Yacute~THORN~szlig~agrave~aacute~acirc~atilde~auml~aring~aelig~ccedil~egrave~eacute~ecirc~euml~igrave~iacute~icirc~iuml~eth~ntilde~ograve~oacute~ocirc~otilde~ouml~divide~oslash~ugrave~uacute~ucirc~uuml~yacute~thorn~yuml";
const asciiNames = "quot~\"~QUOT~\"~amp~&~AMP~&~lt~<~LT~<~gt~>~GT~>~excl~!~num~#~dollar~$~percnt~%~apos~'~lpar~(~rpar~)~ast~*~midast~*~plus~+~comma~,~period~.~sol~/~colon~:~semi~;~equals~=~quest~?~commat~@~lsqb~[~lbrack~[~bsol~\\~rsqb~]~rbrack~]~Hat~^~lowbar~_~UnderBar~_~grave~`~DiacriticalGrave~`~lcub~{~lbrace~{~verbar~|~vert~|~VerticalLine~|~rcub~}~rbrace~}";
const html4Names = "fnof~ƒ~Alpha~Α~Beta~Β~Gamma~Γ~Delta~Δ~Epsilon~Ε~Zeta~Ζ~Eta~Η~Theta~Θ~Iota~Ι~Kappa~Κ~Lambda~Λ~Mu~Μ~Nu~Ν~Xi~Ξ~Omicron~Ο~Pi~Π~Rho~Ρ~Sigma~Σ~Tau~Τ~Upsilon~Υ~Phi~Φ~Chi~Χ~Psi~Ψ~Omega~Ω~alpha~α~beta~β~gamma~γ~delta~δ~epsilon~ε~zeta~ζ~eta~η~theta~θ~iota~ι~kappa~κ~lambda~λ~mu~μ~nu~ν~xi~ξ~omicron~ο~pi~π~rho~ρ~sigmaf~ς~sigma~σ~tau~τ~upsilon~υ~phi~φ~chi~χ~psi~ψ~omega~ω~thetasym~ϑ~upsih~ϒ~piv~ϖ~bull~•~hellip~…~prime~′~Prime~″~oline~‾~frasl~⁄~weierp~℘~image~ℑ~real~ℜ~trade~™~alefsym~ℵ~larr~←~uarr~↑~rarr~→~darr~↓~harr~↔~crarr~↵~lArr~⇐~uArr~⇑~rArr~⇒~dArr~⇓~hArr~⇔~forall~∀~part~∂~exist~∃~empty~∅~nabla~∇~isin~∈~notin~∉~ni~∋~prod~∏~sum~∑~minus~−~lowast~∗~radic~√~prop~∝~infin~∞~ang~∠~and~∧~or~∨~cap~∩~cup~∪~int~∫~there4~∴~sim~∼~cong~≅~asymp~≈~ne~≠~equiv~≡~le~≤~ge~≥~sub~⊂~sup~⊃~nsub~⊄~sube~⊆~supe~⊇~oplus~⊕~otimes~⊗~perp~⊥~sdot~⋅~lceil~⌈~rceil~⌉~lfloor~⌊~rfloor~⌋~lang~⟨~rang~⟩~loz~◊~spades~♠~clubs~♣~hearts~♥~diams~♦~OElig~Œ~oelig~œ~Scaron~Š~scaron~š~Yuml~Ÿ~circ~ˆ~tilde~˜~ndash~–~mdash~—~lsquo~‘~rsquo~’~sbquo~‚~ldquo~“~rdquo~”~bdquo~„~dagger~†~Dagger~‡~permil~‰~lsaquo~‹~rsaquo~›~euro~€";
const named = new Map([
	...latin1Names.split("~").map((name, i) => [name, String.fromCharCode(160 + i)]),
	...pairsIn(asciiNames),
	...pairsIn(html4Names),
	["COPY", "©"],
	["REG", "®"],
	["COPY", "©"],
	["REG", "®"],
	["Tab", "	"],
	["NewLine", "\n"],
	["ensp", " "],
	["emsp", " "],
	["thinsp", " "],
	["zwnj", "‌"],
	["zwj", "‍"],
	["lrm", "‎"],
	["rlm", "‏"]
]);
const bareNames = new Set([...latin1Names.split("~"), ..."quot~QUOT~amp~AMP~lt~LT~gt~GT~COPY~REG".split("~")]);
function pairsIn(text) {
	const words = text.split("~");
	return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i], words[2 * i + 1]]);
}
function isRawText(page, at) {
	const before = page.slice(0, at);
	const opened = Math.max(lastOf(before, "<script"), lastOf(before, "<style"));
	return opened >= 0 && !/<\/(?:script|style)\b/i.test(before.slice(opened));
}
function lastOf(text, tag) {
	return text.toLowerCase().lastIndexOf(tag);
}
// src/engine/client/links.ts
function linkUsesOf({ journey, undo }) {
	const extracted = new Set(journey.flatMap(({ request }) => Object.keys(request?.extract ?? {})));
	const paths = [...journey.map(({ request }) => request?.path), undo?.request.path];
	const uses = new Map();
	for (const path of paths) {
		const { texts, names } = templateOf(path ?? "/");
		const [name] = names;
		if (name === void 0 || !extracted.has(name)) continue;
		if (texts[0] === "") uses.set(name, "whole");
		else if (texts[0] === "/" && !uses.has(name)) uses.set(name, "afterSlash");
	}
	return uses;
}
const isLinkText = (text) => /^(?:[/\\]|https?:)/i.test(text.trim());
const linkField = (name) => `→${name}`;
function linkOf({ values }, { name, isWhole }) {
	const link = values[linkField(name)];
	if (link === void 0) return isWhole ? "/" : null;
	return isWhole || isLinkText(values[name] ?? "") ? link : null;
}
function linkPath(text, { path, target, isBytes }) {
	const ascii = isBytes ? bytesEncoded(text) : text.toWellFormed();
	const base = `${target.protocol}//${target.host}${path}`;
	if (!URL.canParse(ascii, base)) return null;
	const { origin, pathname, search } = new URL(ascii, base);
	return origin === new URL(base).origin ? pathname + search : null;
}
function bytesEncoded(text) {
	return text.replaceAll(/[\u0080-\u00ff]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
// src/engine/client/extracts.ts
const maxKeptChars = 262144;
function extractorOf(extract = {}, context) {
	const sources = Object.entries(extract).map(([name, text]) => {
		const source = readExtract(text);
		if (typeof source === "string") throw new Error(`dambreak bug: unchecked: ${source}`);
		return [name, source];
	});
	return {
		want: sources.reduce((bits, [, { from }]) => bits | wants[from], 0),
		take: (page, kept, path) => {
			const taken = new Map();
			for (const [name, source] of sources) {
				const fault = takeInto(taken, {
					name,
					source,
					page,
					kept,
					path,
					context
				});
				if (fault === null) continue;
				page.blame(fault, name);
				return false;
			}
			for (const [name, value] of taken) kept.values[name] = value;
			return true;
		}
	};
}
const wants = {
	json: Want.body,
	regex: Want.body | Want.head,
	header: Want.head,
	cookie: Want.head
};
function takeInto(taken, taking) {
	const { name, source, kept, path, context } = taking;
	const { site, maxValueChars, links } = context;
	const found = valueOf(taking);
	if ("fault" in found) return found.fault;
	const { value } = found;
	if (value.length > maxValueChars || keptChars(kept, taken, value) > maxKeptChars) return "ValueTooLong";
	taken.set(name, value);
	const use = links.get(name);
	if (use === void 0 || use === "afterSlash" && !isLinkText(value)) return null;
	const link = linkPath(value, {
		path: path(),
		target: site.target,
		isBytes: source.from === "header"
	});
	if (link === null) return "LinkElsewhere";
	taken.set(linkField(name), link);
	return null;
}
function keptChars(kept, taken, value) {
	let chars = value.length;
	for (const one of Object.values(kept.values)) chars += one.length;
	for (const one of taken.values()) chars += one.length;
	return chars;
}
const missing = { fault: "ValueMissing" };
const found = (value) => value === null ? missing : { value };
function valueOf({ source, page, kept, path, context }) {
	switch (source.from) {
		case "json": return jsonValue(page, source.path);
		case "header": return found(headerValue(page.head, source.name));
		case "cookie": return found(cookieValue(source.name, kept.cookies, {
			head: page.head,
			path: path(),
			site: context.site
		}));
		case "regex": return matchedValue(page, source.pattern);
	}
}
function jsonValue(page, path) {
	const value = atJsonPath(page.json, path);
	const isText = typeof value === "string";
	if (page.bodyFault !== null && (!isText || value.includes("�"))) return { fault: page.bodyFault };
	if (isText) return { value };
	if (typeof value === "boolean") return { value: String(value) };
	return typeof value === "number" ? found(jsonTextAt(page.body, path)) : missing;
}
function matchedValue(page, pattern) {
	const { body, bodyFault } = page;
	const match = pattern.exec(body);
	const value = match?.groups[1];
	if (match === null || value === void 0) return { fault: bodyFault ?? "ValueMissing" };
	const isUnsure = match.to === body.length || value.includes("�");
	if (bodyFault !== null && isUnsure) return { fault: bodyFault };
	if (!value.includes("&")) return { value };
	return { value: isHtml(bodyFactsOf(page.head).mediaType, body) && !isRawText(body, match.from) ? decodeEntities(value) : value };
}
// src/scenario/schema/limits.ts
const birthYears = {
	first: 1850,
	last: 2100
};
// src/workload/offers.ts
function offerDraw(offers, seed) {
	const key = streamKey(seed, streams.offer);
	const offered = offers.reduce((sum, offer) => sum + offer.slots, 0);
	const last = offers.length - 1;
	let sum = 0;
	const chosenBelow = offers.map((offer) => (sum += offer.slots) / Math.max(1, offered));
	return (entity) => {
		const u = uniform(key, entity);
		let chosen = 0;
		while (chosen < last && u >= chosenBelow[chosen]) chosen++;
		return chosen;
	};
}
// src/engine/client/identity.ts
const personName = (runCode, person) => `${runCode}-${person}`;
function createIdentity(scenario, { population, seed, runCode }) {
	assert(/^[\w.-]{1,40}$/.test(runCode), `run code: ${runCode}`);
	const { from, to } = scenario.population.birthYears;
	const { eligibleCame } = population;
	const key = streamKey(seed, streams.birthYear);
	const inside = to - from + 1;
	const before = from - birthYears.first;
	const outside = before + birthYears.last - to;
	const offers = scenario.inventory?.offers ?? [];
	const draw = offerDraw(offers, seed);
	return {
		person: (person) => personName(runCode, person),
		birthYear: (person) => {
			const u = uniform(key, person);
			if (person < eligibleCame) return from + Math.floor(u * inside);
			const i = Math.floor(u * outside);
			return i < before ? birthYears.first + i : to + 1 + i - before;
		},
		choice: (entity) => offers.length === 0 ? null : offers[draw(entity)]
	};
}
// src/engine/client/redirects.ts
const maxLocationChars = 4096;
function isRedirect(status) {
	return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}
function hopOf({ status, head }, from, target) {
	const location = headerValue(head, "location");
	if (location === null || location.length > maxLocationChars) return null;
	const path = linkPath(location, {
		path: from.path,
		target,
		isBytes: true
	});
	if (path === null) return null;
	return {
		method: status === 303 && from.method !== "HEAD" || status <= 302 && from.method === "POST" ? "GET" : from.method,
		path
	};
}
// src/engine/client/fill.ts
function fillerOf(texts, values) {
	const [first = ""] = texts;
	if (values.length === 0) return {
		constant: first,
		fill: () => first
	};
	const count = values.length;
	return {
		constant: null,
		fill: (asking) => {
			let text = first;
			for (let i = 0; i < count; i++) text += values[i](asking) + texts[i + 1];
			return text;
		}
	};
}
function fillerOfTemplate(template, values, encode) {
	const encoded = template.names.map((name) => {
		const value = values(name);
		return (asking) => encode(value(asking));
	});
	return fillerOf(template.texts, encoded);
}
const encodeField = (text) => encodeURIComponent(text.toWellFormed());
const encodeSegment = (text) => text === "." || text === ".." ? text.replaceAll(".", "%252E") : encodeField(text);
const encodeHeader = (text) => /[^ -~\u00a0-\u00ff]/.test(text) ? text.toWellFormed().replaceAll(/[^ -~\u00a0-\u00ff]/gu, encodeURIComponent) : text;
const encodeCookie = (text) => encodeHeader(text).replaceAll(";", "%3B");
const encodeJson = (text) => JSON.stringify(text).slice(1, -1);
const encodeNothing = (text) => text;
function jsonFiller(body, values) {
	const texts = [""];
	const found = [];
	const write = (text) => {
		texts[texts.length - 1] += text;
	};
	const place = (value) => {
		found.push(value);
		texts.push("");
	};
	const text = (template) => {
		const [only = ""] = template.names;
		if (template.names.length === 1 && template.texts.join("") === "" && numericNames.has(only)) {
			place(values(only));
			return;
		}
		write("\"");
		template.texts.forEach((piece, i) => {
			if (i > 0) {
				const value = values(template.names[i - 1] ?? "");
				place((asking) => encodeJson(value(asking)));
			}
			write(encodeJson(piece));
		});
		write("\"");
	};
	const inner = (value) => {
		if (typeof value === "string") text(templateOf(value));
		else if (Array.isArray(value)) list("[]", value, inner);
		else if (isMapping(value)) list("{}", Object.entries(value), ([key, field]) => {
			write(`${JSON.stringify(key)}:`);
			inner(field);
		});
		else write(JSON.stringify(value));
	};
	const list = (brackets, items, each) => {
		write(brackets.charAt(0));
		items.forEach((item, i) => {
			if (i > 0) write(",");
			each(item);
		});
		write(brackets.charAt(1));
	};
	inner(body);
	return fillerOf(texts, found);
}
function formFiller(body, values) {
	const texts = [""];
	const found = [];
	Object.entries(body).forEach(([name, given], i) => {
		const template = templateOf(String(given));
		texts[texts.length - 1] += `${i > 0 ? "&" : ""}${encodeField(name)}=`;
		template.texts.forEach((piece, j) => {
			if (j > 0) {
				const value = values(template.names[j - 1] ?? "");
				found.push((asking) => encodeField(value(asking)));
				texts.push("");
			}
			texts[texts.length - 1] += encodeField(piece);
		});
	});
	return fillerOf(texts, found);
}
// src/engine/client/step-request.ts
const keyCookie = `NetFunnel_ID=${encodeURIComponent("5002:200:key=")}`;
function compileRequest(request, { values, basePath, sendsCookies, epochMs, links }) {
	const { method } = request;
	const body = bodyFiller(request, values);
	const path = pathFiller(request.path, {
		basePath,
		values,
		links
	});
	const { lines, bareLines, ownCookie } = headerFillers(request, values);
	const cookies = ({ kept }, to) => {
		const key = kept.key === "" ? "" : keyCookie + encodeField(kept.key);
		const stored = sendsCookies ? cookieHeader(kept.cookies, to, epochMs) : "";
		return key === "" || stored === "" ? key + stored : `${key}; ${stored}`;
	};
	const cookieLine = (asking, to) => {
		const own = ownCookie?.fill(asking) ?? "";
		const others = cookies(asking, to);
		if (own === "" && others === "") return "";
		return `cookie: ${own}${own === "" || others === "" ? "" : "; "}${others}\r\n`;
	};
	const isConstant = [
		path,
		lines,
		body,
		ownCookie
	].every((one) => one?.constant !== null);
	const nobody = {
		person: 0,
		entity: 0,
		kept: {
			key: "",
			cookies: "",
			values: {}
		}
	};
	const make = (asking) => {
		const to = path.fill(asking);
		const headers = lines.fill(asking) + cookieLine(asking, to);
		return {
			method,
			path: to,
			headers,
			body: body.fill(asking)
		};
	};
	const constant = isConstant ? make(nobody) : null;
	return {
		method,
		outgoing: (asking) => constant !== null && cookies(asking, constant.path) === "" ? constant : make(asking),
		redirected: (asking, hop) => {
			const keepsBody = hop.method === method;
			return {
				...hop,
				headers: (keepsBody ? lines : bareLines).fill(asking) + cookieLine(asking, hop.path),
				body: keepsBody ? body.fill(asking) : ""
			};
		}
	};
}
function bodyFiller(request, values) {
	const { body } = request;
	const kind = contentKindOf(request);
	if (body === void 0) return fillerOf([""], []);
	if (typeof body === "string") {
		const encode = {
			json: encodeJson,
			form: encodeField,
			text: encodeNothing
		}[kind];
		return fillerOfTemplate(templateOf(body), values, encode);
	}
	return kind === "form" && isMapping(body) ? formFiller(body, values) : jsonFiller(body, values);
}
function pathFiller(path, { basePath, values, links }) {
	const { texts, names } = pathTemplateOf(path);
	let inQuery = false;
	const found = names.map((name, i) => {
		inQuery ||= texts[i]?.includes("?") === true;
		const encode = inQuery ? encodeField : encodeSegment;
		const value = values(name);
		return (asking) => encode(value(asking));
	});
	const plain = fillerOf([basePath + (texts[0] ?? ""), ...texts.slice(1)], found);
	const [name = ""] = names;
	if (!(links.has(name) && (texts[0] === "" || texts[0] === "/"))) return plain;
	const rest = fillerOf(texts.slice(1), found.slice(1));
	return {
		constant: null,
		fill: (asking) => {
			const link = linkOf(asking.kept, {
				name,
				isWhole: texts[0] === ""
			});
			return link === null ? plain.fill(asking) : link + rest.fill(asking);
		}
	};
}
const contentTypes = {
	json: "application/json",
	text: "text/plain; charset=utf-8",
	form: ""
};
function headerFillers(request, values) {
	const entries = Object.entries(request.headers);
	const isCookie = ([name]) => name.toLowerCase() === "cookie";
	const isOfBody = ([name]) => /^content-/i.test(name);
	const plain = entries.filter((entry) => !isCookie(entry));
	const hasType = plain.some(([name]) => name.toLowerCase() === "content-type");
	if (request.body !== void 0 && !hasType) plain.push(["content-type", contentTypes[contentKindOf(request)]]);
	const ownCookie = entries.find(isCookie)?.[1];
	return {
		lines: linesFiller(plain, values),
		bareLines: linesFiller(plain.filter((entry) => !isOfBody(entry)), values),
		ownCookie: ownCookie === void 0 ? void 0 : fillerOfTemplate(templateOf(ownCookie), values, encodeCookie)
	};
}
function linesFiller(entries, values) {
	const texts = [""];
	const found = [];
	for (const [name, given] of entries) {
		const template = templateOf(given);
		texts[texts.length - 1] += `${name}: `;
		template.texts.forEach((text, i) => {
			if (i > 0) {
				const value = values(template.names[i - 1] ?? "");
				found.push((asking) => encodeHeader(value(asking)));
				texts.push("");
			}
			texts[texts.length - 1] += text;
		});
		texts[texts.length - 1] += "\r\n";
	}
	return fillerOf(texts, found);
}
// src/engine/client/values.ts
function createValues({ journey }, inputs) {
	const known = new Map([...Object.entries(ownValues(inputs.identity)), ...journey.flatMap(({ data }, step) => dataValues(data, step, inputs))]);
	return (name) => {
		if (name.startsWith("env.")) {
			const text = variable(inputs.environment, name);
			return () => must(text, `variable of ${name}`);
		}
		return known.get(name) ?? extracted(name);
	};
}
function ownValues(identity) {
	return {
		person: ({ person }) => identity.person(person),
		birthYear: ({ person }) => String(identity.birthYear(person)),
		place: ({ entity }) => identity.choice(entity)?.place ?? "",
		date: ({ entity }) => identity.choice(entity)?.date ?? "",
		ticket: ({ entity }) => String(entity >>> 0)
	};
}
function dataValues(data, step, { seed, tables, cell = cellOf }) {
	if (data === void 0) return [];
	const table = data.csv === void 0 ? void 0 : tables.get(tableKeyOf(data));
	const columns = (table?.columns ?? []).map((name, column) => [name, ({ person }) => cell(must(table, "a table"), person, column)]);
	const streamOfStep = streamKey(seed, streams.personData);
	const fields = Object.entries(data.generate ?? {}).map(([name, text], i) => {
		const generator = readGenerator(text);
		if (typeof generator === "string") throw new Error(`dambreak bug: unchecked: ${generator}`);
		const key = streamKey(streamOfStep, step * 4096 + i);
		return [name, ({ person }) => generatedText(generator, key, person)];
	});
	return [...columns, ...fields];
}
const extracted = (name) => ({ kept: { values } }) => Object.hasOwn(values, name) ? values[name] : "";
function environmentFaults({ journey, undo }, environment) {
	const asked = journey.flatMap(({ request }, i) => request === void 0 ? [] : [{
		request,
		at: [
			"journey",
			i,
			"request"
		]
	}]);
	const requests = undo === void 0 ? [] : [{
		request: undo.request,
		at: ["undo", "request"]
	}];
	return [...asked, ...requests].flatMap(({ request, at }) => templatesOf(request).flatMap(({ path, text }) => templateOf(text).names.flatMap((name) => {
		if (!name.startsWith("env.")) return [];
		if (variable(environment, name) !== void 0) return [];
		const message = `the environment has no variable ${name.slice(4)}`;
		return [{
			path: pathText([...at, ...path]),
			message
		}];
	})));
}
function variable(environment, name) {
	const key = name.slice(4);
	return Object.hasOwn(environment, key) ? environment[key] : void 0;
}
// src/engine/client/create-journey-calls.ts
function callFaults(scenario, { tables, population, environment }) {
	return [...shortageFaults(scenario, tables, population.came), ...environmentFaults(scenario, environment)];
}
function createJourneyCalls(scenario, inputs) {
	throwFaults(scenario, inputs);
	const context = {
		values: valuesOf(scenario, inputs),
		inputs,
		rules: answerRulesOf(scenario),
		links: linkUsesOf(scenario)
	};
	return new Calls(scenario.journey.map((step) => callOf(step, context)), scenario, inputs);
}
function throwFaults(scenario, inputs) {
	const faults = callFaults(scenario, inputs);
	if (faults.length === 0) return;
	throw new DambreakError("scenario", `the scenario ${scenario.name} cannot be performed`, faults);
}
function valuesOf(scenario, inputs) {
	const identity = inputs.identity ?? createIdentity(scenario, inputs);
	return createValues(scenario, {
		...inputs,
		identity
	});
}
const ownPages = {
	cookies: false,
	redirects: false,
	extract: {}
};
function callOf(step, { values, inputs, rules, links }) {
	const { target, epochMs } = inputs;
	const { cookies, redirects, extract } = step.request ?? ownPages;
	const reader = answerReader(step.expect);
	const { maxValueChars } = rules;
	const extractor = extractorOf(extract, {
		site: inputs,
		maxValueChars,
		links
	});
	return {
		request: compileRequest(requestOf(step), {
			values,
			basePath: target.basePath,
			sendsCookies: cookies,
			epochMs,
			links
		}),
		reader,
		extractor,
		takesCookies: cookies,
		followsRedirects: redirects,
		want: reader.want | extractor.want | (cookies || redirects ? Want.head : Want.nothing)
	};
}
const hopField = "→";
var Calls = class {
	keepsNothing;
	calls;
	site;
	maxCookieChars;
	page = new Page();
	asking = {
		person: 0,
		entity: 0,
		kept: {
			key: "",
			cookies: "",
			values: {}
		}
	};
	reading = {
		answer: 0,
		outcome: 0,
		next: null,
		keptChanged: false,
		fault: null,
		faultOf: "",
		droppedCookies: 0
	};
	constructor(calls, scenario, site) {
		const { waitingRoom } = scenario;
		this.calls = calls;
		this.site = site;
		this.maxCookieChars = answerRulesOf(scenario).maxCookieChars;
		this.keepsNothing = waitingRoom.protocol === "none" && calls.every((call) => !call.takesCookies && !call.followsRedirects && !takesValues(call));
	}
	outgoing(index, caller, kept) {
		return this.calls[index].request.outgoing(this.askedBy(caller, kept));
	}
	want(index) {
		return this.calls[index].want;
	}
	read(index, reply, kept, hops, caller) {
		const { reading } = this;
		reading.answer = reply.outcome;
		reading.outcome = reply.outcome;
		reading.next = null;
		reading.keptChanged = false;
		reading.fault = reply.outcome === Outcome$1.malformed ? reply.bodyFault ?? "ResponseBroken" : null;
		reading.faultOf = "";
		reading.droppedCookies = 0;
		if (reply.status === 0 || !hasAnswered(reply.outcome)) return reading;
		const call = this.calls[index];
		const from = hops > 0 ? this.takeHop(kept) : null;
		const asking = this.askedBy(caller, kept);
		const at = () => from ?? call.request.outgoing(asking);
		if (call.takesCookies && setsCookies(reply.head)) this.takeCookies(kept, reply.head, at().path);
		if (call.followsRedirects && isRedirect(reply.status) && !call.reader.awaits(reply.status)) {
			const hop = hops < 5 ? hopOf(reply, at(), this.site.target) : null;
			if (hop === null) this.blame("RedirectNotFollowed", "");
			else this.follow(call, asking, hop);
			return reading;
		}
		const page = this.page.turnTo(reply);
		const answer = call.reader.read(page, reply.outcome);
		this.conclude(answer);
		if (page.fault !== null) this.blame(page.fault, page.faultOf);
		if (answer === Answer.closed || answer === Answer.notOpen) reading.outcome = reply.outcome === Outcome$1.ok ? Outcome$1.http5xx : reply.outcome;
		if (answer === Answer.ok && takesValues(call)) {
			if (call.extractor.take(page, kept, () => at().path)) reading.keptChanged = true;
			else if (page.fault !== null) this.blame(page.fault, page.faultOf);
		}
		return reading;
	}
	takeCookies(kept, head, path) {
		const { reading, site, maxCookieChars: maxChars } = this;
		const { cookies, dropped } = foldCookies(kept.cookies, {
			head,
			path
		}, {
			site,
			maxChars
		});
		if (cookies !== kept.cookies) reading.keptChanged = true;
		kept.cookies = cookies;
		reading.droppedCookies = dropped;
	}
	blame(fault, of) {
		this.conclude(Outcome$1.malformed);
		this.reading.fault = fault;
		this.reading.faultOf = of;
	}
	follow({ request }, asking, hop) {
		asking.kept.values[hopField] = `${hop.method} ${hop.path}`;
		this.reading.keptChanged = true;
		this.reading.next = request.redirected(asking, hop);
	}
	takeHop({ values }) {
		const text = values[hopField];
		if (text === void 0) return null;
		delete values[hopField];
		this.reading.keptChanged = true;
		const space = text.indexOf(" ");
		return {
			method: text.slice(0, space),
			path: text.slice(space + 1)
		};
	}
	conclude(answer) {
		this.reading.answer = answer;
		this.reading.outcome = answer > Outcome$1.dropped ? Outcome$1.ok : answer;
	}
	askedBy(caller, kept) {
		const { asking } = this;
		asking.person = caller.person;
		asking.entity = caller.entity;
		asking.kept = kept;
		return asking;
	}
};
const takesValues = ({ extractor }) => extractor.want !== Want.nothing;
function hasAnswered(outcome) {
	return outcome === Outcome$1.ok || outcome === Outcome$1.http4xx || outcome === Outcome$1.http5xx;
}
// src/waitingroom/netfunnel.ts
const netfunnelPath = "/ts.wseq";
const Opcode = {
	ticket: 5001,
	enter: 5101,
	poll: 5002,
	alive: 5003,
	complete: 5004
};
const Name = {
	opcode: 1,
	key: 2,
	prefix: 4,
	js: 8,
	sid: 16,
	aid: 32,
	uid: 64,
	utid: 128,
	ttl: 256,
	nfid: 512
};
const names = Object.entries(Name).map(([name, bit]) => ({
	text: `${name}=`,
	bit
}));
Array.from({ length: 128 }, (_, code) => names.filter(({ text }) => text.charCodeAt(0) === code));
Array.from({ length: 101 }, (_, i) => `NetFunnel.gRtype=${5001 + i};`);
Name.sid | Name.aid;
Name.opcode | Name.key | Name.prefix | Name.js;
const scriptReply = /^NetFunnel\.gRtype=\w*;\s*NetFunnel\.gControl\.result='([^']*)';/;
const bareReply = /^(\d{4}):(\d{3}):([^']*)$/;
function parseReply(text) {
	const [, type, code, list = ""] = bareReply.exec(scriptReply.exec(text)?.[1] ?? text.trim()) ?? [];
	if (type === void 0 || code === void 0) return null;
	const fields = {};
	for (const pair of list.split("&")) {
		const equals = pair.indexOf("=");
		const name = pair.slice(0, Math.max(0, equals));
		const value = pair.slice(equals + 1);
		if (name === "key" || name === "ip") fields[name] = value;
		else if (isNumberField(name) && value !== "" && Number.isFinite(Number(value))) fields[name] = Number(value);
	}
	return {
		type: Number(type),
		code: Number(code),
		fields
	};
}
const numberFields = [
	"nwait",
	"nnext",
	"tps",
	"ttl",
	"port"
];
function isNumberField(name) {
	return numberFields.some((field) => field === name);
}
function formatQuery(opcode, parameters) {
	return Object.entries(parameters).reduce((query, [name, value]) => `${query}&${name}=${encodeURIComponent(value)}`, `opcode=${opcode}`);
}
// src/engine/client/gate-calls.ts
const gateTimeoutMs = 3e3;
const failOpenKey = "connection_timeout";
const GateWord = {
	pass: 0,
	wait: 1,
	free: 2,
	notStarted: 3,
	expired: 4,
	refused: 5,
	failed: 6
};
const noFields = {};
var GateCalls = class {
	enter;
	path;
	constructor(basePath, asked) {
		const { sid = "service_1", aid = "act_1" } = asked;
		this.path = `${basePath}${netfunnelPath}?`;
		this.enter = this.call(formatQuery(Opcode.enter, {
			sid,
			aid
		}));
	}
	poll(key, ttlSec) {
		return this.call(formatQuery(Opcode.poll, {
			key,
			ttl: msToSec(Math.round(secToMs(ttlSec)))
		}));
	}
	complete(key) {
		return this.call(formatQuery(Opcode.complete, { key }));
	}
	call(query) {
		return {
			method: "GET",
			path: this.path + query,
			headers: "",
			body: ""
		};
	}
};
function readGateAnswer(reply, into) {
	into.fields = noFields;
	into.outcome = reply.outcome;
	into.word = GateWord.failed;
	if (reply.outcome !== Outcome$1.ok) return;
	const parsed = reply.status === 200 ? parseReply(reply.body) : null;
	if (parsed === null) {
		into.outcome = Outcome$1.malformed;
		return;
	}
	into.fields = parsed.fields;
	into.word = wordOf(parsed.code);
	if (!(parsed.fields.key === void 0 || parsed.fields.key === "")) return;
	if (parsed.code === EXPRESS) into.word = GateWord.free;
	else if (into.word === GateWord.pass || into.word === GateWord.wait) {
		into.outcome = Outcome$1.malformed;
		into.word = GateWord.failed;
	}
}
const EXPRESS = 303;
function wordOf(code) {
	switch (code) {
		case 200:
		case EXPRESS: return GateWord.pass;
		case 201:
		case 202: return GateWord.wait;
		case 300: return GateWord.free;
		case 508: return GateWord.expired;
		case 510: return GateWord.notStarted;
		default: return GateWord.refused;
	}
}
// src/workload/population.ts
function personOf(population, j) {
	return remainder(remainder(j * population.stride, population.tickets), population.came);
}
function remainder(a, n) {
	const r = a - Math.floor(a / n) * n;
	return r < 0 ? r + n : r;
}
// src/engine/client/waiting-room-client.ts
const JITTER = .1;
var WaitingRoomClient = class {
	state;
	sender;
	host;
	answer = {
		word: 0,
		outcome: 0,
		fields: {}
	};
	dispatch;
	ttlCeilingSec;
	constructor(state, sender, host) {
		this.state = state;
		this.sender = sender;
		this.host = host;
		const { maxTtlSec, pollSec } = state.inputs.scenario.waitingRoom;
		this.ttlCeilingSec = Math.max(maxTtlSec, pollSec.back);
		this.dispatch = {
			outgoing: state.inputs.gate.enter,
			want: Want.body,
			phase: Phase.enter,
			intendedMs: 0,
			timeoutMs: gateTimeoutMs
		};
	}
	knock(v, intendedMs) {
		this.state.rows.enteredMs[v] = intendedMs;
		if (this.call(v, this.state.inputs.gate.enter, Phase.enter, intendedMs)) return;
		this.host.issue(v);
		this.fail(v, Outcome$1.dropped, intendedMs);
	}
	poll(v, intendedMs) {
		const { state } = this;
		state.kept.load(v, state.own);
		const outgoing = state.inputs.gate.poll(state.own.key, state.ttlSec(v));
		if (this.call(v, outgoing, Phase.poll, intendedMs)) state.tally.polls++;
		else this.pollLater(v, intendedMs);
	}
	answered(v, reply, phase) {
		const { state, answer } = this;
		const { tally } = state;
		readGateAnswer(reply, answer);
		tally.gateOutcomes[answer.outcome]++;
		if (answer.outcome === Outcome$1.dropped) tally.droppedGenerator++;
		const us = msToUs(reply.doneMs - reply.sentMs);
		if (!Number.isNaN(us)) tally.gateResponseUs.recordAt(indexOf(latencyLayout, us));
		state.inputs.recorder.gateCalled?.(phase & Phase.mask, answer.outcome, us);
		if (reply.connectUs >= 0) tally.gateConnectUs.recordAt(indexOf(latencyLayout, reply.connectUs));
		const isTimeout = answer.outcome === Outcome$1.timeout || answer.outcome === Outcome$1.connectTimeout;
		if (isTimeout && (phase & PhaseFlag.again) === 0) {
			if (state.isEnding) this.leaveUnfinished(v, phase);
			else this.callAgain(v, reply.doneMs, phase);
			return;
		}
		state.setPhase(v, phase & ~(Phase.mask | PhaseFlag.again));
		if ((phase & Phase.mask) === Phase.enter) this.entered(v, reply.doneMs, isTimeout);
		else this.polled(v, reply.doneMs, isTimeout);
	}
	giveUp(v, atMs) {
		this.stepOut(v, atMs, false);
		this.host.decide(v, Answer.gaveUp, atMs);
	}
	stepOut(v, atMs, admitted) {
		const { state } = this;
		const { recorder } = state.inputs;
		state.waiting--;
		state.rows.clear(v, Flag.waiting);
		recorder.waitEnded(state.scenarioMs(state.rows.enteredMs[v]), state.scenarioMs(atMs), admitted);
	}
	call(v, outgoing, phase, intendedMs) {
		const { dispatch } = this;
		dispatch.outgoing = outgoing;
		dispatch.phase = phase;
		dispatch.intendedMs = intendedMs;
		return this.sender.send(v, dispatch);
	}
	leaveUnfinished(v, phase) {
		this.state.setPhase(v, phase & ~Phase.mask);
		if ((phase & Phase.mask) === Phase.enter) this.host.issue(v);
	}
	callAgain(v, nowMs, phase) {
		const { state } = this;
		state.setPhase(v, phase | PhaseFlag.again);
		const kind = phase & Phase.mask;
		state.kept.load(v, state.own);
		const { gate } = state.inputs;
		const outgoing = kind === Phase.enter ? gate.enter : gate.poll(state.own.key, state.ttlSec(v));
		if (this.call(v, outgoing, kind, nowMs)) return;
		state.setPhase(v, phase & ~(Phase.mask | PhaseFlag.again));
		if (kind === Phase.poll) return this.pollLater(v, nowMs);
		this.host.issue(v);
		this.fail(v, Outcome$1.dropped, nowMs);
	}
	entered(v, nowMs, isTimeout) {
		const { state, answer, host } = this;
		if (answer.word === GateWord.notStarted) {
			state.crowd.resumeAtMs = state.resumeAtMs(nowMs);
			host.decide(v, Answer.closed, nowMs);
			return;
		}
		host.issue(v);
		switch (answer.word) {
			case GateWord.pass:
			case GateWord.wait:
				this.join(v);
				if (answer.word === GateWord.pass) this.admit(v, nowMs);
				else this.waitOn(v, nowMs);
				return;
			case GateWord.free:
				state.setPhase(v, state.phase(v) | PhaseFlag.hadTurn);
				host.enter(v, nowMs);
				return;
			default: if (isTimeout && this.failsOpen(v)) this.failOpen(v, nowMs);
			else this.fail(v, answer.outcome, nowMs);
		}
	}
	polled(v, nowMs, isTimeout) {
		const { state, answer, host } = this;
		switch (answer.word) {
			case GateWord.pass:
			case GateWord.free:
				this.admit(v, nowMs);
				return;
			case GateWord.wait:
				this.waitOn(v, nowMs);
				return;
			case GateWord.expired:
				this.stepOut(v, nowMs, false);
				state.crowd.resumeAtMs = state.resumeAtMs(nowMs);
				host.decide(v, Answer.voided, nowMs);
				return;
			case GateWord.refused:
				this.stepOut(v, nowMs, false);
				this.fail(v, Outcome$1.http4xx, nowMs);
				return;
			default: if (isTimeout && this.failsOpen(v)) {
				this.stepOut(v, nowMs, false);
				this.failOpen(v, nowMs);
			} else this.pollLater(v, nowMs);
		}
	}
	join(v) {
		const { state, answer } = this;
		const { rows, inputs } = state;
		const { nwait = 0, tps = 0 } = answer.fields;
		const enteredMs = rows.enteredMs[v];
		rows.setEtaSec(v, tps > 0 ? nwait / tps : NaN);
		rows.set(v, Flag.waiting);
		state.waiting++;
		inputs.recorder.queued(state.scenarioMs(enteredMs));
		this.host.decide(v, Answer.queued, enteredMs);
	}
	admit(v, nowMs) {
		const { state, answer } = this;
		const { rows, inputs } = state;
		const { recorder, window } = inputs;
		const waitedMs = nowMs - rows.enteredMs[v];
		const etaMs = secToMs(rows.etaSec(v));
		this.keepKey(v);
		this.stepOut(v, nowMs, true);
		recorder.turnCalled(state.scenarioMs(nowMs));
		recorder.admitted(state.scenarioMs(nowMs));
		if (!Number.isNaN(etaMs)) recorder.etaError(state.scenarioMs(Math.abs(etaMs - waitedMs)));
		if (answer.word === GateWord.pass && isEarly(window, nowMs)) state.findings.earlyAdmission++;
		state.setPhase(v, state.phase(v) | PhaseFlag.hadTurn);
		this.host.enter(v, nowMs);
	}
	waitOn(v, nowMs) {
		const { ttl = 0 } = this.answer.fields;
		this.state.setTtlSec(v, ttl);
		this.keepKey(v);
		this.pollLater(v, nowMs);
	}
	keepKey(v) {
		const { state } = this;
		const { key } = this.answer.fields;
		if (key === void 0) return;
		state.kept.load(v, state.own);
		if (state.own.key === key) return;
		state.own.key = key;
		state.kept.save(v, state.own);
	}
	pollLater(v, nowMs) {
		const { rows, wheel, crowd } = this.state;
		const ttlSec = Math.min(this.state.ttlSec(v), this.ttlCeilingSec);
		const entity = rows.entity(v);
		const spread = 1 + JITTER * (uniform(crowd.keys.poll, entity, nowMs | 0) - .5);
		const atMs = ttlSec > 0 ? nowMs + secToMs(ttlSec) * spread : Infinity;
		const endsMs = Math.max(nowMs, rows.enteredMs[v] + patienceMs(crowd, entity));
		const dueMs = Math.min(atMs, endsMs);
		if (dueMs === Infinity) {
			rows.setAction(v, Action$1.none);
			return;
		}
		rows.setAction(v, endsMs <= atMs ? Action$1.abandon : Action$1.poll);
		wheel.schedule(v, dueMs);
	}
	fail(v, outcome, nowMs) {
		this.state.rows.setTries(v, this.state.crowd.retryTries);
		this.host.decide(v, outcome === Outcome$1.ok ? Outcome$1.http4xx : outcome, nowMs);
	}
	failsOpen(v) {
		const { crowd, rows, inputs, failsOpen } = this.state;
		const { failOpen } = inputs.scenario.waitingRoom;
		return failsOpen && uniform(crowd.keys.failOpen, rows.entity(v), 0) < failOpen;
	}
	failOpen(v, nowMs) {
		this.host.decide(v, Answer.failedOpen, nowMs - 2 * gateTimeoutMs);
	}
};
// src/engine/client/pages.ts
const HOPS = 7 << PhaseFlag.hopsBit;
var Pages = class {
	state;
	sender;
	host;
	timeoutMs;
	bookStep;
	gated;
	keepsNothing;
	caller = {
		person: 0,
		entity: 0
	};
	dispatch;
	constructor(state, sender, host) {
		const { scenario, calls, gate } = state.inputs;
		this.state = state;
		this.sender = sender;
		this.host = host;
		this.timeoutMs = Float64Array.from(scenario.journey, (entry) => entry.timeoutMs);
		this.bookStep = bookStepOf(scenario);
		this.gated = scenario.waitingRoom.protocol !== "none";
		this.keepsNothing = calls.keepsNothing && !this.gated;
		this.dispatch = {
			outgoing: gate.enter,
			want: 0,
			phase: Phase.step,
			intendedMs: 0,
			timeoutMs: 0
		};
	}
	timeoutOf(v) {
		return this.timeoutMs[this.state.rows.step(v)];
	}
	mayHaveBooked(v) {
		const { state } = this;
		const { rows } = state;
		if (rows.has(v, Flag.booked)) return true;
		if (!(!this.gated || (state.phase(v) & (PhaseFlag.hadTurn | PhaseFlag.keyless)) !== 0) || rows.step(v) < this.bookStep) return false;
		const end = rows.end(v);
		if (end === End.refused || end === End.dropped) return rows.tries(v) > 0;
		return end === 15 || end === End.timedOut || end === End.failed;
	}
	send(v, intendedMs) {
		const { state, dispatch } = this;
		const { rows, inputs } = state;
		const step = rows.step(v);
		this.loadKept(v);
		dispatch.outgoing = inputs.calls.outgoing(step, this.callerOf(v), state.own);
		dispatch.want = inputs.calls.want(step);
		dispatch.intendedMs = intendedMs;
		dispatch.timeoutMs = this.timeoutMs[step];
		state.setPhase(v, state.phase(v) & ~HOPS);
		if (!this.sender.send(v, dispatch)) this.keepBack(v, intendedMs);
	}
	answered(v, reply, intendedMs) {
		const { state } = this;
		const { rows, inputs } = state;
		const step = rows.step(v);
		const phase = state.phase(v);
		this.loadKept(v);
		const hops = (phase & HOPS) >> PhaseFlag.hopsBit;
		const reading = inputs.calls.read(step, reply, state.own, hops, this.callerOf(v));
		const isKept = !reading.keptChanged || this.saveKept(v, phase);
		this.noteReading(step, reading, isKept);
		if (isKept && reading.next !== null) {
			this.follow(v, reading.next, {
				intendedMs,
				doneMs: reply.doneMs
			});
			return;
		}
		state.setPhase(v, phase & ~(Phase.mask | HOPS));
		const answer = isKept ? reading.answer : Outcome$1.malformed;
		const outcome = isKept ? reading.outcome : Outcome$1.malformed;
		this.record(step, outcome, reply, intendedMs);
		this.takeNote(v, answer, outcome);
		if (answer === Answer.alreadyBooked) this.learnBooked(v, step, reply.doneMs);
		else if (step === this.bookStep) this.takeBooking(v, answer, reply.doneMs);
		if (answer === Answer.closed) this.turnedAway(v, outcome, reply.doneMs);
		else if (answer === Answer.notOpen) this.tooEarly(v, outcome, reply.doneMs);
		else this.host.decide(v, answer, reply.doneMs);
	}
	turnedAway(v, outcome, atMs) {
		const { state } = this;
		state.crowd.resumeAtMs = state.resumeAtMs(atMs);
		this.host.decide(v, state.crowd.resumeAtMs < Infinity ? Answer.voided : outcome, atMs);
	}
	tooEarly(v, outcome, atMs) {
		const { rows, crowd, wheel } = this.state;
		if (atMs >= crowd.opensAtMs) return this.host.decide(v, outcome, atMs);
		rows.setSending(v, rows.step(v), rows.tries(v));
		wheel.schedule(v, backAtOpeningMs(crowd, rows.entity(v)));
	}
	callerOf(v) {
		const { caller } = this;
		const { rows } = this.state;
		caller.person = rows.person(v);
		caller.entity = rows.entity(v);
		return caller;
	}
	loadKept(v) {
		if (this.keepsNothing) return;
		const { kept, own } = this.state;
		kept.load(v, own);
		if ((this.state.phase(v) & PhaseFlag.keyless) !== 0) own.key = failOpenKey;
	}
	saveKept(v, phase) {
		const { kept, own } = this.state;
		if ((phase & PhaseFlag.keyless) !== 0) own.key = "";
		return kept.save(v, own);
	}
	noteReading(step, reading, isKept) {
		const { tally, inputs } = this.state;
		const { droppedCookies, fault, faultOf } = reading;
		if (droppedCookies > 0) {
			tally.droppedCookies += droppedCookies;
			inputs.recorder.cookiesDropped?.(droppedCookies);
		}
		if (fault === null && isKept) return;
		const { step: name } = inputs.scenario.journey[step];
		const seen = {
			step: name,
			fault: fault ?? "ValueTooLong",
			of: faultOf
		};
		addTo(tally.answerFaults, faultKey(seen), 1);
		inputs.recorder.answerFault?.(seen);
	}
	follow(v, next, at) {
		const { state, dispatch } = this;
		const { intendedMs, doneMs } = at;
		state.setPhase(v, state.phase(v) + (1 << PhaseFlag.hopsBit));
		dispatch.outgoing = next;
		dispatch.want = state.inputs.calls.want(state.rows.step(v));
		dispatch.intendedMs = intendedMs;
		dispatch.timeoutMs = this.timeoutOf(v);
		if (this.sender.goOn(v, dispatch)) return;
		state.setPhase(v, state.phase(v) & ~(Phase.mask | HOPS));
		this.keepBack(v, doneMs);
	}
	keepBack(v, atMs) {
		const { state } = this;
		const { rows, inputs } = state;
		rows.setAction(v, Action$1.none);
		inputs.recorder.keptBack(rows.step(v), state.scenarioMs(atMs), msToUs(this.timeoutOf(v)));
		state.requests++;
		state.requestErrors++;
		this.host.decide(v, Outcome$1.dropped, atMs);
	}
	record(step, outcome, reply, intendedMs) {
		const { state } = this;
		const { recorder } = state.inputs;
		const { sentMs, doneMs, connectUs } = reply;
		const responseUs = msToUs(doneMs - intendedMs);
		const serviceUs = Number.isNaN(sentMs) ? responseUs : msToUs(doneMs - sentMs);
		recorder.request(step, outcome, state.scenarioMs(doneMs), responseUs, serviceUs);
		if (connectUs >= 0) recorder.connected(step, connectUs);
		if (outcome === Outcome$1.dropped) state.tally.droppedGenerator++;
		state.requests++;
		if (outcome !== Outcome$1.ok) state.requestErrors++;
		state.recentUs.recordAt(indexOf(latencyLayout, responseUs));
	}
	takeNote(v, answer, outcome) {
		const { findings, inputs, rows } = this.state;
		const phase = this.state.phase(v);
		const isIn = answer === Answer.ok || answer >= Answer.soldOut;
		if ((phase & PhaseFlag.keyless) !== 0) this.noteBypass(v, isIn, outcome);
		if (isIn && (phase & (PhaseFlag.hadTurn | PhaseFlag.isIn)) === 0) this.noteEntry(v);
		if (answer === Answer.ineligible && inputs.people.isEligible(rows.person(v))) findings.eligibleRefused++;
	}
	noteBypass(v, isIn, outcome) {
		const { state } = this;
		const { findings, inputs } = state;
		if ((outcome === Outcome$1.ok || outcome === Outcome$1.http5xx || outcome === Outcome$1.timeout) && (state.phase(v) & PhaseFlag.bypassCounted) === 0) {
			state.setPhase(v, state.phase(v) | PhaseFlag.bypassCounted);
			inputs.recorder.bypassed(state.scenarioMs(inputs.nowMs()));
		}
		if (isIn && (state.phase(v) & PhaseFlag.bypassFound) === 0) {
			state.setPhase(v, state.phase(v) | PhaseFlag.bypassFound);
			findings.bypassed++;
		}
	}
	noteEntry(v) {
		const { state } = this;
		state.setPhase(v, state.phase(v) | PhaseFlag.isIn);
		if (isEarly(state.inputs.window, state.inputs.nowMs())) state.findings.earlyAdmission++;
	}
	takeBooking(v, answer, atMs) {
		const { rows, inputs } = this.state;
		const person = rows.person(v);
		if (answer === Answer.ok) {
			rows.set(v, Flag.booked);
			if (inputs.people.booked(person)) this.countBooking(person, atMs);
		} else if (mayHaveBooked[answer] === 1) inputs.people.mayHaveBooked(person);
	}
	learnBooked(v, step, atMs) {
		const { rows, inputs } = this.state;
		const person = rows.person(v);
		if (!inputs.people.learnBooked(person)) return;
		if (step === this.bookStep && rows.tries(v) > 0) rows.set(v, Flag.booked);
		this.countBooking(person, atMs);
	}
	countBooking(person, atMs) {
		const { state } = this;
		state.inputs.recorder.booked(state.scenarioMs(atMs), person);
		state.booked++;
	}
};
const mayHaveBooked = new Uint8Array(outcomeNames.length);
for (const name of [
	"reset",
	"timeout",
	"http5xx",
	"malformed"
]) mayHaveBooked[Outcome$1[name]] = 1;
function bookStepOf({ journey }) {
	const named = journey.findIndex((entry) => entry.role === "book");
	return named >= 0 ? named : journey.length - 1;
}
// src/engine/client/sender.ts
const PHASE_MASK$1 = Phase.mask;
var Sender = class {
	state;
	transport;
	secondFromMs = 0;
	sentThisSecond = 0;
	leaving = [];
	leavingFrom = 0;
	constructor(state, transport) {
		this.state = state;
		this.transport = transport;
	}
	get inFlight() {
		return this.transport.inFlight;
	}
	get connections() {
		return this.transport.connections;
	}
	send(v, dispatch) {
		const { state } = this;
		const { tally, rows, wheel } = state;
		const nowMs = state.inputs.nowMs();
		const { intendedMs } = dispatch;
		const lateUs = msToUs(nowMs - intendedMs);
		tally.latenessUs.recordAt(indexOf(latencyLayout, lateUs > 0 ? lateUs : 0));
		if (!this.mayGo(nowMs)) return false;
		state.setPhase(v, state.phase(v) & ~PHASE_MASK$1 | dispatch.phase);
		rows.setAction(v, Action$1.timeout);
		wheel.schedule(v, intendedMs + dispatch.timeoutMs);
		this.go(v, dispatch);
		return true;
	}
	goOn(v, dispatch) {
		const { state } = this;
		if (!this.mayGo(state.inputs.nowMs())) return false;
		state.rows.setAction(v, Action$1.timeout);
		state.wheel.schedule(v, dispatch.intendedMs + dispatch.timeoutMs);
		this.go(v, dispatch);
		return true;
	}
	abandon(v) {
		this.transport.abandon(v);
	}
	forget(v) {
		this.transport.forget(v);
	}
	sayGoodbye(v, outgoing) {
		const { state } = this;
		const nowMs = state.inputs.nowMs();
		if (!this.mayGo(nowMs)) return false;
		state.setPhase(v, state.phase(v) & ~PHASE_MASK$1 | Phase.complete);
		this.leaving.push({
			v,
			dueMs: nowMs + gateTimeoutMs
		});
		state.tally.sent++;
		this.transport.send(v, outgoing, 0);
		return true;
	}
	undo(v, outgoing, want) {
		const { state } = this;
		if (!this.takeRoom(state.inputs.nowMs())) return false;
		state.setPhase(v, state.phase(v) & ~PHASE_MASK$1 | Phase.undo);
		this.transport.send(v, outgoing, want);
		return true;
	}
	expire(nowMs) {
		const { leaving } = this;
		while (this.leavingFrom < leaving.length && leaving[this.leavingFrom].dueMs <= nowMs) {
			const { v } = leaving[this.leavingFrom++];
			if ((this.state.phase(v) & PHASE_MASK$1) === Phase.complete) this.transport.abandon(v);
		}
		if (this.leavingFrom < 4096) return;
		this.leaving = leaving.slice(this.leavingFrom);
		this.leavingFrom = 0;
	}
	go(v, dispatch) {
		const { tally } = this.state;
		tally.sent++;
		this.transport.send(v, dispatch.outgoing, dispatch.want);
		const { inFlight, connections } = this.transport;
		if (inFlight > tally.maxInFlight) tally.maxInFlight = inFlight;
		if (connections > tally.maxConnections) tally.maxConnections = connections;
	}
	mayGo(nowMs) {
		const mayGo = this.takeRoom(nowMs);
		if (!mayGo) this.state.tally.droppedCeiling++;
		return mayGo;
	}
	takeRoom(nowMs) {
		const { ceiling, permits } = this.state.inputs;
		if (nowMs - this.secondFromMs >= 1e3) {
			this.secondFromMs = nowMs;
			this.sentThisSecond = 0;
		}
		if (this.transport.inFlight >= ceiling.inFlight || this.sentThisSecond >= ceiling.perSec) return false;
		if (permits?.reserve() === false) return false;
		this.sentThisSecond++;
		return true;
	}
};
// src/engine/client/world.ts
const PHASE_MASK = Phase.mask;
var LiveWorld = class {
	state;
	sender;
	onUndone = () => void 0;
	line;
	pages;
	gated;
	bypassShare;
	pagesOpenMs;
	planned = 0;
	constructor(inputs, connect) {
		const { scenario, window } = inputs;
		this.state = new LiveState(inputs);
		this.sender = new Sender(this.state, connect(this.answered.bind(this)));
		this.line = new WaitingRoomClient(this.state, this.sender, this);
		this.pages = new Pages(this.state, this.sender, this);
		this.gated = scenario.waitingRoom.protocol !== "none";
		this.bypassShare = scenario.behaviour.bypass.share;
		this.pagesOpenMs = this.state.pagesOpenMs();
		const { bypassUntilMs, events } = window;
		if (bypassUntilMs < Infinity) this.state.wheel.schedule(ClientTimerIds.bypassEnds, bypassUntilMs);
		const closing = events.find(({ timed }) => timed.event.kind === "close-bypass");
		if (closing !== void 0) this.state.wheel.schedule(ClientTimerIds.keysVerified, closing.atMs);
		this.planNext();
	}
	get isOver() {
		return this.planned > this.state.inputs.plan.length && this.state.alive === 0;
	}
	fire(id) {
		const { rows, wheel } = this.state;
		const dueMs = wheel.nowMs;
		switch (rows.action(id)) {
			case Action$1.send: return this.pages.send(id, dueMs);
			case Action$1.timeout: return this.sender.abandon(id);
			case Action$1.poll: return this.line.poll(id, dueMs);
			case Action$1.abandon: return this.line.giveUp(id, dueMs);
			case Action$1.knock: return this.knockAgain(id, dueMs);
			case Action$1.enter: return this.enterPastGate(id, dueMs);
		}
	}
	fireTimer(id) {
		if (id === ClientTimerIds.arrival) this.arriveNext();
		else if (id === ClientTimerIds.bypassEnds) this.state.bypassOpen = false;
		else if (id === ClientTimerIds.keysVerified) {
			this.state.bypassOpen = false;
			this.state.failsOpen = false;
		}
	}
	fireLast(id) {
		if (this.state.rows.action(id) === Action$1.timeout) this.sender.abandon(id);
	}
	mayHaveBooked(v) {
		return this.pages.mayHaveBooked(v);
	}
	arriveNext() {
		const { plan, nowMs: clockMs } = this.state.inputs;
		const { nowMs } = this.state.wheel;
		const { tally } = this.state;
		const ticket = plan.tickets[this.planned - 1];
		this.planNext();
		tally.arrivals++;
		widen(tally.intendedMs, nowMs);
		widen(tally.dispatchedMs, clockMs());
		this.arrive(ticket, nowMs);
	}
	arrive(ticket, atMs) {
		const person = personOf(this.state.inputs.population, ticket);
		this.knock({
			entity: ticket | 0,
			person,
			again: false
		}, atMs);
	}
	issue(v) {
		const { state } = this;
		const { rows, inputs } = state;
		rows.set(v, Flag.issued);
		state.tickets++;
		inputs.people.came(rows.person(v));
		const isReentry = rows.has(v, Flag.reentry);
		inputs.recorder.arrived(state.scenarioMs(rows.enteredMs[v]), isReentry, 1, rows.person(v));
	}
	enter(v, atMs) {
		this.state.inside++;
		this.state.rows.set(v, Flag.inside);
		this.decide(v, Answer.passed, atMs);
	}
	decide(v, answer, atMs) {
		const { rows, crowd, wheel } = this.state;
		step(crowd, rows, v, answer, atMs);
		const end = rows.end(v);
		const isNoMore = end !== 15 && !rows.has(v, Flag.gone);
		if (rows.action(v) === Action$1.none) wheel.cancel(v);
		else wheel.schedule(v, rows.nextAtMs);
		if (isNoMore) this.close(v, end, atMs);
		this.settle(v);
	}
	planNext() {
		const { plan, window } = this.state.inputs;
		const next = this.planned++;
		if (next >= plan.length) return;
		const sec = plan.fromWallSec + plan.keys[next] * plan.quantumSec;
		this.state.wheel.schedule(ClientTimerIds.arrival, window.opensAtMs + secToMs(sec));
	}
	knock({ entity, person, again }, atMs) {
		const { state } = this;
		const { rows } = state;
		const v = state.addRow(entity, person);
		rows.enteredMs[v] = atMs;
		if (again) rows.set(v, Flag.reentry);
		if (this.gated && !this.takesBypass(person)) {
			this.line.knock(v, atMs);
			return;
		}
		this.issue(v);
		this.enterPastGate(v, atMs);
	}
	knockAgain(v, atMs) {
		const { rows, crowd } = this.state;
		rows.setAction(v, Action$1.none);
		const person = rows.person(v);
		const hadTicket = rows.has(v, Flag.issued);
		if (crowd.bookings[person] === 0) {
			const entity = hadTicket ? entityOfReentry(crowd, rows.entity(v)) : rows.entity(v);
			this.knock({
				entity,
				person,
				again: hadTicket
			}, atMs);
		}
		this.settle(v);
	}
	takesBypass(person) {
		const { bypassOpen, crowd } = this.state;
		return bypassOpen && uniform(crowd.keys.bypass, person) < this.bypassShare;
	}
	enterPastGate(v, atMs) {
		const { state } = this;
		if (atMs < this.pagesOpenMs) {
			this.decide(v, Answer.notOpen, atMs);
			return;
		}
		if (this.gated) state.setPhase(v, state.phase(v) | PhaseFlag.keyless);
		this.enter(v, atMs);
	}
	answered(v, reply) {
		const { state } = this;
		const { rows, wheel } = state;
		const phase = state.phase(v);
		const kind = phase & PHASE_MASK;
		if (kind === Phase.undo) {
			state.setPhase(v, phase & ~PHASE_MASK);
			this.onUndone(v, reply);
			return;
		}
		if (kind === Phase.complete) {
			state.inputs.recorder.gateCalled?.(kind, reply.outcome, msToUs(reply.doneMs - reply.sentMs));
			state.setPhase(v, phase & ~PHASE_MASK);
			this.release(v);
			this.settle(v);
			return;
		}
		const timeoutMs = kind === Phase.step ? this.pages.timeoutOf(v) : gateTimeoutMs;
		const intendedMs = rows.times[v * 4] - timeoutMs;
		wheel.cancel(v);
		rows.setAction(v, Action$1.none);
		if (kind === Phase.step) this.pages.answered(v, reply, intendedMs);
		else this.line.answered(v, reply, phase);
	}
	close(v, end, atMs) {
		const { state } = this;
		const { rows, inputs, own } = state;
		inputs.recorder.ended(state.scenarioMs(atMs), end, 1, rows.person(v));
		if (end >= End.refused && end <= End.dropped) state.errorEnds++;
		rows.set(v, Flag.gone);
		if (rows.has(v, Flag.inside)) {
			state.inside--;
			rows.clear(v, Flag.inside);
			if (this.gated && (state.phase(v) & PhaseFlag.keyless) === 0) {
				state.kept.load(v, own);
				if (own.key !== "" && this.sender.sayGoodbye(v, inputs.gate.complete(own.key))) return;
			}
		}
		this.release(v);
	}
	release(v) {
		const { kept, inputs } = this.state;
		this.sender.forget(v);
		if (!(inputs.keepsBooked && this.mayHaveBooked(v))) kept.drop(v);
	}
	settle(v) {
		const { state } = this;
		const { rows } = state;
		const phase = state.phase(v);
		if ((phase & (PHASE_MASK | PhaseFlag.gone)) !== 0 || rows.action(v) !== Action$1.none) return;
		if (rows.end(v) === 15 && rows.has(v, Flag.issued)) return;
		state.setPhase(v, phase | PhaseFlag.gone);
		state.alive--;
	}
};
function widen(span, ms) {
	if (ms < span.first) span.first = ms;
	if (ms > span.last) span.last = ms;
}
// src/engine/k6/buckets.ts
const neighbours = 8;
function bucketOf(layout, value) {
	return lowestOf(firstIndex(indexOf(layout, Math.max(0, value))));
}
const firstIndex = (index) => index - index % neighbours;
const usBucket = (us) => bucketOf(latencyLayout, us);
const msBucket = (ms) => bucketOf(waitLayout, ms);
// src/engine/k6/script/k6-body.ts
const decodedByK6 = new Set([
	"gzip",
	"deflate",
	"br",
	"zstd"
]);
const isUtf8Label = (label) => /^(?:x-|unicode-?(?:1-1|11|20)-?)?utf-?8$/.test(label);
function bodyOf(text, head, rules) {
	const facts = bodyFactsOf(head);
	if (text === "") return {
		body: "",
		bodyFault: null
	};
	if (!facts.codings.every((coding) => decodedByK6.has(coding))) return {
		body: "",
		bodyFault: "EncodingUnknown"
	};
	const { body, isCut } = withinBytes(text.replace(/^\ufeff/, ""), rules.maxBodyBytes);
	if (isUnsure(body, facts, rules)) return {
		body,
		bodyFault: "CharsetUnknown"
	};
	return {
		body,
		bodyFault: isCut ? "BodyTooLong" : null
	};
}
function isUnsure(text, facts, rules) {
	if (/^[\u0001-\u001a\u001c-\u007f]*$/.test(text)) return false;
	const within = facts.charset === "" ? charsetWithin(facts, text, () => true) : facts.charset;
	const charset = within === "" ? rules.charset.toLowerCase() : within;
	return charset === "" ? /\ufffd/.test(text) || text.includes("\0") : !isUtf8Label(charset);
}
function withinBytes(text, maxBytes) {
	if (text.length * 3 <= maxBytes) return {
		body: text,
		isCut: false
	};
	let bytes = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		bytes += code < 128 ? 1 : code < 2048 || code >= 55296 && code <= 57343 ? 2 : 3;
		if (bytes > maxBytes) return {
			body: text.slice(0, i),
			isCut: true
		};
	}
	return {
		body: text,
		isCut: false
	};
}
// src/engine/k6/script/http-sender.ts
const Outcome = Outcome$1;
var K6Sender = class {
	inFlight = 0;
	connections = 0;
	options;
	constructor(options) {
		this.options = options;
	}
	send(visitor, outgoing, want) {
		const { ask, nowMs, timeoutMsOf, onReply, onTurn, onTurned, bodies } = this.options;
		const sentMs = nowMs();
		const timeoutMs = Math.max(1, timeoutMsOf(visitor));
		this.inFlight++;
		const over = (reply) => {
			this.inFlight--;
			onReply(visitor, reply);
			onTurned();
		};
		ask({
			method: outgoing.method,
			path: outgoing.path,
			headers: headersOf(outgoing.headers),
			body: outgoing.body === "" ? null : outgoing.body,
			timeoutMs,
			wantsBody: (want & Want.body) !== 0
		}).then((answered) => {
			onTurn();
			over(replyOf(answered, {
				sentMs,
				nowMs: nowMs(),
				want,
				bodies
			}));
		}, () => {
			onTurn();
			over({
				head: "",
				body: "",
				bodyFault: null,
				connectUs: -1,
				status: 0,
				outcome: Outcome.dropped,
				sentMs: NaN,
				doneMs: nowMs()
			});
		});
	}
	abandon() {}
	forget() {}
	close() {
		return Promise.resolve();
	}
};
function headersOf(lines) {
	const headers = {};
	for (const line of lines.split("\r\n")) {
		const colon = line.indexOf(":");
		if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
	}
	return headers;
}
function replyOf(answered, { sentMs, nowMs, want, bodies }) {
	const { status, timings } = answered;
	const { blocked, connecting, tls_handshaking: tls, duration } = timings;
	const outcome = outcomeOf(answered);
	const doneMs = blocked + duration > 0 ? sentMs + blocked + duration : nowMs;
	const head = want === Want.nothing ? "" : headOf(answered);
	const { body, bodyFault } = bodyOf((want & Want.body) !== 0 && typeof answered.body === "string" ? answered.body : "", head, bodies);
	const isConnected = status > 0 || duration > 0;
	return {
		outcome,
		status: outcome === Outcome.malformed ? 0 : status,
		head: (want & Want.head) === 0 ? "" : head,
		body,
		bodyFault: answered.error_code === decompressionFailed ? "EncodingBroken" : bodyFault,
		connectUs: connecting > 0 ? msToUs(connecting + tls) : -1,
		sentMs: isConnected ? doneMs - duration : NaN,
		doneMs
	};
}
const decompressionFailed = 1701;
function outcomeOf({ status, error_code: code, error, timings }) {
	if (status > 0 && (code === 0 || code >= 1400 && code < 1600)) {
		if (status < 400) return Outcome.ok;
		return status < 500 ? Outcome.http4xx : Outcome.http5xx;
	}
	if (isOwnFault(error)) return Outcome.dropped;
	switch (code) {
		case 1050: return timings.blocked + timings.duration > 0 ? Outcome.timeout : Outcome.connectTimeout;
		case 1211: return Outcome.connectTimeout;
		case 1212: return Outcome.refused;
		case decompressionFailed: return Outcome.malformed;
		default: return /malformed|invalid (?:header|response)|bad/i.test(error) ? Outcome.malformed : Outcome.reset;
	}
}
const isOwnFault = (error) => /too many open files|cannot assign requested address|no buffer space|cannot allocate memory/.test(error);
function headOf({ headers, cookies }) {
	let head = "";
	for (const [name, value] of Object.entries(headers)) if (name.toLowerCase() !== "set-cookie") head += `${name}: ${value}\r\n`;
	for (const list of Object.values(cookies)) for (const cookie of list) head += `set-cookie: ${cookieLine(cookie)}\r\n`;
	return head;
}
function cookieLine({ name, value, domain, path, secure, max_age: age, expires }) {
	const parts = [`${name}=${value}`];
	if (domain !== "") parts.push(`Domain=${domain}`);
	if (path !== "") parts.push(`Path=${path}`);
	if (secure) parts.push("Secure");
	if (age !== 0) parts.push(`Max-Age=${age}`);
	if (expires > 0) parts.push(`Expires=${new Date(expires).toUTCString()}`);
	return parts.join("; ");
}
// src/engine/k6/script/counted.ts
const gateCallNames = {
	[Phase.enter]: "enter",
	[Phase.poll]: "poll",
	[Phase.complete]: "complete"
};
function countingRecorder(steps, count) {
	const visitor = (event, person) => {
		count("visitors", { event }, person === void 0 ? void 0 : { person: String(person) });
	};
	const request = (step, outcome, responseUs) => {
		const outcomeName = outcomeNames[outcome] ?? "malformed";
		count("requests", {
			step: steps[step] ?? "",
			outcome: outcomeName,
			us: us(responseUs)
		});
	};
	return {
		arrived: (_atMs, isReentry, _n, person) => visitor(isReentry ? "reentered" : "arrived", person),
		queued: () => visitor("queued"),
		waitEnded: (enteredMs, atMs, admitted) => {
			count("waits", {
				state: admitted ? "admitted" : "censored",
				ms: String(msBucket(Math.max(0, atMs - enteredMs)))
			});
		},
		turnCalled: () => void 0,
		admitted: () => visitor("admitted"),
		etaError: (ms) => count("etaErrors", { ms: String(msBucket(ms)) }),
		bypassed: () => visitor("bypassed"),
		booked: (_atMs, person) => visitor("committed", person),
		ended: (_atMs, end, _n, person) => visitor(endNames[end] ?? "failed", person),
		request: (step, outcome, _atMs, responseUs, serviceUs) => {
			request(step, outcome, responseUs);
			if (wasAnswered(outcomeNames[outcome] ?? "malformed")) count("services", {
				step: steps[step] ?? "",
				us: us(serviceUs)
			});
		},
		connected: (step, connectUs) => {
			count("connects", {
				step: steps[step] ?? "",
				us: us(connectUs)
			});
		},
		keptBack: (step, _atMs, timeoutUs) => request(step, outcomeNames.indexOf("dropped"), timeoutUs),
		levels: () => void 0,
		finding: (finding, n) => {
			for (let i = 0; i < n; i++) count("findings", { finding });
		},
		answerFault: ({ step, fault, of }) => count("answerFaults", {
			step,
			fault,
			of
		}),
		cookiesDropped: (n) => {
			for (let i = 0; i < n; i++) count("droppedCookies", {});
		},
		gateCalled: (kind, outcome, callUs) => {
			const call = gateCallNames[kind];
			if (call === void 0) return;
			const time = Number.isNaN(callUs) ? {} : { us: us(callUs) };
			count("gateCalls", {
				call,
				outcome: outcomeNames[outcome] ?? "malformed",
				...time
			});
		}
	};
}
const us = (value) => String(usBucket(Math.max(0, value)));
const wasAnswered = (outcome) => outcome !== "refused" && outcome !== "reset" && outcome !== "connectTimeout" && outcome !== "dropped";
// src/engine/k6/script/own-kept.ts
var OwnKept = class {
	bytes = 0;
	all = new Map();
	load(v, into) {
		const kept = this.all.get(v);
		into.key = kept?.key ?? "";
		into.cookies = kept?.cookies ?? "";
		into.values = { ...kept?.values };
	}
	save(v, { key, cookies, values }) {
		this.all.set(v, {
			key,
			cookies,
			values: { ...values }
		});
		return true;
	}
	drop(v) {
		this.all.delete(v);
	}
};
// src/engine/k6/script/own-people.ts
var OwnPeople = class {
	bookings;
	made = new Map();
	lost = new Set();
	learnt = new Set();
	eligibleCame;
	constructor({ eligibleCame }) {
		const { made } = this;
		this.eligibleCame = eligibleCame;
		this.bookings = new Proxy({ length: 0 }, { get: (_target, person) => made.get(Number(person)) ?? 0 });
	}
	came() {}
	trying() {}
	booked(person) {
		if (this.learnt.delete(person)) return false;
		this.made.set(person, (this.made.get(person) ?? 0) + 1);
		return true;
	}
	mayHaveBooked(person) {
		this.lost.add(person);
	}
	learnBooked(person) {
		if (this.made.has(person) || !this.lost.has(person)) return false;
		this.learnt.add(person);
		this.made.set(person, 1);
		return true;
	}
	isEligible(person) {
		return person < this.eligibleCame;
	}
	forget() {
		this.made.clear();
		this.lost.clear();
		this.learnt.clear();
	}
};
// src/engine/k6/script/timers.ts
const Action = Action$1;
var ScriptTimers = class {
	nowMs = 0;
	fired = 0;
	options;
	timers = new Map();
	constructor(options) {
		this.options = options;
		for (let id = 0; id < options.firstRow; id++) options.rows.times[id * 4] = Infinity;
	}
	turn() {
		this.nowMs = Math.max(this.nowMs, this.options.turns.nowMs());
	}
	get pending() {
		return this.timers.size;
	}
	isPending(id) {
		return this.timers.has(id);
	}
	schedule(id, atMs) {
		const { rows, turns, firstRow, endsAtMs, onLate } = this.options;
		this.cancel(id);
		rows.times[id * 4] = atMs;
		if (id < firstRow || rows.action(id) === Action.timeout) return;
		const ms = Math.max(0, Math.min(atMs, endsAtMs) - this.nowMs);
		this.timers.set(id, turns.after(ms, () => {
			this.timers.delete(id);
			this.turn();
			this.fired++;
			if (atMs < endsAtMs) onLate(Math.max(0, this.nowMs - atMs));
			this.options.onDue(id);
		}));
	}
	cancel(id) {
		const timer = this.timers.get(id);
		if (timer === void 0) return;
		this.timers.delete(id);
		this.options.turns.never(timer);
	}
	pop() {
		return -1;
	}
};
// src/engine/k6/script/surge.ts
var Surge = class {
	data;
	world;
	timers;
	sender;
	people;
	turns;
	window;
	clock;
	count;
	coming = 0;
	constructor(data, tools) {
		const { startsAtMs } = data;
		const originMs = tools.startsAtEpochMs - startsAtMs;
		const turns = {
			...tools.turns,
			nowMs: () => tools.epochMs() - originMs
		};
		const window = {
			...data.window,
			bypassUntilMs: data.window.bypassUntilMs ?? Infinity
		};
		const parts = {};
		const people = new OwnPeople(data.population);
		const wheelOf = (rows) => parts.timers = new ScriptTimers({
			rows,
			turns,
			firstRow,
			endsAtMs: window.endsAtMs,
			onDue: (id) => this.due(id),
			onLate: (ms) => tools.count("lateness", { ms: String(msBucket(ms)) })
		});
		const inputs = inputsOf(data, tools, {
			window,
			people,
			wheelOf,
			nowMs: () => parts.timers?.nowMs ?? 0
		});
		this.data = data;
		this.turns = turns;
		this.window = window;
		this.count = tools.count;
		this.people = people;
		this.clock = data.visitorsPerVu > 1 ? new StageClock(tools.stages()) : null;
		this.world = new LiveWorld(inputs, (onReply) => parts.sender = new K6Sender({
			ask: tools.ask,
			nowMs: inputs.nowMs,
			timeoutMsOf: (v) => this.timeoutMsOf(v),
			onTurn: () => this.turn(),
			onTurned: () => this.turned(),
			onReply,
			bodies: answerRulesOf(data.scenario)
		}));
		this.timers = parts.timers;
		this.sender = parts.sender;
	}
	begin(iteration) {
		const { data, clock } = this;
		const n = data.visitorsPerVu;
		this.world.state.clear();
		this.people.forget();
		this.turn();
		const last = Math.min(data.arrivals.visitors, (iteration + 1) * n);
		for (let ticket = iteration * n; ticket < last; ticket++) {
			const atMs = clock === null ? this.timers.nowMs : data.startsAtMs + clock.atMs(ticket);
			this.coming++;
			if (atMs <= this.timers.nowMs) this.arrive(ticket);
			else this.turns.after(atMs - this.timers.nowMs, () => {
				this.turn();
				this.arrive(ticket);
				this.turned();
			});
		}
		this.turned();
	}
	arrive(ticket) {
		this.coming--;
		const { nowMs } = this.timers;
		if (nowMs < this.window.endsAtMs) this.world.arrive(ticket, nowMs);
		else this.count("visitors", { event: "late" });
	}
	due(id) {
		if (this.timers.nowMs < this.window.endsAtMs) this.world.fire(id);
		this.turned();
	}
	turn() {
		const { timers, world } = this;
		timers.turn();
		const { times } = world.state.rows;
		for (const id of [ClientTimerIds.bypassEnds, ClientTimerIds.keysVerified]) {
			if (times[id * 4] > timers.nowMs) continue;
			times[id * 4] = Infinity;
			world.fireTimer(id);
		}
	}
	turned() {
		const { timers, sender, world, window } = this;
		if (timers.pending > 0 || sender.inFlight > 0 || this.coming > 0) return;
		const { state } = world;
		if (state.alive > 0 && timers.nowMs < window.endsAtMs) {
			this.coming++;
			this.turns.after(window.endsAtMs - timers.nowMs, () => {
				this.coming--;
				this.turn();
				this.turned();
			});
			return;
		}
		closeBooks(state, Math.min(timers.nowMs, window.endsAtMs));
		for (const name of Object.keys(state.findings)) state.findings[name] = 0;
	}
	timeoutMsOf(v) {
		const { state } = this.world;
		if ((state.phase(v) & Phase.mask) === Phase.complete) return gateTimeoutMs;
		return state.rows.times[v * 4] - this.timers.nowMs;
	}
};
const firstRow = 8;
function inputsOf(data, tools, given) {
	const { wheelOf, ...rest } = given;
	const scenario = {
		...data.scenario,
		arrivals: [],
		doors: []
	};
	const population = {
		...data.population,
		ticketsOf: []
	};
	const steps = scenario.journey.map((step) => step.step);
	return {
		...rest,
		scenario,
		population,
		plan: noPlan,
		seed: data.seed,
		recorder: countingRecorder(steps, tools.count),
		calls: createJourneyCalls(scenario, {
			...tools,
			population,
			seed: data.seed
		}),
		gate: new GateCalls(tools.target.basePath, scenario.waitingRoom),
		ceiling: {
			inFlight: Infinity,
			perSec: Infinity
		},
		keepsBooked: false,
		memory: {
			room: data.visitorsPerVu * 2 + 8,
			wheelOf,
			kept: new OwnKept(),
			tally: createLiveTally(none),
			recentUs: none,
			quantileOf: solvedQuantileOf
		}
	};
}
const noPlan = {
	length: 0,
	fromWallSec: 0,
	quantumSec: 1,
	keys: new Uint32Array(0),
	tickets: new Uint32Array(0)
};
const none = new Histogram({
	...latencyLayout,
	countsLength: 0
});
// src/engine/k6/script/ip-address.ts
function ipv4Octets(text) {
	const parts = text.split(".");
	if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null;
	const octets = parts.map(Number);
	return octets.every((octet) => octet <= 255) ? octets : null;
}
function ipv6Groups(text) {
	const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
	const octets = tail === null ? null : ipv4Octets(tail[2] ?? "");
	if (tail !== null && octets === null) return null;
	const [a = 0, b = 0, c = 0, d = 0] = octets ?? [];
	const halves = (octets === null ? text : `${tail?.[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`).split("::");
	if (halves.length > 2) return null;
	const [head = [], end = []] = halves.map((half) => half === "" ? [] : half.split(":"));
	const missing = 8 - head.length - end.length;
	if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
	const groups = [
		...head,
		...Array.from({ length: missing }, () => "0"),
		...end
	];
	if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
	return groups.map((group) => parseInt(group, 16));
}
function canonicalAddress(text) {
	const octets = ipv4Octets(text);
	if (octets !== null) return octets.join(".");
	const groups = ipv6Groups(text);
	if (groups === null) return null;
	if (!(groups.slice(0, 5).every((group) => group === 0) && groups[5] === 65535)) return groups.map((group) => group.toString(16)).join(":");
	const [high = 0, low = 0] = groups.slice(6);
	return [
		high >> 8,
		high & 255,
		low >> 8,
		low & 255
	].join(".");
}
function isLoopback(canonical) {
	return canonical.startsWith("127.") || canonical === "0:0:0:0:0:0:0:1";
}
function isUnspecified(canonical) {
	return canonical === "0.0.0.0" || canonical === "0:0:0:0:0:0:0:0";
}
// src/engine/k6/script/target.ts
function readTarget({ target: text, address: stated }) {
	if (text === "") throw new Error("no target: k6 run -e DAMBREAK_TARGET=http://127.0.0.1:8080 surge.js (where to send the load)");
	const found = /^(https?:)\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?(\/[^?#\s\\]*)?$/i.exec(text);
	const [, protocol = "", given = "", port = "", path = ""] = found ?? [];
	if (found === null || path.includes("//")) throw new Error("DAMBREAK_TARGET must be an address such as http://127.0.0.1:8080 or https://example.com");
	const scheme = protocol.toLowerCase();
	const name = given.toLowerCase();
	const pinned = pinnedAddress(name, stated);
	const address = canonicalAddress(pinned) ?? "";
	if (isUnspecified(address)) throw new Error("\"any address\" cannot be sent to: for this machine write 127.0.0.1");
	const isAddress = canonicalAddress(withoutBrackets(name)) !== null;
	return {
		protocol: scheme,
		host: name + port,
		name,
		origin: `${scheme}//${name}${port}`,
		basePath: path.replace(/\/$/, ""),
		address,
		port: port === "" ? standardPort(scheme) : Number(port.slice(1)),
		hosts: isAddress ? {} : { [name]: pinned },
		isLoopback: isLoopback(address)
	};
}
const standardPort = (scheme) => scheme === "https:" ? 443 : 80;
const withoutBrackets = (name) => name.replace(/^\[(.*)\]$/, "$1");
function pinnedAddress(name, stated) {
	if (stated !== "" && canonicalAddress(stated) === null) throw new Error("DAMBREAK_ADDRESS must be one IP address, such as 192.0.2.7 or 2001:db8::7");
	const own = withoutBrackets(name);
	const canonical = canonicalAddress(own);
	if (canonical !== null) {
		if (stated === "" || canonicalAddress(stated) === canonical) return own;
		throw new Error("DAMBREAK_ADDRESS is another address than that of DAMBREAK_TARGET");
	}
	if (own !== name || /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/.test(name)) throw new Error(`${name} is neither an IP address, written in full, nor a name`);
	if (stated !== "") return stated;
	if (name === "localhost") return "127.0.0.1";
	throw new Error(`the name ${name} is not pinned to an address: k6 run -e DAMBREAK_ADDRESS=<its IP address> …`);
}
const divertingVariables = /^(?:https?_proxy|all_proxy|k6_hosts|k6_no_setup)$/i;
function divertingAmong(variables) {
	return Object.keys(variables).filter((name) => divertingVariables.test(name) && (variables[name] ?? "") !== "");
}
// src/engine/k6/script/web-names.ts
var SmallUrl = class SmallUrl {
	origin;
	pathname;
	search;
	static canParse(text, base) {
		try {
			return new SmallUrl(text, base).origin !== "";
		} catch {
			return false;
		}
	}
	constructor(text, base) {
		const given = partsOf(text.trim().replaceAll("\\", "/"));
		const from = base === void 0 ? null : partsOf(base);
		const scheme = given.scheme ?? from?.scheme;
		if (scheme === void 0 || !/^https?:$/i.test(scheme)) throw new TypeError("Invalid URL");
		const isWhole = given.scheme !== void 0;
		const authority = given.authority ?? (isWhole ? void 0 : from?.authority);
		if (authority === void 0 || !/^[\w.~%[\]:-]+$/.test(authority)) throw new TypeError("Invalid URL");
		const standard = scheme.toLowerCase() === "https:" ? ":443" : ":80";
		const host = authority.toLowerCase();
		const plain = host.endsWith(standard) ? host.slice(0, -standard.length) : host;
		this.origin = `${scheme.toLowerCase()}//${plain}`;
		const isRelative = given.authority === void 0 && !given.path.startsWith("/");
		const folder = (from?.path ?? "/").replace(/[^/]*$/, "");
		const path = given.path === "" && isRelative ? from?.path ?? "/" : given.path;
		this.pathname = encoded(withoutDots(isRelative && given.path !== "" ? folder + path : path));
		const query = isRelative && given.path === "" && given.query === "" ? from?.query ?? "" : given.query;
		this.search = query === "?" ? "" : encoded(query);
	}
};
function partsOf(text) {
	const [, scheme, authority, path = "", query = ""] = /^([a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?/i.exec(text) ?? [];
	return {
		scheme,
		authority,
		path,
		query
	};
}
function withoutDots(path) {
	const kept = [];
	const pieces = path.split("/");
	pieces.forEach((piece, i) => {
		const plain = piece.replaceAll(/%2e/gi, ".");
		const isDots = plain === "." || plain === "..";
		if (plain === ".." && kept.length > 1) kept.pop();
		if (!isDots) kept.push(piece);
		else if (i === pieces.length - 1) kept.push("");
	});
	const joined = kept.join("/");
	return joined.startsWith("/") ? joined : `/${joined}`;
}
const encoded = (text) => text.replaceAll(/[^!#-;=?-[\]_a-z~]/gu, (char) => encodeURIComponent(char));
function wellFormed(text) {
	let result = "";
	for (const char of text) result += /^[\ud800-\udfff]$/.test(char) ? "�" : char;
	return result;
}
function addWebNames() {
	if (!("URL" in globalThis)) Object.assign(globalThis, { URL: SmallUrl });
	if ("toWellFormed" in String.prototype) return;
	Object.defineProperty(String.prototype, "toWellFormed", { value() {
		return wellFormed(String(this));
	} });
}
// scenarios/k6/surge.ts
addWebNames();
const data = JSON.parse(open("./run-data.json"));
const stageList = new SharedArray("stages", () => JSON.parse(open("./stages.json")));
const tables = data.tables.map((table) => ({
	...table,
	list: new SharedArray(table.key, () => table.files.flatMap((file) => JSON.parse(open(`./${file}`))))
}));
const stages = () => ({
	...data.arrivals,
	stages: [...stageList]
});
const diverting = divertingAmong(__ENV);
if (diverting.length > 0) throw new Error(`these variables send k6 elsewhere, unset them: ${diverting.join(", ")}`);
const target = readTarget({
	target: __ENV["DAMBREAK_TARGET"] ?? "",
	address: __ENV["DAMBREAK_ADDRESS"] ?? ""
});
const options = optionsOf(data, {
	stages: __VU === 0 ? stages() : null,
	hosts: target.hosts
});
const plannedStart = readStart(__ENV["DAMBREAK_START_AT"]);
function readStart(text) {
	if (text === void 0 || text === "") return null;
	if (/^\d{13}$/.test(text)) return Number(text);
	throw new Error(`DAMBREAK_START_AT must be milliseconds since 1970, got "${text}"`);
}
const counters = Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, new Counter(metric)]));
const count = (metric, tags, metadata) => {
	if (metadata === void 0) {
		counters[metric].add(1, tags);
		return;
	}
	const own = exec.vu.metrics.metadata;
	for (const [name, value] of Object.entries(metadata)) own[name] = value;
	counters[metric].add(1, tags);
	for (const name of Object.keys(metadata)) delete own[name];
};
async function ask(asked) {
	const answered = await http.asyncRequest(asked.method, target.origin + asked.path, asked.body, {
		headers: { ...asked.headers },
		timeout: asked.timeoutMs,
		redirects: 0,
		responseType: asked.wantsBody ? "text" : "none",
		jar: new http.CookieJar()
	});
	checkDialled(answered);
	return answered;
}
let lastSeen = "";
function checkDialled({ remote_ip: ip, remote_port: port }) {
	const seen = `${ip} ${port}`;
	if (ip === "" || seen === lastSeen) return;
	if (canonicalAddress(ip) !== target.address || port !== target.port) exec.test.abort(`k6 was led to ${ip}:${port} instead of ${target.address}:${target.port}`);
	lastSeen = seen;
}
function setup() {
	const refusal = target.isLoopback ? null : refusalOf({
		expectedSha256: data.authorisationSha256,
		givenSha256: sha256(__ENV["DAMBREAK_AUTHORISATION"]),
		ask: askConsent
	});
	if (refusal !== null) {
		const how = `To agree, its owner serves ${wellKnownPath} with {"${consentField}": "${data.authorisationSha256}"}.`;
		const why = `${target.host} has not agreed to take this load: ${refusalWords[refusal]}.`;
		exec.test.abort(data.authorisationSha256 === null ? why : `${why} ${how}`);
	}
	const startsAtEpochMs = plannedStart ?? Date.now() + 1e3;
	const waitMs = startsAtEpochMs - leadMsOf(data) - Date.now();
	if (waitMs > 0) sleep(waitMs / 1e3);
	return { startsAtEpochMs };
}
const refusalWords = {
	NoAuthorisation: "the scenario has no authorisation code",
	CodeNotGiven: "the scenario's code is needed: -e DAMBREAK_AUTHORISATION=<code>",
	CodeNotOfScenario: "DAMBREAK_AUTHORISATION is not the scenario's code",
	NotServed: `it does not serve ${wellKnownPath}`,
	PlainCode: `its ${wellKnownPath} publishes the code itself, which anybody can copy`,
	NotConsent: `its ${wellKnownPath} cannot be read`,
	OtherCode: `its ${wellKnownPath} names another code`
};
const sha256 = (code) => code === void 0 || code === "" ? null : crypto.sha256(code, "hex");
function askConsent() {
	const answer = http.get(`${target.origin}${wellKnownPath}`, {
		redirects: 0,
		timeout: 5e3
	});
	checkDialled(answer);
	return answer;
}
let surge = null;
function visit(given) {
	if (given === void 0) {
		exec.test.abort("setup() did not run, which asks for consent (--no-setup)");
		return;
	}
	const { iterationInTest, iterationInInstance } = exec.scenario;
	surge ??= surgeOf(given);
	if (iterationInInstance === 0) countRunner(given, iterationInTest);
	surge.begin(iterationInTest);
}
function surgeOf({ startsAtEpochMs }) {
	const lists = new Map(tables.map(({ key, list }) => [key, list]));
	return new Surge(data, {
		target,
		count,
		ask,
		turns: {
			after: (ms, act) => setTimeout(act, ms),
			never: (timer) => clearTimeout(timer)
		},
		epochMs: () => Date.now(),
		startsAtEpochMs,
		runCode: __ENV["DAMBREAK_RUN"] ?? Math.floor(startsAtEpochMs / 1e3).toString(36),
		environment: __ENV,
		tables: new Map(tables.map(({ key, columns, rows }) => [key, {
			key,
			columns,
			rows,
			sha256: "",
			text: new Uint8Array(0),
			ends: new Uint32Array(0)
		}])),
		cell: (table, row, column) => lists.get(table.key)?.[row]?.[column] ?? "",
		stages
	});
}
function countRunner({ startsAtEpochMs }, iteration) {
	const { startsAtMs, window, tags, visitorsPerVu } = data;
	const segment = exec.test.options.executionSegment ?? "0:1";
	const plannedMs = new StageClock(stages()).atMs(iteration * visitorsPerVu);
	count("runners", {
		format: "1",
		...tags,
		starts_at: String(Math.round(startsAtEpochMs)),
		opens_at: String(Math.round(startsAtEpochMs + window.opensAtMs - startsAtMs)),
		target: target.origin + target.basePath,
		segment
	}, {
		lateMs: String(Math.round(Date.now() - startsAtEpochMs - plannedMs)),
		visitors: String(visitorsPerVu)
	});
}
export { visit as default, options, setup };
