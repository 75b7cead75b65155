import { Ajv } from 'ajv'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { operatorManifests, maxConfigMapBytes, type OperatorOptions } from './operator-manifests.ts'

const options: OperatorOptions = {
  name: 'dambreak-smoke',
  namespace: 'load',
  parallelism: 4,
  image: 'grafana/k6:2.2.0',
  vus: 2000,
  perSec: 3000,
  target: 'https://booking.example',
  address: '192.0.2.7',
  prometheus: 'http://prometheus:9090/api/v1/write',
}
const few = new Map([
  ['surge.js', 'export default function () {}\n'],
  ['run-data.json', '{}'],
])

/** The CRD's schema is no part of the project: it lies beside it where it is developed. */
const crdPath = [
  process.env['DAMBREAK_CRD'] ?? '',
  ...['../../../../', '../../../../../'].map((up) =>
    fileURLToPath(new URL(`${up}shared/k6/testrun-crd.yaml`, import.meta.url)),
  ),
].find((path) => path !== '' && existsSync(path))
const unless = crdPath === undefined ? 'the CRD of k6-operator is not here (DAMBREAK_CRD)' : null

interface Crd {
  readonly spec: { versions: { schema: { openAPIV3Schema: Record<string, unknown> } }[] }
}

let compiled: ((value: unknown) => string[]) | null = null

/** Made once: the schema is large. */
function validator(): (value: unknown) => string[] {
  compiled ??= createValidator()
  return compiled
}

/** As the API server sees it: fields that the schema does not know are dropped, which is a fault to us. */
function createValidator() {
  const crd = parse(readFileSync(crdPath ?? '', 'utf8')) as Crd
  const { testRun } = operatorManifests(few, options)
  const schema = strictly(usedOf(crd.spec.versions[0]?.schema.openAPIV3Schema, [testRun]))
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  const validate = ajv.compile(schema as Record<string, unknown>)
  return (value: unknown): string[] => {
    validate(value)
    return (validate.errors ?? []).map(
      ({ instancePath, message = '' }) => `${instancePath} ${message}`,
    )
  }
}

type Schema = Record<string, unknown>

/** The schema, short of what stands below fields that no manifest has: most of it, and of the time to compile it. */
function usedOf(schema: unknown, values: readonly unknown[]): unknown {
  const { properties, items, ...rest } = schema as { properties?: Schema; items?: unknown }
  const lists = values.filter((value) => Array.isArray(value))
  const below = (key: string) =>
    values.flatMap((value) =>
      typeof value === 'object' && value !== null && key in value ? [(value as Schema)[key]] : [],
    )
  return {
    ...rest,
    ...(items === undefined ? {} : { items: usedOf(items, lists.flat()) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, inner]) => {
              const found = below(key)
              return [key, found.length === 0 ? {} : usedOf(inner, found)]
            }),
          ),
        }),
  }
}

function strictly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strictly)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, strictly(inner)]),
  )
  const isClosed =
    copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy)
  return isClosed ? { ...copy, additionalProperties: false } : copy
}

describe('manifests for k6-operator', () => {
  test('a TestRun is what the CRD takes', ({ skip }) => {
    if (unless !== null) return skip(unless)
    const check = validator()
    const { testRun } = operatorManifests(few, options)
    expect(check(testRun)).toEqual([])
    const { prometheus: _prometheus, ...plain } = options
    expect(check(operatorManifests(few, { ...plain, target: null }).testRun)).toEqual([])
  })

  test.for<[string, (spec: Record<string, unknown>) => void]>([
    ['/spec', (spec) => delete spec['parallelism']],
    ['/spec/parallelism', (spec) => (spec['parallelism'] = '4')],
    ['/spec', (spec) => (spec['runners'] = {})],
    ['/spec/args', (spec) => (spec['args'] = '--out json=x')],
    [
      '/spec/runner/env/0',
      (spec) => ((spec['runner'] as { env: unknown[] }).env[0] = { value: 'x' }),
    ],
  ])('a wrong one is caught at %s', ([path, harm], { skip }) => {
    if (unless !== null) return skip(unless)
    const { testRun } = operatorManifests(few, options)
    harm(testRun['spec'] as Record<string, unknown>)
    expect(validator()(testRun).map((fault) => fault.split(' ', 1)[0])).toContain(path)
  })

  test("whoever writes the volume or reads it is of its group: k6's image is not root's", () => {
    const { testRun, results } = operatorManifests(few, options)
    const { runner } = testRun['spec'] as { runner: { securityContext: unknown } }
    expect(runner.securityContext).toEqual({ fsGroup: 12_345 })
    expect(results[1]?.['spec']).toMatchObject({ securityContext: { fsGroup: 12_345 } })
  })

  test('files over 1 MiB are spread over ConfigMaps, which runners see as one folder', () => {
    const rows = Array.from({ length: 7 }, (_, i): [string, string] => [
      `table-1-${i + 1}.json`,
      'x'.repeat(600_000),
    ])
    const { configMaps, testRun } = operatorManifests(new Map([...few, ...rows]), options)
    expect(configMaps.length).toBe(7)
    for (const map of configMaps) {
      expect(Buffer.byteLength(JSON.stringify(map['data']))).toBeLessThan(maxConfigMapBytes)
    }
    const names = configMaps.flatMap((map) => Object.keys(map['data'] as object))
    expect(names.sort()).toEqual([...few.keys(), ...rows.map(([name]) => name)].sort())
    const { runner } = testRun['spec'] as { runner: { volumes: { projected?: unknown }[] } }
    expect(runner.volumes[0]?.projected).toEqual({
      sources: configMaps.map((_map, i) => ({
        configMap: { name: `dambreak-smoke-files-${i + 1}` },
      })),
    })
    const tooLarge = new Map([['table.json', 'x'.repeat(1_100_000)]])
    expect(() => operatorManifests(tooLarge, options)).toThrow('too large for a ConfigMap')
  })

  test('a runner asks for the memory of its VUs', () => {
    const of = (vus: number, parallelism: number) => {
      const { testRun } = operatorManifests(few, { ...options, vus, parallelism })
      const { runner } = testRun['spec'] as {
        runner: { resources: { requests: { memory: string } } }
      }
      return Number.parseInt(runner.resources.requests.memory, 10)
    }
    expect(of(8000, 4) - of(4000, 4)).toBeCloseTo((1000 * 3.5e6) / 2 ** 20, -1)
    expect(of(8000, 8)).toBe(of(4000, 4))
  })
})
