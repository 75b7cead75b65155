import { DambreakError } from '../../core/errors.ts'
import { scriptName } from './k6-script.ts'

export interface OperatorOptions {
  readonly name: string
  readonly namespace: string
  /** Runners, a pod each. */
  readonly parallelism: number
  readonly image: string
  /** VUs of all runners together, and the requests a second of all at their busiest. */
  readonly vus: number
  readonly perSec: number
  /** `null`: to be filled in, see the README. */
  readonly target: string | null
  /** IP address of the target; `null`: to be filled in. */
  readonly address: string | null
  /** Address of a Prometheus remote write endpoint; absent: none. */
  readonly prometheus?: string
}

type Manifest = Record<string, unknown>

/** What is written for k6-operator: files by name, each a list of manifests. */
export interface OperatorManifests {
  readonly configMaps: readonly Manifest[]
  readonly results: readonly Manifest[]
  readonly testRun: Manifest
}

/** What `kubectl` and etcd take of one object, less room for what they add. */
export const maxConfigMapBytes = 1_000_000
/** Where the files stand in a pod. */
const folder = '/dambreak'
const resultsFolder = '/results'
/** A fresh volume is root's, and k6's image runs as this user and group. */
const writesResults = { fsGroup: 12_345 }
/** Filled in when the run is applied. */
export const startPlaceholder = 'WHEN_TO_BEGIN'
export const targetPlaceholder = 'TARGET_URL'
export const addressPlaceholder = 'TARGET_ADDRESS'
/** The key of the scenario's code in the secret that a run takes it from. */
export const codeKey = 'code'
export const secretName = (name: string): string => `${name}-authorisation`

/** Measured; see the README of an export. */
export const bytesPerVu = 3_500_000
const baseBytes = 300_000_000
/** Requests a second that one core performs, with room. */
const perSecPerCore = 800

/**
 * The files as ConfigMaps, the run, and a volume for its results. The runners see all ConfigMaps as
 * one folder: a projected volume.
 */
export function operatorManifests(
  files: ReadonlyMap<string, string>,
  options: OperatorOptions,
): OperatorManifests {
  const { name, namespace } = options
  const configMaps = packed(files).map((data, i) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-files-${i + 1}`, namespace },
    data: Object.fromEntries(data),
  }))
  const names = configMaps.map(({ metadata }) => metadata.name)
  return { configMaps, results: resultManifests(options), testRun: testRun(names, options) }
}

/** First fit, the largest first. */
function packed(files: ReadonlyMap<string, string>): [string, string][][] {
  const sized = [...files].map(([name, text]) => ({
    entry: [name, text] as [string, string],
    bytes: Buffer.byteLength(name) + Buffer.byteLength(text) + 64,
  }))
  const boxes: { bytes: number; entries: [string, string][] }[] = []
  for (const { entry, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
    if (bytes > maxConfigMapBytes) {
      throw new DambreakError(
        'scenario',
        `${entry[0]} is too large for a ConfigMap (${bytes} bytes)`,
      )
    }
    const box = boxes.find((candidate) => candidate.bytes + bytes <= maxConfigMapBytes)
    if (box === undefined) boxes.push({ bytes, entries: [entry] })
    else {
      box.bytes += bytes
      box.entries.push(entry)
    }
  }
  return boxes.map(({ entries }) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A volume that all runners write to, whatever node they are on, and a pod to fetch it from. */
function resultManifests({ name, namespace, image }: OperatorOptions): Manifest[] {
  const claimName = `${name}-results`
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claimName, namespace },
      spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '20Gi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: claimName, namespace },
      spec: {
        securityContext: writesResults,
        containers: [
          {
            name: 'reader',
            image,
            command: ['sleep', '172800'],
            volumeMounts: [{ name: 'results', mountPath: resultsFolder }],
          },
        ],
        volumes: [{ name: 'results', persistentVolumeClaim: { claimName } }],
      },
    },
  ]
}

function testRun(configMaps: readonly string[], options: OperatorOptions): Manifest {
  const { name, namespace, parallelism, image, prometheus, target, address } = options
  const remoteWrite =
    prometheus === undefined ? [] : [{ name: 'K6_PROMETHEUS_RW_SERVER_URL', value: prometheus }]
  const where = [
    { name: 'DAMBREAK_TARGET', value: target ?? targetPlaceholder },
    { name: 'DAMBREAK_ADDRESS', value: address ?? addressPlaceholder },
  ]
  const env = [
    ...where,
    {
      name: 'DAMBREAK_AUTHORISATION',
      valueFrom: { secretKeyRef: { name: secretName(name), key: codeKey, optional: true } },
    },
    { name: 'DAMBREAK_START_AT', value: startPlaceholder },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...remoteWrite,
  ]
  const volumes = [
    {
      name: 'files',
      projected: { sources: configMaps.map((map) => ({ configMap: { name: map } })) },
    },
  ]
  const volumeMounts = [{ name: 'files', mountPath: folder, readOnly: true }]
  // The kubelet fills in what stands in $(…). A name begins with its run's time: an earlier run's files stay.
  const outputs = ['--out', `json=${resultsFolder}/$(DAMBREAK_START_AT)-$(POD_NAME).json.gz`]
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name, namespace },
    spec: {
      parallelism,
      script: { localFile: `${folder}/${scriptName}` },
      args: [
        ...outputs,
        ...(prometheus === undefined ? [] : ['--out', 'experimental-prometheus-rw']),
      ],
      quiet: 'true',
      // The initializer reads the options, for which the script wants its target.
      initializer: { image, env: where, volumes, volumeMounts },
      runner: {
        image,
        env,
        resources: resourcesOf(options),
        affinity: apartFrom(name),
        securityContext: writesResults,
        volumes: [
          ...volumes,
          { name: 'results', persistentVolumeClaim: { claimName: `${name}-results` } },
        ],
        volumeMounts: [...volumeMounts, { name: 'results', mountPath: resultsFolder }],
      },
    },
  }
}

/** Of one runner. */
function resourcesOf({ vus, perSec, parallelism }: OperatorOptions) {
  const memory = `${Math.ceil((baseBytes + (vus * bytesPerVu) / parallelism) / 2 ** 20)}Mi`
  const cores = Math.max(0.5, Math.ceil((perSec / parallelism / perSecPerCore) * 2) / 2)
  return { requests: { cpu: String(cores), memory }, limits: { memory } }
}

/** One runner a node, as far as there are nodes: two share a network card and its ports. */
function apartFrom(name: string) {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels: { app: 'k6', k6_cr: name } },
            topologyKey: 'kubernetes.io/hostname',
          },
        },
      ],
    },
  }
}
