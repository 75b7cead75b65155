import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Command, Option } from '@commander-js/extra-typings'
import { Document, visit } from 'yaml'
import { DambreakError } from '../../core/errors.ts'
import { exportRun, type ExportedRun } from '../../engine/k6/export-run.ts'
import { exportWarnings, k6Readme, operatorReadme } from '../../report/k6-export-words.ts'
import { operatorManifests, startPlaceholder } from '../../engine/k6/operator-manifests.ts'
import { peakPerSec } from '../../engine/k6/peak-rate.ts'
import { parseUrl } from '../../engine/live/transport/target.ts'
import { diskError } from '../../core/files/disk-error.ts'
import { existingKind, writeRunDirectory } from '../../record/store.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { k6Script, scriptName } from '../../engine/k6/k6-script.ts'
import { scaleOptions, scenarioOptions, seedOption, wholeNumber } from '../options.ts'
import { printable } from '../printable.ts'
import { loadArgument } from '../scenario-argument.ts'

type ExportOptions = OptionsOf<typeof definition>

type Files = ReadonlyMap<string, string>

/** Each object in full, as people read it. */
function yaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_key, scalar) => {
      // A number is filled in there, and a variable's value must be text.
      if (scalar.value === startPlaceholder) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString()
}

/** A directory with anything in it is not ours to fill. */
async function checkPlace(path: string): Promise<void> {
  const kind = existsSync(path) ? await existingKind(path).catch(onDisk(path)) : 'none'
  if (kind === 'none' || kind === 'empty') return
  throw new DambreakError('usage', `${path} is there already: give another --out, or remove it`)
}

const onDisk =
  (path: string) =>
  (error: unknown): never => {
    throw diskError(error, `write ${path}`)
  }

function operatorFiles(run: ExportedRun, options: ExportOptions, modules: Files): Files {
  const { namespace, image, prometheus, parallelism = 1, target = null } = options
  const name = `dambreak-${run.data.tags.scenario}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 50)
    .replace(/-+$/, '')
  // The importer reads the scenario here, not in the cluster.
  const { 'scenario.json': _document, ...needed } = Object.fromEntries(run.files)
  const manifests = operatorManifests(new Map([...modules, ...Object.entries(needed)]), {
    name,
    namespace,
    parallelism,
    image,
    vus: run.users.atOnce,
    perSec: peakPerSec(run),
    target,
    address: addressIn(target),
    ...(prometheus === undefined ? {} : { prometheus }),
  })
  const { configMaps, results, testRun } = manifests
  return new Map([
    ['files.yaml', [...configMaps, ...results].map((one) => yaml(one)).join('---\n')],
    ['testrun.yaml', yaml(testRun)],
    ['scenario.json', run.files.get('scenario.json') ?? ''],
    [
      'README.md',
      operatorReadme(run, { name, namespace, parallelism, target, address: addressIn(target) }),
    ],
  ])
}

/** The IP address that a target's URL names; `null` where it names a host. */
function addressIn(target: string | null): string | null {
  if (target === null) return null
  const { name } = parseUrl(target, '--target')
  return isIP(name) === 0 ? null : name
}

/** @throws DambreakError 'usage' where the operator would refuse the run */
function checkRunners({ data, users }: ExportedRun, { parallelism = 1 }: ExportOptions) {
  if (parallelism <= users.most) return
  const vus = `${users.most} ${users.most === 1 ? 'VU' : 'VUs'}`
  const of = `of ${data.visitorsPerVu} ${data.visitorsPerVu === 1 ? 'visitor' : 'visitors'} each`
  const text = `--parallelism ${parallelism} is more than the run has VUs (${vus} ${of}): k6-operator refuses that`
  throw new DambreakError('usage', text)
}

/** @throws DambreakError 'usage' */
function check(options: ExportOptions): void {
  const { to, parallelism, prometheus, target, namespace } = options
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
    const text = '--namespace takes small letters, digits and hyphens, 63 at most'
    throw new DambreakError('usage', text)
  }
  if (target !== undefined) parseUrl(target, '--target')
  if (prometheus !== undefined) parseUrl(prometheus, '--prometheus')
  if (to === 'k6-operator') {
    if (parallelism !== undefined) return
    throw new DambreakError('usage', '--to k6-operator needs --parallelism <n>: how many runners')
  }
  if (parallelism === undefined && prometheus === undefined) return
  const name = parallelism === undefined ? '--prometheus' : '--parallelism'
  throw new DambreakError('usage', `${name} goes with --to k6-operator`)
}

async function exportScenario(
  argument: string,
  options: ExportOptions,
  environment: Environment,
): Promise<ExitCode> {
  check(options)
  const { to, seed, population, speed, visitorsPerVu, parallelism = 1, target } = options
  const loaded = await loadArgument(argument, options, environment.signal)
  const path = resolve(options.out)
  await checkPlace(path)
  const run = exportRun(loaded, { seed, population, speed, visitorsPerVu, parts: parallelism })
  checkRunners(run, options)
  const script = new Map([[scriptName, k6Script()]])
  const files =
    to === 'k6'
      ? new Map([
          ...script,
          ...run.files,
          [
            'README.md',
            k6Readme(run, { target: target ?? null, address: addressIn(target ?? null) }),
          ],
        ])
      : operatorFiles(run, options, script)
  await environment.hold(writeRunDirectory(path, Object.fromEntries(files)))
  for (const text of exportWarnings(run, parallelism)) environment.err(`warning: ${text}\n`)
  if (options.quiet !== true) {
    environment.err(`written to ${printable(path)}; its README.md says how to run it\n`)
  }
  return ExitCode.done
}

function definition() {
  const command = new Command('export')
    .description('write a scenario as a k6 script, or for k6-operator on Kubernetes')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .addOption(
      new Option('--to <what>', 'format to write')
        .choices(['k6', 'k6-operator'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'new directory to write to')
    .option('--target <url>', 'URL to send to; can be given later')
    .option('--visitors-per-vu <n>', 'visitors per VU', wholeNumber(1, 10_000), 1)
    .option('--parallelism <n>', 'number of k6-operator runners', wholeNumber(1, 1000))
    .option('--namespace <name>', 'namespace of the manifests', 'default')
    .option('--image <name>', 'image of the runners', 'grafana/k6:2.2.0')
    .option(
      '--prometheus <url>',
      'Prometheus remote-write endpoint that the runners send to as well',
    )
    .option('--quiet', 'no messages')
  return scaleOptions(scenarioOptions(command).addOption(seedOption()))
}

export const exportCommand = defineCommand(definition, exportScenario)
