import { Command } from '@commander-js/extra-typings'
import { usToMs } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { checkLines } from '../doctor/check.ts'
import { measureGenerator } from '../doctor/generate.ts'
import { generatorCheck } from '../doctor/generator-check.ts'
import { machineChecks } from '../doctor/machine-checks.ts'
import { readMachine } from '../doctor/machine.ts'
import { prospectLines, prospectOf } from '../doctor/prospect.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { noCodeOption, scaleOptions, setOption, variantOption } from '../options.ts'
import { printable } from '../printable.ts'
import { loadArgument } from '../scenario-argument.ts'

type DoctorOptions = OptionsOf<typeof definition>

const connections = 64
const partMs = 1500

async function doctor(
  argument: string | undefined,
  options: DoctorOptions,
  environment: Environment,
): Promise<ExitCode> {
  const scenario = argument === undefined ? null : await scenarioOf(argument, options, environment)
  const machine = await readMachine()
  const generated = await measureGenerator({
    clock: environment.clock,
    cpuMs: machine.tellsThreadCpu ? threadCpuMs : null,
    connections,
    partMs,
    signal: environment.signal,
  })
  const checks = [...machineChecks(machine), generatorCheck(generated)]
  const prospect = scenario === null ? null : prospectOf(scenario, options, generated)
  const hasFailed = checks.some(({ status }) => status === 'fail')
  if (options.json === true) {
    const result = { ok: !hasFailed, checks, generated, prospect }
    environment.out(`${JSON.stringify(result, null, 2)}\n`)
  } else {
    const lines = [
      ...checks.flatMap(checkLines),
      ...(prospect === null ? [] : prospectLines(prospect)),
    ]
    environment.out(lines.map((line) => `${printable(line)}\n`).join(''))
  }
  return hasFailed ? ExitCode.failure : ExitCode.done
}

async function scenarioOf(
  argument: string,
  { set, variant, code }: DoctorOptions,
  { signal }: Environment,
): Promise<Scenario> {
  const asked = { set, code, ...(variant === undefined ? {} : { variant }) }
  return (await loadArgument(argument, asked, signal)).scenario
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return usToMs(user + system)
}

function definition() {
  const command = new Command('doctor')
    .description('check this machine, and measure how much load it can generate')
    .argument('[scenario]', 'scenario to check this machine against')
    .addHelpText('after', '\nExit code 4 if a check fails. A warning is not a failure.')
  return scaleOptions(command)
    .addOption(setOption())
    .addOption(variantOption())
    .addOption(noCodeOption())
    .option('--json', 'print the result as JSON on standard output')
}

export const doctorCommand = defineCommand(definition, doctor)
