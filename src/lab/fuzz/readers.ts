import { usualAnswerRules } from '../../scenario/request/answer-rules.ts'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { must } from '../../core/assert.ts'
import { importMeasured } from '../../engine/import-run.ts'
import { Want } from '../../engine/client/transport.ts'
import { oddResponses } from '../../engine/live/transport/testing/odd-responses.ts'
import { KnownHeads } from '../../engine/live/transport/wire/known-heads.ts'
import { Parsed, ResponseParser } from '../../engine/live/transport/wire/response-parser.ts'
import { parseEnsemble } from '../../fit/ensemble.ts'
import { parsePlan } from '../../plan/plan-file.ts'
import { parseRun } from '../../record/run-schema.ts'
import { reportFiles } from '../../report/report-files.ts'
import { parseScenario, type LoadedScenario } from '../../scenario/load/parse.ts'
import { readJson, readYaml } from '../../scenario/load/read-text.ts'
import { formatReply, parseReply, parseRequest } from '../../waitingroom/netfunnel.ts'
import { kindsOfEntries, mutateText, mutateValue, type Next } from './mutate.ts'

/** A reader of what comes from outside. It takes an input, or refuses it with a `DambreakError`. */
export interface FuzzedReader {
  readonly name: string
  /** The next input. */
  input(next: Next): string
  /** Throws anything but a `DambreakError` only by a bug. */
  read(input: string): void | Promise<void>
}

const fileOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const textOf = (path: string) => readFileSync(fileOf(path), 'utf8')
const jsonOf = (path: string): unknown => JSON.parse(textOf(path))

/** Mostly a changed value, now and then changed text: most broken JSON ends at the first bracket. */
function changedJson(samples: readonly unknown[]): FuzzedReader['input'] {
  const changeable = samples.map((sample) => ({ sample, kinds: kindsOfEntries(sample) }))
  return (next) => {
    const { sample, kinds } = must(changeable[Math.floor(next() * samples.length)], 'a sample')
    const text = JSON.stringify(mutateValue(sample, kinds, next))
    return next() < 0.1 ? mutateText(text, next) : text
  }
}

function changedText(samples: readonly string[]): FuzzedReader['input'] {
  return (next) => mutateText(samples[Math.floor(next() * samples.length)] ?? '', next)
}

/** `null` where it is no JSON, as every command refuses it. */
function parsedJson(input: string): { value: unknown } | null {
  const read = readJson(input)
  return 'fault' in read ? null : read
}

function runReader(): FuzzedReader {
  const samples = ['golden-run', 'golden-run-v2', 'live-run'].map((name) =>
    jsonOf(`fixtures/${name}.json`),
  )
  return {
    name: 'run.json',
    input: changedJson(samples),
    async read(input) {
      const json = parsedJson(input)
      if (json === null) return
      const run = parseRun(json.value, 'run.json')
      // The page takes most of the time, so only some inputs are drawn.
      const formats = input.length % 4 === 0 ? (['html'] as const) : (['md', 'csv'] as const)
      await reportFiles({ runs: [run] }, { formats })
    },
  }
}

function planReader(): FuzzedReader {
  return {
    name: 'plan.json',
    input: changedJson([jsonOf('fixtures/plan-v1.json')]),
    async read(input) {
      const json = parsedJson(input)
      if (json === null) return
      const plan = parsePlan(json.value, 'plan.json')
      await reportFiles({ plan }, { formats: ['html', 'md', 'csv'] })
    },
  }
}

function ensembleReader(): FuzzedReader {
  const sample = jsonOf('scenarios/2021-07-19-ages-53-54.ensemble.json')
  return {
    name: 'ensemble',
    input: changedJson([sample]),
    read(input) {
      const json = parsedJson(input)
      if (json !== null) parseEnsemble(json.value, 'ensemble.json')
    },
  }
}

