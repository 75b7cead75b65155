// Made by "npm run bundle" of src/stack/balancer/browser/page.ts.
(function() {
	// src/core/units.ts
	const secToMs = (sec) => sec * 1e3;
	const msToSec = (ms) => ms / 1e3;
	const secToMinutes = (sec) => sec / 60;
	const secToHours = (sec) => sec / 3600;
	// src/stack/balancer/browser/elements.ts
	function element(id) {
		const found = document.getElementById(id);
		if (found === null) throw new Error(`the page has no ${id}`);
		return found;
	}
	const facts = JSON.parse(element("facts").textContent ?? "");
	const clockOffsetMs = facts.nowEpochMs - Date.now();
	function both([korean, english]) {
		const span = document.createElement("span");
		span.lang = "en";
		span.textContent = english;
		return [`${korean} `, span];
	}
	const sections = [
		"waiting",
		"booking",
		"result"
	];
	function show(id) {
		for (const each of sections) element(each).hidden = each !== id;
		element(id).querySelector("h2")?.focus();
	}
	function count(value) {
		return Math.max(0, Math.round(value)).toLocaleString("en-US");
	}
	function duration(sec) {
		const left = Math.max(0, Math.ceil(sec));
		const h = Math.floor(secToHours(left));
		const m = Math.floor(secToMinutes(left % 3600));
		const [first, ...rest] = [
			...h > 0 ? [h] : [],
			m,
			left % 60
		];
		return [String(first), ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
	}
	function pause(sec) {
		return new Promise((resolve) => setTimeout(resolve, secToMs(sec)));
	}
	// src/stack/balancer/browser/gate-client.ts
	const timeoutMs = 3e3;
	const waiters = new Map();
	let node = "";
	const globals = {
		gRtype: 0,
		gControl: {
			result: "",
			_showResult() {
				const opcode = String(globals.gRtype);
				const take = waiters.get(opcode);
				waiters.delete(opcode);
				take?.(this.result);
			}
		}
	};
	Object.assign(window, { NetFunnel: globals });
	function parseReply(result) {
		const [, type = "", code = "500", rest = ""] = /^(\d+):(\d+):?(.*)$/s.exec(result) ?? [];
		return {
			type,
			code: Number(code),
			fields: Object.fromEntries(new URLSearchParams(rest))
		};
	}
	function callOnce(origin, opcode, fields) {
		return new Promise((resolve, reject) => {
			const script = document.createElement("script");
			const end = (act) => {
				clearTimeout(timer);
				if (waiters.get(opcode) === onReply) waiters.delete(opcode);
				script.remove();
				act();
			};
			const onReply = (result) => end(() => resolve(parseReply(result)));
			const fail = () => end(() => reject(new Error("the waiting room does not answer")));
			waiters.set(opcode, onReply);
			const timer = setTimeout(fail, timeoutMs);
			script.onerror = fail;
			const prefix = `NetFunnel.gRtype=${opcode};`;
			script.src = `${origin}/ts.wseq?${new URLSearchParams({
				opcode,
				...fields,
				nfid: "0",
				prefix,
				js: "yes"
			}).toString()}&${Date.now()}`;
			document.head.append(script);
		});
	}
	async function callGate(opcode, fields) {
		let reply;
		try {
			reply = await callOnce(node, opcode, fields);
		} catch {
			node = "";
			await pause(.5);
			reply = await callOnce(node, opcode, fields);
		}
		const { ip = "", port = "" } = reply.fields;
		const named = `http://${ip}:${port}`;
		if (ip !== "" && port !== "" && named === facts.gateOrigin) node = named;
		return reply;
	}
	function forgetNode() {
		node = "";
	}
	// src/stack/balancer/browser/ticket.ts
	const aliveSec = 60;
	let key = null;
	let alive;
	const ticketKey = () => key;
	function keepKey(given) {
		key = given;
	}
	function storeKey(type, value) {
		document.cookie = `${facts.cookie}=${type}:200:key=${value}; path=/; samesite=lax`;
	}
	function enterWith(type) {
		storeKey(type, key ?? "");
		alive = setInterval(() => {
			if (key !== null) callGate("5003", { key }).catch(() => null);
		}, secToMs(aliveSec));
	}
	function enterWithoutKey() {
		key = null;
		storeKey("5002", "connection_timeout");
	}
	function forgetTicket() {
		document.cookie = `${facts.cookie}=; path=/; max-age=0`;
		clearInterval(alive);
		key = null;
	}
	async function completeTicket() {
		const used = key;
		forgetTicket();
		if (used === null) return;
		try {
			await callGate("5004", { key: used });
		} catch {}
	}
	function leave() {
		if (key === null) return;
		const url = `/ts.wseq?opcode=5004&key=${encodeURIComponent(key)}`;
		fetch(url, { keepalive: true }).catch(() => null);
	}
	// src/stack/balancer/browser/waiting.ts
	let wait = null;
	let farthest = 0;
	function beginWaiting() {
		wait = null;
		farthest = 0;
		element("position").textContent = "–";
		show("waiting");
	}
	function endWaiting() {
		wait = null;
	}
	function showWait(fields) {
		const read = (name) => Number(fields[name] ?? "") || 0;
		wait = {
			ahead: read("nwait"),
			behind: read("nnext"),
			admitPerSec: read("tps"),
			sinceMs: performance.now()
		};
		if (element("waiting").hidden) show("waiting");
		drawWait();
		const position = element("position").textContent ?? "";
		const left = element("left").textContent ?? "";
		element("spoken").textContent = `대기 순번 ${position}. Position ${position}, estimated wait ${left}`;
	}
	function drawWait() {
		if (wait === null) return;
		const sinceSec = msToSec(performance.now() - wait.sinceMs);
		const opensInSec = msToSec(facts.opensAtEpochMs - (Date.now() + clockOffsetMs));
		const isOpen = opensInSec <= 0;
		const isMoving = wait.admitPerSec > 0;
		const gone = isOpen && isMoving ? Math.min(sinceSec * wait.admitPerSec, wait.ahead) : 0;
		const ahead = Math.ceil(wait.ahead - gone);
		farthest = Math.max(farthest, ahead + 1);
		element("position").textContent = count(ahead + 1);
		element("ahead").textContent = count(ahead);
		element("behind").textContent = count(wait.behind);
		const queueSec = wait.ahead / wait.admitPerSec - (isOpen ? sinceSec : 0);
		element("left").textContent = isMoving ? leftText(queueSec + Math.max(0, opensInSec)) : "–";
		element("opens").hidden = isOpen;
		element("opens-in").textContent = duration(opensInSec);
		element("bar").style.width = `${(isOpen ? 100 * (1 - ahead / farthest) : 0).toFixed(1)}%`;
	}
	const leftText = (sec) => sec < 1 ? "곧 · soon" : duration(sec);
	// src/stack/balancer/browser/booking.ts
	const { from, to } = facts.birthYears;
	const refusals = {
		ineligible: ["예약 대상이 아닙니다.", `You may not book: this opening is for people born ${from} to ${to}.`],
		alreadyBooked: ["이미 예약하셨습니다.", "You have already booked. One booking per person."],
		soldOut: ["모두 마감되었습니다.", "Everything is sold out."],
		noKey: ["대기열을 거쳐 주세요.", "You have not come through the waiting room. Please queue."],
		badKey: ["대기표가 올바르지 않습니다.", "The waiting room has not let this ticket in. Please queue again."]
	};
	const passing = {
		busy: ["지금 접속이 많습니다. 잠시 후 다시 눌러 주세요.", "Very busy right now. Please press the button again in a moment."],
		off: ["지금은 예약 서비스가 중지되어 있습니다.", "Booking is switched off at the moment. Please try again later."],
		unavailable: ["일시적인 오류입니다. 다시 눌러 주세요.", "Something behind this page does not answer. Please press the button again."]
	};
	const passingWords = passing;
	const offerList = () => element("offer");
	async function fetchOffers() {
		const response = await fetch("/offers", { headers: { accept: "application/json" } });
		if (!response.ok) throw new Error("no offers");
		const answer = await response.json();
		return "offers" in answer ? answer.offers : answer;
	}
	function optionOf({ place, date, remaining }) {
		const option = document.createElement("option");
		option.value = JSON.stringify({
			place,
			date
		});
		option.disabled = remaining <= 0;
		option.textContent = `${place}, ${date} (${remaining > 0 ? `${count(remaining)}석 남음 · ${count(remaining)} left` : "마감 · sold out"})`;
		return option;
	}
	async function showBooking() {
		endWaiting();
		const select = offerList();
		try {
			const offers = await fetchOffers();
			select.replaceChildren(...offers.map(optionOf));
			const first = [...select.options].find((option) => !option.disabled);
			if (first !== void 0) select.value = first.value;
			element("choice").hidden = offers.length === 0;
		} catch {
			select.replaceChildren();
			element("choice").hidden = true;
		}
		element("progress").textContent = "";
		show("booking");
	}
	function filled(template, data) {
		if (typeof template === "string") {
			const whole = /^\$\{(\w+)\}$/.exec(template)?.[1];
			return whole === void 0 ? filledText(template, data) : data[whole];
		}
		if (Array.isArray(template)) return template.map((each) => filled(each, data));
		if (template === null || typeof template !== "object") return template;
		return Object.fromEntries(Object.entries(template).map(([name, each]) => [name, filled(each, data)]));
	}
	function filledText(template, data) {
		return template.replace(/\$\{(\w+)\}/g, (_, name) => String(data[name] ?? ""));
	}
	async function perform(step, data) {
		const hasBody = step.method !== "GET" && step.method !== "HEAD";
		const texts = Object.entries(data).map(([name, value]) => [name, String(value)]);
		const encoded = texts.map(([name, value]) => [name, encodeURIComponent(value)]);
		const path = filledText(step.path, Object.fromEntries(encoded));
		const query = new URLSearchParams(Object.fromEntries(texts)).toString();
		const headers = Object.entries(step.headers).map(([name, value]) => [name, filledText(value, data)]);
		const response = await fetch(hasBody ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`, {
			method: step.method,
			headers: {
				"content-type": "application/json",
				accept: "application/json",
				...Object.fromEntries(headers)
			},
			...hasBody ? { body: JSON.stringify(filled(step.body, data)) } : {}
		});
		return {
			...await response.json().catch(() => ({})),
			code: response.status
		};
	}
	function say(words) {
		element("progress").replaceChildren(...both(words));
	}
	async function book(event) {
		event.preventDefault();
		const button = element("submit");
		button.disabled = true;
		try {
			await performJourney(personOf(new FormData(element("form"))));
		} catch {
			say(passing.unavailable);
		} finally {
			button.disabled = false;
		}
	}
	function personOf(form) {
		const text = (name) => {
			const value = form.get(name);
			return typeof value === "string" ? value : "";
		};
		const offer = text("offer");
		const choice = offer === "" ? {} : JSON.parse(offer);
		return {
			person: text("person").trim(),
			birthYear: Number(text("birthYear")),
			...choice
		};
	}
	async function performJourney(data) {
		let last = { code: 0 };
		for (const [i, step] of facts.steps.entries()) {
			say([`처리 중… ${i + 1}/${facts.steps.length}`, "working on it"]);
			last = await perform(step, data);
			const { code, status = "", message = "" } = last;
			if (code === 200 && status === "ok") continue;
			const refusal = refusals[status];
			if (refusal !== void 0) {
				await completeTicket();
				showResult(false, refusal);
				return;
			}
			say(code === 400 ? ["입력 내용을 확인해 주세요.", message === "" ? "Please check what you typed." : message] : passingWords[status] ?? passing.unavailable);
			return;
		}
		await completeTicket();
		const { booking } = last;
		showResult(true, ["예약되었습니다.", `You are booked${booking === void 0 ? "." : `: ${booking.place}, ${booking.date}.`}`], booking?.id);
	}
	function showResult(isGood, words, id) {
		endWaiting();
		element("result").className = isGood ? "good" : "bad";
		element("result-title").replaceChildren(...both(words));
		element("result-id").hidden = id === void 0;
		element("result-id").textContent = `예약 번호 · booking ${id ?? ""}`;
		const again = isGood ? ["처음으로", "Start over"] : ["다시 대기하기", "Queue again"];
		element("again").replaceChildren(...both(again));
		show("result");
	}
	// src/stack/balancer/browser/page.ts
	const maxTtlSec = 30;
	const gateRefusals = {
		508: ["대기표가 만료되었습니다.", "Your place in the queue has lapsed. Please queue again."],
		509: ["대기표가 올바르지 않습니다.", "The waiting room does not know this ticket. Please queue again."],
		510: ["지금은 예약 서비스가 중지되어 있습니다.", "Booking is switched off at the moment. Please come again later."]
	};
	async function waitForTurn() {
		let reply = await callGate("5101", {
			sid: "service_1",
			aid: facts.action
		});
		while (reply.code === 201 || reply.code === 202) {
			const { key = "", ttl = "" } = reply.fields;
			if (key !== "") keepKey(key);
			showWait(reply.fields);
			if (!(Number(ttl) > 0)) return null;
			await pause(Math.min(Number(ttl), maxTtlSec) * (1 + .1 * Math.random()));
			reply = await callGate("5002", {
				key: ticketKey() ?? "",
				ttl
			});
		}
		return reply;
	}
	async function queue() {
		forgetTicket();
		forgetNode();
		beginWaiting();
		let reply;
		try {
			reply = await waitForTurn();
		} catch {
			enterWithoutKey();
			return showBooking();
		}
		if (reply === null) return;
		const { code, type, fields } = reply;
		if (code === 300 || code === 303) return showBooking();
		if (code === 200) {
			const { key = "" } = fields;
			if (key !== "") keepKey(key);
			enterWith(type);
			return showBooking();
		}
		forgetTicket();
		const unknown = ["대기실에서 오류가 발생했습니다.", `The waiting room answered with error ${code}.`];
		showResult(false, gateRefusals[code] ?? unknown);
	}
	element("form").addEventListener("submit", (event) => void book(event));
	element("again").addEventListener("click", () => void queue());
	addEventListener("pagehide", () => {
		if (!element("booking").hidden) leave();
	});
	setInterval(drawWait, 250);
	queue();
})();
