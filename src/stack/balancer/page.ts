import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isMapping } from '../../scenario/plain.ts'
import { requestOf, type StepRequest } from '../../scenario/request/request.ts'
import type { Scenario, Step } from '../../scenario/schema/schema.ts'
import type { BrowserFacts } from './browser-facts.ts'
import { pageStyle } from './page-style.ts'

/** The page for a browser: one self-contained document, and headers that forbid anything else. */
export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

export interface PageFacts {
  readonly scenario: Scenario
  readonly opensAtEpochMs: number
  /** The server's clock, so that a browser whose own is wrong counts down rightly. */
  readonly nowEpochMs: number
  /** Origin to which the gate may redirect a client with a ticket; `null`: none. */
  readonly gateOrigin: string | null
}

/** The request of a step; on pages of our own a person books what they chose. */
function pageRequestOf(step: Step): StepRequest {
  const { body, ...request } = requestOf(step)
  const choice = { place: '${place}', date: '${date}' }
  const isOwn = step.request === undefined && isMapping(body)
  return { ...request, body: isOwn ? { ...body, ...choice } : body }
}

/** The cookie in which the protocol's browser client keeps the key. */
const keyCookie = 'NetFunnel_ID'

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const pageScript = readFileSync(new URL('./page.bundle.js', import.meta.url), 'utf8')
const ownScript = hashOf(pageScript)
const ownStyle = hashOf(pageStyle)

function headersOf(gateOrigin: string | null): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    // The page's own script, and the gate's replies, which the protocol sends as scripts.
    `script-src 'self' ${gateOrigin === null ? '' : `${gateOrigin} `}${ownScript}`,
    `style-src ${ownStyle}`,
    "connect-src 'self'",
    "font-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? '')

/** JSON that cannot end the element it stands in. */
const dataText = (value: unknown): string =>
  JSON.stringify(value).replaceAll('<', String.raw`\u003c`)

/** Korean first, English after it. */
const both = (korean: string, english: string): string =>
  `${korean} <span lang="en">${english}</span>`

const waitingSection = `<section id="waiting" aria-labelledby="waiting-title">
<h2 id="waiting-title" tabindex="-1">${both('접속 대기 중입니다', 'You are in the queue')}</h2>
<p class="soft">${both('나의 대기 순번', 'Your position')}</p>
<p class="position" id="position">–</p>
<div class="bar" aria-hidden="true"><div id="bar"></div></div>
<dl>
<dt>${both('앞에 대기 중', 'Ahead of you')}</dt><dd id="ahead">–</dd>
<dt>${both('뒤에 대기 중', 'Behind you')}</dt><dd id="behind">–</dd>
<dt>${both('예상 대기 시간', 'Estimated wait')}</dt><dd id="left">–</dd>
</dl>
<p id="opens" hidden>${both('예약 시작까지', 'Opens in')} <strong id="opens-in"></strong></p>
<p class="soft">${both(
  '이 창을 닫거나 새로고침하면 대기 순번을 잃습니다.',
  'Keep this page open: closing or reloading it loses your place.',
)}</p>
<p class="quiet" role="status" id="spoken"></p>
</section>`

const bookingSection = ({ from, to }: Scenario['population']['birthYears']): string =>
  `<section id="booking" aria-labelledby="booking-title" hidden>
<h2 id="booking-title" tabindex="-1">${both('예약하기', 'It is your turn: book')}</h2>
<form id="form" autocomplete="off">
<label for="person">${both('이름 또는 번호', 'Name or number')}</label>
<input id="person" name="person" required maxlength="64" pattern="[A-Za-z0-9._\\-]+" aria-describedby="person-hint">
<p class="hint" id="person-hint">${both('영문, 숫자, . _ - 만 사용', 'Latin letters, digits, . _ and - only')}</p>
<label for="birthYear">${both('출생 연도', 'Year of birth')}</label>
<input id="birthYear" name="birthYear" required type="number" inputmode="numeric" min="1850" max="2100" step="1" aria-describedby="year-hint">
<p class="hint" id="year-hint">${both(`${from}–${to}년생 대상`, `For people born ${from} to ${to}`)}</p>
<div id="choice"><label for="offer">${both('장소와 날짜', 'Place and date')}</label>
<select id="offer" name="offer"></select></div>
<button id="submit">${both('예약', 'Book')}</button>
<p role="status" id="progress"></p>
</form>
</section>`

const resultSection = `<section id="result" aria-labelledby="result-title" hidden>
<h2 id="result-title" tabindex="-1" role="status"></h2>
<p class="soft" id="result-id" hidden></p>
<button id="again" type="button"></button>
</section>`

/** The page for people at `/`: the waiting screen, then the booking form, then what came of it. */
export function bookingPage(page: PageFacts): Page {
  const { scenario, opensAtEpochMs, nowEpochMs, gateOrigin } = page
  const { birthYears } = scenario.population
  const facts: BrowserFacts = {
    action: scenario.name,
    cookie: keyCookie,
    birthYears,
    opensAtEpochMs,
    nowEpochMs,
    gateOrigin,
    steps: scenario.journey.map(pageRequestOf),
  }
  const html = `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>예약 · Booking</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${both('예약', 'Booking')}</h1>
<p class="soft" lang="en">${escaped(scenario.description)}</p>
<noscript><p>${both('자바스크립트가 필요합니다.', 'This page needs JavaScript.')}</p></noscript>
${waitingSection}
${bookingSection(birthYears)}
${resultSection}
</main>
<script type="application/json" id="facts">${dataText(facts)}</script>
<script>${pageScript}</script>
</body>
</html>
`
  return { html, headers: headersOf(gateOrigin) }
}
