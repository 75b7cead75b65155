import type { ExportedRun } from '../engine/k6/export-run.ts'
import {
  addressPlaceholder,
  bytesPerVu,
  codeKey,
  secretName,
  startPlaceholder,
  targetPlaceholder,
} from '../engine/k6/operator-manifests.ts'
import { formats } from './format.ts'

const { count } = formats

/** More than this fill the memory and the scheduler of any machine (k6's own figure: 30,000 to 40,000). */
const maxVusPerMachine = 30_000

/** Warnings about an export, a sentence each. */
export function exportWarnings({ data, users }: ExportedRun, parts: number): string[] {
  const perMachine = Math.ceil(users.atOnce / parts)
  if (perMachine <= maxVusPerMachine) return []
  const machines = Math.ceil(users.atOnce / maxVusPerMachine)
  return [
    `k6 needs ${count(users.atOnce)} VUs for ${count(users.visitorsAtOnce)} visitors at once, ` +
      `and one machine runs about ${count(maxVusPerMachine)}: run it on ${machines} machines, ` +
      `or let each VU carry more visitors (--visitors-per-vu, now ${data.visitorsPerVu})`,
  ]
}

/** How the exported directory is run. */
export function k6Readme(
  run: ExportedRun,
  { target, address }: { target: string | null; address: string | null },
): string {
  const { data, lastsSec, opensAfterSec } = run
  const url = target ?? 'http://127.0.0.1:8080'
  const pin = target === null || address !== null ? '' : ' -e DAMBREAK_ADDRESS=<its IP address>'
  return `# ${data.tags.scenario} for k6

Written by dambreak. k6 2.0 or later performs it:

    k6 run -e DAMBREAK_TARGET=${url}${pin} --out json=points.json.gz surge.js

k6 sends to this machine, or to a host whose owner agreed. Before any load, the script checks

- the address that k6 dials. A name must be pinned to one: \`-e DAMBREAK_ADDRESS=<IP address>\`. If an answer
  comes from another address, the run stops;
- that \`/.well-known/dambreak.json\` on that address has the SHA-256 of the scenario's authorisation code, which
  you give with \`-e DAMBREAK_AUTHORISATION=<code>\`;
- that no variable diverts k6: \`HTTP_PROXY\`, \`HTTPS_PROXY\`, \`ALL_PROXY\`, \`K6_HOSTS\`, \`K6_NO_SETUP\`.

The run lasts ${Math.ceil(lastsSec)} s; service must open ${opensAfterSec.toFixed(1)} s after its start. To start at a set time
(epoch milliseconds), also on several machines at once:

    k6 run -e DAMBREAK_START_AT=$(( ($(date +%s) + 30) * 1000 )) -e DAMBREAK_TARGET=${url} \\
      --execution-segment 0:1/2 --execution-segment-sequence 0,1/2,1 --out json=points-1.json.gz surge.js
    k6 run … --execution-segment 1/2:1 --execution-segment-sequence 0,1/2,1 --out json=points-2.json.gz surge.js

Then

    dambreak import --from k6 --scenario scenario.json points-1.json.gz points-2.json.gz

${capacityText(run)}
## What is where

- \`surge.js\`: the script, with the modules of dambreak that it runs on.
- \`run-data.json\`, \`stages.json\`: the scenario as it is performed, and the arrivals over time.
- \`scenario.json\`: the scenario as written, without secrets.

\`run-data.json\` contains requests as the scenario writes them: write secrets as \`\${env.NAME}\` there, and
give them to k6 with \`-e NAME=…\`.

A run ends with 99 if more than 0.5% of its visitors could not begin: the generator was too small, and
its figures must not be used.
`
}

function capacityText({ data, users }: ExportedRun): string {
  const memory = Math.ceil((users.atOnce * bytesPerVu) / 2 ** 20)
  return `## What it needs

${count(data.arrivals.visitors)} visitors come, and up to ${count(users.visitorsAtOnce)} of them wait or book at one time. With ${data.visitorsPerVu} ${data.visitorsPerVu === 1 ? 'visitor' : 'visitors'} to
an iteration, k6 prepares ${count(users.atOnce)} VUs and makes ${count(users.most)} at most: about ${count(memory)} MiB.

Each VU is a JavaScript runtime of its own and takes some megabytes, whether its visitor waits or not; 30,000
to 40,000 fill any machine. With \`--visitors-per-vu <n>\` one VU carries n visitors on its timers: a waiting
visitor then takes a tenth of a megabyte or less. For millions of waiting visitors use dambreak's own engines.
`
}

/** How the manifests are applied. */
export function operatorReadme(
  run: ExportedRun,
  {
    name,
    namespace,
    parallelism,
    target,
    address,
  }: {
    name: string
    namespace: string
    parallelism: number
    target: string | null
    address: string | null
  },
): string {
  const { data, opensAfterSec } = run
  const fill = [
    `s/${startPlaceholder}/$(( ($(date +%s) + 300) * 1000 ))/`,
    ...(target === null ? [`s|${targetPlaceholder}|https://your-host.example|`] : []),
    ...(address === null ? [`s|${addressPlaceholder}|ITS_IP_ADDRESS|`] : []),
  ]
  return `# ${data.tags.scenario} for k6-operator

Written by dambreak for k6-operator 1.6: ${parallelism} runners. Three commands, from this directory:

    kubectl apply --server-side -f files.yaml
    sed ${fill.map((text) => `-e "${text}"`).join(' ')} testrun.yaml | kubectl apply -f -
    kubectl cp ${namespace}/${name}-results:/results ./results

1. The script and its data as ConfigMaps (\`--server-side\`: they are too large for the copy that a plain
   \`apply\` keeps), a volume for the results, and a pod to fetch them from. The namespace ${namespace} must be there.
   The volume must be one that all nodes can write to (ReadWriteMany), and k6's user too (\`fsGroup\`, which
   some NFS volumes do not heed); name its storageClassName in \`files.yaml\` where the cluster has no default one.
2. The run. All runners begin at the time filled in for ${startPlaceholder}, five minutes from now: so long pods may
   take to come up. Service must open ${opensAfterSec.toFixed(1)} s after that.
3. The results, once \`kubectl get testrun -n ${namespace} ${name}\` says finished. Then

       dambreak import --from k6 --scenario scenario.json results/*.json.gz

   merges them into one run: counted buckets add up, where k6's own percentiles of each runner do not.

For another run, \`kubectl delete -n ${namespace} testrun ${name}\` first, then 2 and 3: the files of each run begin with
its time, so \`results/<time>-*.json.gz\` are one run's. \`kubectl delete -f files.yaml\` removes the rest, results too.
What the scenario takes as \`\${env.NAME}\` goes into \`runner.env\` of \`testrun.yaml\`, secrets by \`valueFrom\`.

The target's owner must have agreed: ${'`/.well-known/dambreak.json`'} there has the SHA-256 of the scenario's
authorisation code. Each runner checks that at the address that you fill in for ${addressPlaceholder}, and needs the
code: \`kubectl create secret generic -n ${namespace} ${secretName(name)} --from-literal=${codeKey}=<code>\`. Runners keep apart from each other's nodes as far as there are nodes.

${capacityText(run)}`
}
