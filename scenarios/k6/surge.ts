/**
 * Performs an exported dambreak scenario with k6. `dambreak export <scenario> --to k6 --out <dir>`
 * writes this script, bundled with the modules that it imports, and its data; then
 *
 *   k6 run -e DAMBREAK_TARGET=http://127.0.0.1:8080 surge.js
 *
 * A name needs its address besides (DAMBREAK_ADDRESS), a host that is not this machine the scenario's code
 * (DAMBREAK_AUTHORISATION).
 *
 * Who comes when, what visitors decide and what they send is computed by dambreak's own modules, the
 * same that its live engine runs on. One iteration is one visitor, or several where the export says
 * so: they wait on timers of one VU.
 */
import crypto from 'k6/crypto'
import { SharedArray } from 'k6/data'
import exec from 'k6/execution'
import http from 'k6/http'
import { sleep } from 'k6'
import { Counter } from 'k6/metrics'
import { clearTimeout, setTimeout } from 'k6/timers'
import { metrics } from '../../src/engine/k6/points.ts'
import type { RunData } from '../../src/engine/k6/run-data.ts'
import { consentField, wellKnownPath } from '../../src/engine/client/well-known.ts'
import { refusalOf, type ConsentRefusal } from '../../src/engine/k6/script/consent.ts'
import type { Answered, Asked } from '../../src/engine/k6/script/http-sender.ts'
import type { Count, MetricName } from '../../src/engine/k6/script/counted.ts'
import { leadMsOf, optionsOf } from '../../src/engine/k6/script/options.ts'
import { Surge } from '../../src/engine/k6/script/surge.ts'
import { canonicalAddress } from '../../src/engine/k6/script/ip-address.ts'
import { divertingAmong, readTarget } from '../../src/engine/k6/script/target.ts'
import { addWebNames } from '../../src/engine/k6/script/web-names.ts'
import { StageClock, type Stage } from '../../src/engine/k6/stages.ts'
import type { PersonTable } from '../../src/scenario/request/person-data.ts'

addWebNames()

const data = JSON.parse(open('./run-data.json')) as RunData
const stageList = new SharedArray('stages', () => JSON.parse(open('./stages.json')) as Stage[])
const tables = data.tables.map((table) => ({
  ...table,
  list: new SharedArray(table.key, () =>
    table.files.flatMap((file) => JSON.parse(open(`./${file}`)) as string[][]),
  ),
}))
const stages = () => ({ ...data.arrivals, stages: [...stageList] })
const diverting = divertingAmong(__ENV)
if (diverting.length > 0) {
  throw new Error(`these variables send k6 elsewhere, unset them: ${diverting.join(', ')}`)
}
const target = readTarget({
  target: __ENV['DAMBREAK_TARGET'] ?? '',
  address: __ENV['DAMBREAK_ADDRESS'] ?? '',
})

export const options = optionsOf(data, {
  // What a VU reads again is not looked at.
  stages: __VU === 0 ? stages() : null,
  hosts: target.hosts,
})

/** Epoch ms at which all runners begin; `null`: a moment from now. */
const plannedStart = readStart(__ENV['DAMBREAK_START_AT'])

function readStart(text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  if (/^\d{13}$/.test(text)) return Number(text)
  throw new Error(`DAMBREAK_START_AT must be milliseconds since 1970, got "${text}"`)
}

const counters = Object.fromEntries(
  Object.entries(metrics).map(([name, metric]) => [name, new Counter(metric)]),
) as Record<MetricName, Counter>

const count: Count = (metric, tags, metadata) => {
  if (metadata === undefined) {
    counters[metric].add(1, tags)
    return
  }
  const own = exec.vu.metrics.metadata
  for (const [name, value] of Object.entries(metadata)) own[name] = value
  counters[metric].add(1, tags)
  for (const name of Object.keys(metadata)) delete own[name]
}

async function ask(asked: Asked): Promise<Answered> {
  const answered = await http.asyncRequest(asked.method, target.origin + asked.path, asked.body, {
    headers: { ...asked.headers },
    timeout: asked.timeoutMs,
    redirects: 0,
    responseType: asked.wantsBody ? 'text' : 'none',
    // Each visitor keeps its own cookies.
    jar: new http.CookieJar(),
  })
  checkDialled(answered)
  return answered as unknown as Answered
}

let lastSeen = ''