function yamlReader(): FuzzedReader {
  const samples = ['scenarios/smoke.yaml', 'scenarios/rescue.yaml', 'docs/examples/shop.yaml']
  return {
    name: 'YAML',
    input: changedText(samples.map(textOf)),
    read(input) {
      const read = readYaml(input)
      if ('value' in read) parseScenario(read.value)
    },
  }
}

/** Of a file that is read from the disk, as the importers do. */
async function withFile(name: string, text: string, use: (path: string) => Promise<unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'dambreak-fuzz-'))
  try {
    writeFileSync(join(folder, name), text)
    await use(join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const firstLines = (text: string, n: number) => text.split('\n').slice(0, n).join('\n')

function logReader(): FuzzedReader {
  const json = gunzipSync(readFileSync(fileOf('fixtures/access.jsonl.gz'))).toString('utf8')
  const samples = [textOf('fixtures/access.log'), json].map((text) => firstLines(text, 60))
  return {
    name: 'access log',
    input: changedText(samples),
    read: (input) =>
      withFile('access.log', input, (path) => importMeasured([path], { from: 'access-log' })),
  }
}

function k6Reader(): FuzzedReader {
  const text = gunzipSync(readFileSync(fileOf('fixtures/k6/smoke.json.gz'))).toString('utf8')
  const parsed = parseScenario(jsonOf('fixtures/k6/scenario.json'))
  const scenario: LoadedScenario | null = parsed.ok ? parsed.loaded : null
  if (scenario === null) throw new Error('the scenario of the k6 fixture does not load')
  const lines = text.split('\n')
  return {
    name: 'k6 output',
    input(next) {
      const from = Math.floor(next() * Math.max(1, lines.length - 80))
      const some = [...lines.slice(0, 40), ...lines.slice(from, from + 40)]
      return mutateText(some.join('\n'), next)
    },
    read: (input) =>
      withFile('points.json', input, (path) => importMeasured([path], { from: 'k6', scenario })),
  }
}

function netfunnelReader(): FuzzedReader {
  const fields = {
    key: 'ABCDEF0123456789',
    nwait: 12,
    nnext: 3,
    tps: 1.5,
    ttl: 4,
    ip: '127.0.0.1',
    port: 80,
  }
  const reply = { type: 5001, code: 200, fields }
  return {
    name: 'NetFUNNEL',
    input: changedText([
      formatReply(reply, null),
      formatReply(reply, 'NetFunnel.gRtype=5002;'),
      'opcode=5101&nfid=0&prefix=NetFunnel.gRtype=5101;&sid=service_1&aid=act_1&js=yes&1626692400000',
      'opcode=5002&key=ABCDEF&nfid=0&prefix=NetFunnel.gRtype%3D5002%3B&ttl=1',
    ]),
    read(input) {
      parseReply(input)
      parseRequest(input)
    },
  }
}

function wireReader(): FuzzedReader {
  const buffer = Buffer.allocUnsafeSlow(400_000)
  const known = new KnownHeads(buffer)
  return {
    name: 'HTTP responses',
    input: changedText(oddResponses.map(({ bytes }) => bytes)),
    read(input) {
      const bytes = Buffer.from(input, 'latin1')
      const parser = new ResponseParser(known, usualAnswerRules.maxBodyBytes)
      parser.begin(Want.head | Want.body, false)
      const middle = bytes.length >> 1
      for (const piece of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
        if (piece.length === 0) continue
        piece.copy(buffer)
        if (parser.read(piece.length) !== Parsed.more) return
      }
      parser.end()
    },
  }
}

/** By name, made when they are asked for: their samples take a while to read. */
export const fuzzedReaders: Readonly<Record<string, () => FuzzedReader>> = {
  run: runReader,
  plan: planReader,
  ensemble: ensembleReader,
  yaml: yamlReader,
  log: logReader,
  k6: k6Reader,
  netfunnel: netfunnelReader,
  wire: wireReader,
}
