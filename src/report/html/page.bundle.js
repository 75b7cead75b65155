// Made by "npm run bundle" of src/report/html/browser/page.ts.
(function() {
	const known = (value) => value !== null && value !== void 0 && Number.isFinite(value);
	const trim = (value, digits) => String(Number(value.toFixed(digits)));
	const pad = (value) => String(value).padStart(2, "0");
	const group = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
	function three(value) {
		const size = Math.abs(value);
		return trim(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
	}
	const count = (value) => known(value) ? group(value) : "–";
	function compact(value) {
		if (!known(value)) return "–";
		const size = Math.abs(value);
		if (size >= 9995e5) return `${three(value / 1e9)} bn`;
		if (size >= 999500) return `${three(value / 1e6)} M`;
		if (size >= 9995) return `${three(value / 1e3)} k`;
		return size >= 1e3 ? group(value) : three(value);
	}
	const perSec = (value) => known(value) ? `${compact(value)}/s` : "–";
	function share(value) {
		if (!known(value)) return "–";
		const percent = value * 100;
		if (percent > 0 && percent < .01) return "< 0.01%";
		if (percent > 99.9 && percent < 100) return "> 99.9%";
		return `${trim(percent, Math.abs(percent) < 1 ? 2 : 1)}%`;
	}
	function duration(sec) {
		if (!known(sec)) return "–";
		if (sec < 0) return `−${duration(-sec)}`;
		if (sec < 59.95) return `${sec < 10 ? trim(sec, 2) : trim(sec, 1)} s`;
		const whole = Math.round(sec);
		if (whole < 3600) {
			const rest = whole % 60;
			return `${Math.floor(whole / 60)} min${rest === 0 ? "" : ` ${pad(rest)} s`}`;
		}
		const minutes = Math.round(sec / 60);
		if (minutes < 2880) {
			const rest = minutes % 60;
			return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${pad(rest)} min`}`;
		}
		const hours = Math.round(sec / 3600);
		return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? "" : ` ${hours % 24} h`}`;
	}
	function shortDuration(sec) {
		if (!known(sec)) return "–";
		if (sec === 0) return "0";
		if (sec < 60) return `${three(sec)} s`;
		if (sec < 3600) return `${three(sec / 60)} min`;
		return sec < 172800 ? `${three(sec / 3600)} h` : `${three(sec / 86400)} d`;
	}
	function ms(value) {
		if (!known(value)) return "–";
		if (value < 1e3) return `${three(value)} ms`;
		return value < 6e4 ? `${three(value / 1e3)} s` : duration(value / 1e3);
	}
	function bytes(value) {
		if (!known(value)) return "–";
		if (value >= 1e9) return `${three(value / 1e9)} GB`;
		return value >= 1e6 ? `${three(value / 1e6)} MB` : `${three(value / 1e3)} kB`;
	}
	function number(value) {
		if (!known(value)) return "–";
		if (Number.isInteger(value)) return group(value);
		return Math.abs(value) >= 1e3 ? group(value) : String(Number(value.toPrecision(4)));
	}
	const percentile = (odds) => known(odds) ? `${trim(100 * (1 - 1 / odds), 6)}%` : "–";
	const formats = {
		count,
		compact,
		perSec,
		share,
		duration,
		shortDuration,
		ms,
		bytes,
		number,
		percentile
	};
	// src/report/charts/axes.ts
	const clockStepsSec = [
		10,
		30,
		60,
		300,
		600,
		900,
		1800,
		3600,
		7200,
		10800,
		14400,
		21600,
		43200,
		86400,
		172800
	];
	const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
	const two = (value) => String(value).padStart(2, "0");
	function localTime(x, extras) {
		const { opensAtSec, offsetSec } = extras.clock ?? {
			opensAtSec: 0,
			offsetSec: 0
		};
		return new Date((opensAtSec + offsetSec + x) * 1e3);
	}
	function clockText(x, extras) {
		const at = localTime(x, extras);
		const seconds = at.getUTCSeconds();
		return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${seconds === 0 ? "" : `:${two(seconds)}`}`;
	}
	function dayText(x, extras) {
		const at = localTime(x, extras);
		return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ""}`;
	}
	function sinceText(x) {
		if (x === 0) return "opening";
		return `${x < 0 ? "−" : "+"}${formats.shortDuration(Math.abs(x))}`;
	}
	function readValue(value, reading, extras) {
		if (reading.format === "clock") return clockText(value, extras);
		if (reading.format === "sinceOpening") return sinceText(value);
		if (reading.format === "names") return reading.names?.[value] ?? "";
		return reading.format === "text" ? String(value) : formats[reading.format](value);
	}
	function timeTicks(scale, reading, extras) {
		const room = Math.max(2, Math.floor((scale.width || 600) / 62));
		const step = clockStepsSec.find((sec) => (scale.max - scale.min) / sec <= room) ?? 604800;
		const origin = reading.format === "clock" && extras.clock !== void 0 ? extras.clock.opensAtSec + extras.clock.offsetSec : 0;
		const ticks = [];
		let at = Math.ceil((scale.min + origin) / step) * step - origin;
		for (; at <= scale.max; at += step) ticks.push({ value: at });
		return ticks;
	}
	function timeLabel(x, index, extras, ticks) {
		const before = ticks[index - 1];
		return before === void 0 || dayText(before.value, extras) !== dayText(x, extras) ? [clockText(x, extras), dayText(x, extras)] : clockText(x, extras);
	}
	function roomyTicks(scale, { at = [], gapPx }, log) {
		const part = (value) => log ? Math.log(value / scale.min) / Math.log(scale.max / scale.min) : (value - scale.min) / (scale.max - scale.min);
		const pixel = (value) => part(value) * (scale.width || 600);
		const round = (value) => log && Math.log10(value) % 1 === 0 ? 0 : 1;
		const kept = [];
		for (const value of at.toSorted((a, b) => round(a) - round(b) || a - b)) if (kept.every((other) => Math.abs(pixel(other) - pixel(value)) >= (gapPx ?? (log ? 54 : 48)))) kept.push(value);
		return kept.toSorted((a, b) => a - b);
	}
	function brokenLabel(text, widthPx, pen) {
		const fits = (line) => pen.measureText(line).width <= widthPx;
		const lines = [];
		let line = "";
		for (const word of text.split(" ")) {
			const longer = line === "" ? word : `${line} ${word}`;
			if (fits(longer)) {
				line = longer;
				continue;
			}
			if (line !== "") lines.push(line);
			line = "";
			for (const letter of word) {
				if (line !== "" && !fits(line + letter)) {
					const cut = line.lastIndexOf(".") + 1;
					lines.push(cut === 0 ? line : line.slice(0, cut));
					line = cut === 0 ? "" : line.slice(cut);
				}
				line += letter;
			}
		}
		return [...lines, line];
	}
	function categoryLabel(text, { chart }, font) {
		const { ctx: pen, width } = chart;
		pen.save();
		pen.font = font;
		const lines = brokenLabel(text, Math.max(90, Math.min(190, width * .33)), pen);
		pen.restore();
		return lines;
	}
	function axisOptions(id, config, drawing) {
		const { dambreak: extras } = config.options.plugins;
		const axis = config.options.scales[id];
		const reading = extras.axes[id];
		if (axis === void 0 || reading === void 0) return axis;
		const { muted, grid, ink } = drawing.colours;
		const timed = reading.format === "clock" || reading.format === "sinceOpening";
		const small = {
			family: drawing.fontFamily,
			size: 12
		};
		return {
			...axis,
			border: { display: false },
			grid: {
				color: grid,
				drawTicks: false
			},
			title: {
				...axis.title,
				color: ink,
				font: {
					...small,
					weight: "bold"
				}
			},
			afterBuildTicks: (scale) => {
				if (timed) scale.ticks = timeTicks(scale, reading, extras);
				else if (reading.at !== void 0) scale.ticks = (id === "x" && axis.type !== "category" ? roomyTicks(scale, reading, axis.type === "logarithmic") : reading.at).map((value) => ({ value }));
			},
			afterFit: (scale) => {
				if (scale.axis === "y" && axis.type !== "category") scale.width = Math.max(scale.width, 62);
			},
			ticks: {
				color: muted,
				font: small,
				padding: 6,
				maxRotation: 0,
				autoSkip: false,
				...axis.type === "category" ? {
					color: ink,
					callback(value) {
						const font = `${small.size}px ${small.family}`;
						return categoryLabel(config.data.labels?.[value] ?? "", this, font);
					}
				} : { callback(value, index, ticks) {
					if (reading.format === "clock") return timeLabel(value, index, extras, ticks);
					const text = readValue(value, reading, extras);
					if (reading.format !== "names" || id === "x") return text;
					return categoryLabel(text, this, `${small.size}px ${small.family}`);
				} }
			}
		};
	}
	// src/report/charts/drawings.ts
	const rowPx = 16;
	function colourOf(name, colours) {
		const match = name === void 0 ? null : /^@(\w+)(?:\/([\d.]+))?$/.exec(name);
		if (match === null) return name;
		const hex = colours[match[1] ?? ""] ?? "#888888";
		if (match[2] === void 0) return hex;
		return hex + Math.round(Number(match[2]) * 255).toString(16).padStart(2, "0");
	}
	function placeLabels(pen, marks, rightEnd) {
		const placed = [];
		for (const mark of marks.toSorted((a, b) => b.at - a.at)) {
			const wide = pen.measureText(mark.label).width;
			const left = Math.min(mark.at + 4, rightEnd - wide);
			const right = left + wide + 10;
			const clear = (row) => placed.every((other) => {
				const poleCrosses = other.at >= left - 2 && other.at <= right && other.row >= row;
				const labelCrosses = other.row === row && other.left < right && left < other.right;
				return !poleCrosses && !labelCrosses;
			});
			let row = 0;
			while (!clear(row)) row++;
			placed.push({
				...mark,
				left,
				right,
				row
			});
		}
		return placed;
	}
	const marksOf = (extras, from, toPixel) => [...extras.bands.map((band) => ({
		at: toPixel(Math.max(band.from, from)),
		label: band.label,
		colour: band.colour
	})), ...extras.lines.map((line) => ({
		at: toPixel(line.at),
		label: line.label,
		colour: line.colour
	}))];
	const markFont = (drawing) => `bold 12px ${drawing.fontFamily}`;
	const markStrip = (chart, extras, drawing) => ({
		position: "top",
		weight: 1,
		fullSize: false,
		width: 0,
		height: 0,
		options: { position: "top" },
		isHorizontal: () => true,
		getPadding: () => ({
			left: 0,
			right: 0,
			top: 0,
			bottom: 0
		}),
		draw: () => void 0,
		_layers: () => [],
		update(width) {
			const scale = chart.scales["x"];
			this.width = width;
			if (scale === void 0) return;
			chart.ctx.save();
			chart.ctx.font = markFont(drawing);
			const plot = width - (scale.width < width ? 0 : 75);
			const { min = scale.min, max = scale.max } = scale.options;
			const toPixel = (x) => (x - min) / (max - min) * plot;
			const placed = placeLabels(chart.ctx, marksOf(extras, min, toPixel), plot);
			chart.ctx.restore();
			this.height = placed.reduce((rows, mark) => Math.max(rows, mark.row + 1), 0) * rowPx + 4;
		}
	});
	function drawBehind(chart, extras, drawing) {
		const { ctx: pen, chartArea: area } = chart;
		const scale = chart.scales["x"];
		pen.save();
		pen.fillStyle = drawing.colours["paper"] ?? "#ffffff";
		pen.fillRect(0, 0, chart.width, chart.height);
		if (scale !== void 0) for (const band of extras.bands) {
			const from = Math.max(area.left, scale.getPixelForValue(band.from));
			const to = Math.min(area.right, scale.getPixelForValue(band.to));
			pen.fillStyle = colourOf(`${band.colour}/0.13`, drawing.colours) ?? "";
			pen.fillRect(from, area.top, Math.max(1.5, to - from), area.bottom - area.top);
		}
		pen.restore();
	}
	function drawFeet(chart, extras, drawing) {
		const { ctx: pen, chartArea: area } = chart;
		pen.save();
		pen.strokeStyle = drawing.colours["rule"] ?? "";
		pen.lineWidth = 1;
		for (const panel of extras.panels) {
			const scale = chart.scales[panel.axis];
			if (scale === void 0) continue;
			pen.beginPath();
			pen.moveTo(area.left, Math.round(scale.bottom) + .5);
			pen.lineTo(area.right, Math.round(scale.bottom) + .5);
			pen.stroke();
		}
		pen.restore();
	}
	function drawPanels(chart, extras, drawing) {
		const { ctx: pen, chartArea: area } = chart;
		pen.save();
		pen.textBaseline = "top";
		pen.textAlign = "left";
		for (const panel of extras.panels) {
			const scale = chart.scales[panel.axis];
			if (scale === void 0) continue;
			pen.font = `bold 12.5px ${drawing.fontFamily}`;
			const room = area.right - area.left - 14;
			pen.font = `bold ${12.5 * Math.min(1, room / pen.measureText(panel.title).width)}px ${drawing.fontFamily}`;
			const wide = pen.measureText(panel.title).width;
			pen.fillStyle = colourOf("@paper/0.82", drawing.colours) ?? "";
			pen.fillRect(area.left + 4, scale.top + 3, wide + 10, 17);
			pen.fillStyle = drawing.colours["ink"] ?? "";
			pen.fillText(panel.title, area.left + 9, scale.top + 5);
		}
		pen.restore();
	}
	function drawMarks(chart, extras, drawing) {
		const { ctx: pen, chartArea: area } = chart;
		const scale = chart.scales["x"];
		if (scale === void 0) return;
		pen.save();
		for (const line of extras.lines) {
			const x = scale.getPixelForValue(line.at);
			pen.strokeStyle = colourOf(line.colour, drawing.colours) ?? "";
			pen.lineWidth = 1.2;
			pen.setLineDash([4, 3]);
			pen.beginPath();
			pen.moveTo(x, area.top);
			pen.lineTo(x, area.bottom);
			pen.stroke();
		}
		pen.setLineDash([]);
		pen.font = markFont(drawing);
		pen.textAlign = "left";
		pen.textBaseline = "bottom";
		const toPixel = (x) => scale.getPixelForValue(x);
		const placed = placeLabels(pen, marksOf(extras, scale.min, toPixel), area.right);
		for (const mark of placed) {
			pen.strokeStyle = colourOf(mark.colour, drawing.colours) ?? "";
			pen.lineWidth = 1;
			pen.beginPath();
			pen.moveTo(mark.at, area.top - 17 - mark.row * rowPx);
			pen.lineTo(mark.at, area.top);
			pen.stroke();
		}
		for (const mark of placed) {
			const y = area.top - 4 - mark.row * rowPx;
			pen.fillStyle = drawing.colours["paper"] ?? "";
			pen.fillRect(mark.left - 2, y - 14, mark.right - mark.left - 6, 14);
			pen.fillStyle = colourOf(mark.colour, drawing.colours) ?? "";
			pen.fillText(mark.label, mark.left, y);
		}
		pen.restore();
	}
	function drawSegments(chart, drawing) {
		const { ctx: pen } = chart;
		pen.save();
		pen.font = `bold 12px ${drawing.fontFamily}`;
		pen.textAlign = "center";
		pen.textBaseline = "middle";
		chart.data.datasets.forEach((dataset, index) => {
			if (!chart.isDatasetVisible(index)) return;
			chart.getDatasetMeta(index).data.forEach((bar, row) => {
				const value = dataset.data[row];
				if (typeof value !== "number") return;
				const text = formats.share(value);
				if (Math.abs(bar.x - bar.base) < pen.measureText(text).width + 8) return;
				const fill = colourOf(dataset.backgroundColor, drawing.colours) ?? "#000000";
				const [r = 0, g = 0, b = 0] = [
					1,
					3,
					5
				].map((at) => parseInt(fill.slice(at, at + 2), 16));
				pen.fillStyle = .299 * r + .587 * g + .114 * b > 140 ? "#14171a" : "#ffffff";
				pen.fillText(text, (bar.x + bar.base) / 2, bar.y);
			});
		});
		pen.restore();
	}
	const drawingPlugin = (extras, drawing) => ({
		id: "dambreakDrawing",
		start: (chart) => {
			if (extras.bands.length + extras.lines.length > 0) chart.boxes.push(markStrip(chart, extras, drawing));
		},
		beforeDraw: (chart) => drawBehind(chart, extras, drawing),
		beforeDatasetsDraw: (chart) => drawFeet(chart, extras, drawing),
		afterDatasetsDraw: (chart) => {
			drawMarks(chart, extras, drawing);
			drawPanels(chart, extras, drawing);
			if (extras.segmentLabels) drawSegments(chart, drawing);
			if (extras.noData === null) return;
			const { ctx: pen, chartArea: area } = chart;
			pen.save();
			pen.font = `14px ${drawing.fontFamily}`;
			pen.textAlign = "center";
			pen.fillStyle = drawing.colours["muted"] ?? "";
			pen.fillText(extras.noData, (area.left + area.right) / 2, (area.top + area.bottom) / 2);
			pen.restore();
		}
	});
	// src/report/charts/shapes.ts
	function inkOn(fill) {
		const [r = 0, g = 0, b = 0] = [
			1,
			3,
			5
		].map((at) => parseInt(fill.slice(at, at + 2), 16));
		return .299 * r + .587 * g + .114 * b > 120 ? "#14171a" : "#ffffff";
	}
	function stroke(pen, points) {
		pen.beginPath();
		points.forEach(([x, y], at) => at === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y));
		pen.stroke();
	}
	function drawBox(box, { pen, x, y, colourOf, font }) {
		const inset = box.insetPx ?? 0;
		const left = x.getPixelForValue(box.x[0]) + inset;
		const right = x.getPixelForValue(box.x[1]) - inset;
		const top = y.getPixelForValue(box.y[1]) + inset;
		const bottom = y.getPixelForValue(box.y[0]) - inset;
		const fill = colourOf(box.colour);
		pen.fillStyle = fill;
		pen.fillRect(left, top, right - left, bottom - top);
		if (box.outline !== void 0) {
			pen.strokeStyle = colourOf(box.outline);
			pen.lineWidth = 2;
			pen.strokeRect(left + 1, top + 1, right - left - 2, bottom - top - 2);
		}
		pen.fillStyle = inkOn(fill);
		pen.strokeStyle = inkOn(fill);
		pen.lineWidth = 1.6;
		const small = Math.max(1.2, Math.min(2.2, (right - left) / 9));
		if (box.dot === true) pen.fillRect(left + 2 * small - small, bottom - 3 * small, 2 * small, 2 * small);
		if (box.plus === true) {
			const [cx, cy, arm] = [
				right - 3 * small,
				top + 3 * small,
				2 * small
			];
			stroke(pen, [[cx - arm, cy], [cx + arm, cy]]);
			stroke(pen, [[cx, cy - arm], [cx, cy + arm]]);
		}
		if (box.text === void 0) return;
		pen.font = font("bold", 12);
		pen.textAlign = "center";
		pen.textBaseline = "middle";
		if (pen.measureText(box.text).width > right - left - 4) pen.font = font("bold", 10);
		if (pen.measureText(box.text).width > right - left - 2) return;
		pen.fillText(box.text, (left + right) / 2, (top + bottom) / 2);
	}
	function drawWhisker(whisker, top, { pen, x, y, colourOf }) {
		const at = x.getPixelForValue(whisker.x);
		const from = y.getPixelForValue(whisker.low);
		const to = y.getPixelForValue(whisker.high ?? top);
		pen.strokeStyle = colourOf(whisker.colour);
		pen.lineWidth = 2;
		stroke(pen, [[at, from], [at, to]]);
		stroke(pen, [[at - 4, from], [at + 4, from]]);
		stroke(pen, whisker.high === null ? [
			[at - 4, to + 7],
			[at, to],
			[at + 4, to + 7]
		] : [[at - 4, to], [at + 4, to]]);
	}
	function drawRule(rule, { pen, x, y, colourOf, font }) {
		const at = y.getPixelForValue(rule.y);
		pen.strokeStyle = colourOf(rule.colour);
		pen.lineWidth = 1.4;
		pen.setLineDash([6, 4]);
		stroke(pen, [[x.left, at], [x.right, at]]);
		pen.setLineDash([]);
		pen.font = font("bold", 12);
		pen.textAlign = "left";
		pen.textBaseline = "top";
		const wide = pen.measureText(rule.label).width;
		pen.fillStyle = colourOf("@paper/0.82");
		pen.fillRect(x.left + 5, at + 3, wide + 8, 16);
		pen.fillStyle = colourOf(rule.colour);
		pen.fillText(rule.label, x.left + 9, at + 5);
	}
	function drawNote(note, { pen, x, y, colourOf, font }) {
		pen.font = font("bold", 12);
		const half = pen.measureText(note.text).width / 2;
		const at = x.getPixelForValue(note.x);
		pen.textAlign = "center";
		pen.textBaseline = note.where === "above" ? "bottom" : "middle";
		pen.fillStyle = colourOf(note.colour);
		const lift = note.where === "above" ? 6 : 0;
		const inside = Math.max(x.left + half, Math.min(x.right - half, at));
		pen.fillText(note.text, inside, y.getPixelForValue(note.y) - lift);
	}
	function drawEnds(chart, place) {
		const { pen, colourOf, font } = place;
		const { chartArea: area } = chart;
		pen.font = font("normal", 12);
		pen.textBaseline = "middle";
		pen.textAlign = "left";
		chart.data.datasets.forEach(({ ends }, index) => {
			if (ends === void 0 || !chart.isDatasetVisible(index)) return;
			chart.getDatasetMeta(index).data.forEach((bar, row) => {
				const said = ends[row];
				if (said === void 0) return;
				const [left, right] = [Math.min(bar.x, bar.base), Math.max(bar.x, bar.base)];
				const write = (text, at) => {
					if (text === "") return;
					pen.fillStyle = colourOf("@paper/0.85");
					pen.fillRect(at - 2, bar.y - 8, pen.measureText(text).width + 4, 16);
					pen.fillStyle = colourOf("@ink");
					pen.fillText(text, at, bar.y);
				};
				write(said.start, Math.max(area.left + 2, left - 5 - pen.measureText(said.start).width));
				write(said.end, Math.min(right + 5, area.right - pen.measureText(said.end).width));
			});
		});
	}
	function shapesPlugin(config, drawing, resolve) {
		const { shapes = [], axes } = config.options.plugins.dambreak;
		const colourOf = (name) => resolve(name ?? "");
		const font = (weight, px) => `${weight} ${px}px ${drawing.fontFamily}`;
		const each = (chart, kinds) => {
			const { ctx: pen } = chart;
			const x = chart.scales["x"];
			if (x === void 0) return;
			pen.save();
			for (const shape of shapes) {
				const y = chart.scales[shape.axis];
				if (y === void 0 || !kinds.includes(shape.kind)) continue;
				const place = {
					pen,
					x,
					y,
					colourOf,
					font
				};
				if (shape.kind === "box") drawBox(shape, place);
				else if (shape.kind === "whisker") drawWhisker(shape, axes[shape.axis]?.top ?? y.max, place);
				else if (shape.kind === "rule") drawRule(shape, place);
				else drawNote(shape, place);
			}
			pen.restore();
		};
		return {
			id: "dambreakShapes",
			beforeDatasetsDraw: (chart) => each(chart, [
				"box",
				"rule",
				"whisker"
			]),
			afterDatasetsDraw: (chart) => {
				each(chart, ["note"]);
				chart.ctx.save();
				drawEnds(chart, {
					pen: chart.ctx,
					colourOf,
					font
				});
				chart.ctx.restore();
			}
		};
	}
	// src/report/charts/runtime.ts
	function tooltip(config, drawing) {
		const extras = config.options.plugins.dambreak;
		const sideways = config.options.indexAxis === "y";
		const reading = (id) => extras.axes[id] ?? { format: "number" };
		return {
			animation: false,
			bodyFont: { family: drawing.fontFamily },
			titleFont: { family: drawing.fontFamily },
			callbacks: {
				title: (items) => {
					const item = items[0];
					if (item === void 0) return "";
					if (sideways) return config.data.labels?.[item.dataIndex] ?? "";
					const text = readValue(item.parsed.x, reading("x"), extras);
					return reading("x").format === "clock" ? `${dayText(item.parsed.x, extras)}, ${text}` : text;
				},
				labelColor: (item) => {
					const dataset = config.data.datasets[item.datasetIndex];
					const colour = colourOf(config.type === "line" ? dataset?.borderColor : dataset?.backgroundColor, drawing.colours);
					return {
						borderColor: colour,
						backgroundColor: colour
					};
				},
				label: (item) => {
					const dataset = config.data.datasets[item.datasetIndex];
					const value = sideways ? item.parsed.x : item.parsed.y;
					const axis = sideways ? "x" : dataset?.yAxisID ?? "y";
					const panel = extras.panels.find((candidate) => candidate.axis === axis)?.title;
					return ` ${[dataset?.label, dataset?.what ?? panel].filter((part) => part !== void 0).join(", ")}: ${readValue(value, reading(axis), extras)}`;
				}
			}
		};
	}
	function shortened(text, widthPx, pen) {
		const letters = [...text];
		let kept = letters.length;
		const shown = () => kept === letters.length ? text : `${letters.slice(0, kept).join("")}…`;
		while (kept > 1 && pen.measureText(shown()).width > widthPx) kept--;
		return shown();
	}
	const legendFont = (drawing) => ({
		family: drawing.fontFamily,
		size: 12.5
	});
	const hasPoints = ({ data }) => data.datasets.some(({ pointStyle, legend: is }) => is && pointStyle !== void 0);
	const legendBoxPx = (config) => config.type === "line" && !hasPoints(config) ? 38 : 14;
	function legendItems(config, drawing, chart) {
		const { ctx: pen, width } = chart;
		const { family, size } = legendFont(drawing);
		const room = width - legendBoxPx(config) - 50;
		pen.save();
		pen.font = `${size}px ${family}`;
		const items = config.data.datasets.flatMap((dataset, datasetIndex) => dataset.legend ? [{
			datasetIndex,
			text: shortened(dataset.label, room, pen),
			hidden: !chart.isDatasetVisible(datasetIndex),
			fontColor: drawing.colours["ink"],
			strokeStyle: colourOf(dataset.borderColor, drawing.colours),
			fillStyle: colourOf(dataset.backgroundColor, drawing.colours),
			lineWidth: dataset.borderWidth,
			lineDash: dataset.borderDash ?? [],
			lineJoin: "round",
			pointStyle: dataset.pointStyle ?? (config.type === "line" ? "line" : "rect")
		}] : []);
		pen.restore();
		return items;
	}
	const legend = (config, drawing) => ({
		position: "bottom",
		labels: {
			color: drawing.colours["ink"],
			font: legendFont(drawing),
			boxWidth: legendBoxPx(config),
			boxHeight: hasPoints(config) ? 8 : config.type === "line" ? 0 : 12,
			usePointStyle: hasPoints(config),
			padding: 14,
			generateLabels: (chart) => legendItems(config, drawing, chart)
		},
		onClick: (_event, item, owner) => {
			const key = config.data.datasets[item.datasetIndex]?.key;
			const shown = owner.chart.isDatasetVisible(item.datasetIndex);
			config.data.datasets.forEach((dataset, index) => {
				if (dataset.key === key) owner.chart.setDatasetVisibility(index, !shown);
			});
			owner.chart.update();
		}
	});
	function hydrate(config, drawing) {
		const { title, subtitle, dambreak: extras } = config.options.plugins;
		const text = (value, bold) => ({
			display: drawing.titled && value !== "",
			text: value,
			align: "start",
			color: drawing.colours[bold ? "ink" : "muted"],
			font: {
				family: drawing.fontFamily,
				size: bold ? 19 : 13,
				weight: bold ? "bold" : "normal"
			},
			padding: {
				top: bold ? 4 : 0,
				bottom: bold ? 4 : 12
			}
		});
		const scales = {};
		for (const id of Object.keys(config.options.scales)) scales[id] = axisOptions(id, config, drawing);
		return {
			type: config.type,
			data: {
				...config.data,
				datasets: config.data.datasets.map((dataset) => ({
					...dataset,
					borderColor: colourOf(dataset.borderColor, drawing.colours),
					backgroundColor: colourOf(dataset.backgroundColor, drawing.colours),
					pointHitRadius: 6,
					clip: 6,
					borderJoinStyle: "round"
				}))
			},
			options: {
				animation: false,
				responsive: true,
				maintainAspectRatio: false,
				indexAxis: config.options.indexAxis ?? "x",
				interaction: {
					mode: "nearest",
					intersect: false,
					axis: "xy"
				},
				layout: { padding: drawing.titled ? 18 : {
					top: 2,
					right: 14,
					bottom: 2,
					left: 2
				} },
				scales,
				plugins: {
					title: text(title.text, true),
					subtitle: text(subtitle.text, false),
					legend: legend(config, drawing),
					tooltip: tooltip(config, drawing)
				}
			},
			plugins: [drawingPlugin(extras, drawing), shapesPlugin(config, drawing, (name) => colourOf(name, drawing.colours) ?? "")]
		};
	}
	// src/report/html/browser/page.ts
	const text = document.getElementById("report-data")?.textContent ?? null;
	if (text !== null) mountCharts(JSON.parse(text), text);
	function mountCharts({ charts, themes, fontFamily }, text) {
		const dark = matchMedia("(prefers-color-scheme: dark)");
		let drawn = [];
		const draw = (theme) => {
			for (const chart of drawn) chart.destroy();
			drawn = [];
			for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
				const config = charts[canvas.id.replace("chart-", "")];
				const holder = canvas.parentElement;
				if (config === void 0 || holder === null) continue;
				const extraPx = innerWidth < 640 ? 90 : 0;
				holder.style.height = `${config.options.plugins.dambreak.heightPx + extraPx}px`;
				const drawing = {
					colours: themes[theme],
					fontFamily,
					titled: false
				};
				drawn.push(new Chart(canvas, hydrate(config, drawing)));
			}
		};
		const onScreen = () => draw(dark.matches ? "dark" : "light");
		onScreen();
		const fonts = ["", "bold "].map((weight) => document.fonts.load(`${weight}12px ${fontFamily}`, text));
		Promise.allSettled(fonts).then(onScreen);
		dark.addEventListener("change", onScreen);
		addEventListener("beforeprint", () => draw("light"));
		addEventListener("afterprint", onScreen);
	}
})();