/** Stops the run where k6 was led to another address than the one that was judged, by an option or a proxy. */
function checkDialled({
  remote_ip: ip,
  remote_port: port,
}: {
  remote_ip: string
  remote_port: number
}) {
  const seen = `${ip} ${port}`
  // Nothing was dialled where it failed before.
  if (ip === '' || seen === lastSeen) return
  if (canonicalAddress(ip) !== target.address || port !== target.port) {
    exec.test.abort(`k6 was led to ${ip}:${port} instead of ${target.address}:${target.port}`)
  }
  lastSeen = seen
}

interface Given {
  readonly startsAtEpochMs: number
}

/** Asks for consent, once a runner, and waits for the beginning. */
export function setup(): Given {
  const refusal = target.isLoopback
    ? null
    : refusalOf({
        expectedSha256: data.authorisationSha256,
        givenSha256: sha256(__ENV['DAMBREAK_AUTHORISATION']),
        ask: askConsent,
      })
  if (refusal !== null) {
    const how = `To agree, its owner serves ${wellKnownPath} with {"${consentField}": "${data.authorisationSha256}"}.`
    const why = `${target.host} has not agreed to take this load: ${refusalWords[refusal]}.`
    exec.test.abort(data.authorisationSha256 === null ? why : `${why} ${how}`)
  }
  const startsAtEpochMs = plannedStart ?? Date.now() + 1000
  const waitMs = startsAtEpochMs - leadMsOf(data) - Date.now()
  if (waitMs > 0) sleep(waitMs / 1000)
  return { startsAtEpochMs }
}

const refusalWords: Record<ConsentRefusal, string> = {
  NoAuthorisation: 'the scenario has no authorisation code',
  CodeNotGiven: "the scenario's code is needed: -e DAMBREAK_AUTHORISATION=<code>",
  CodeNotOfScenario: "DAMBREAK_AUTHORISATION is not the scenario's code",
  NotServed: `it does not serve ${wellKnownPath}`,
  PlainCode: `its ${wellKnownPath} publishes the code itself, which anybody can copy`,
  NotConsent: `its ${wellKnownPath} cannot be read`,
  OtherCode: `its ${wellKnownPath} names another code`,
}

const sha256 = (code: string | undefined): string | null =>
  code === undefined || code === '' ? null : crypto.sha256(code, 'hex')

function askConsent(): ReturnType<Parameters<typeof refusalOf>[0]['ask']> {
  const answer = http.get(`${target.origin}${wellKnownPath}`, { redirects: 0, timeout: 5000 })
  checkDialled(answer)
  return answer
}

let surge: Surge | null = null

export default function visit(given: Given | undefined): void {
  if (given === undefined) {
    exec.test.abort('setup() did not run, which asks for consent (--no-setup)')
    return
  }
  const { iterationInTest, iterationInInstance } = exec.scenario
  surge ??= surgeOf(given)
  if (iterationInInstance === 0) countRunner(given, iterationInTest)
  surge.begin(iterationInTest)
}

function surgeOf({ startsAtEpochMs }: Given): Surge {
  const lists = new Map(tables.map(({ key, list }) => [key, list]))
  return new Surge(data, {
    target,
    count,
    ask,
    turns: { after: (ms, act) => setTimeout(act, ms), never: (timer) => clearTimeout(timer) },
    epochMs: () => Date.now(),
    startsAtEpochMs,
    runCode: __ENV['DAMBREAK_RUN'] ?? Math.floor(startsAtEpochMs / 1000).toString(36),
    environment: __ENV,
    tables: new Map(
      tables.map(({ key, columns, rows }) => [
        key,
        { key, columns, rows, sha256: '', text: new Uint8Array(0), ends: new Uint32Array(0) },
      ]),
    ),
    cell: (table, row, column) =>
      lists.get((table as PersonTable & { key: string }).key)?.[row]?.[column] ?? '',
    stages,
  })
}

/** What this runner performs, and how much later than planned its first visitor came. */
function countRunner({ startsAtEpochMs }: Given, iteration: number): void {
  const { startsAtMs, window, tags, visitorsPerVu } = data
  const segment = exec.test.options.executionSegment ?? '0:1'
  const plannedMs = new StageClock(stages()).atMs(iteration * visitorsPerVu)
  count(
    'runners',
    {
      format: '1',
      ...tags,
      starts_at: String(Math.round(startsAtEpochMs)),
      opens_at: String(Math.round(startsAtEpochMs + window.opensAtMs - startsAtMs)),
      target: target.origin + target.basePath,
      segment,
    },
    {
      lateMs: String(Math.round(Date.now() - startsAtEpochMs - plannedMs)),
      visitors: String(visitorsPerVu),
    },
  )
}
