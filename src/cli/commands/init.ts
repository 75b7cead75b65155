import { rmSync, writeFileSync } from 'node:fs'
import { Command } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { diskError, errorCode } from '../../core/files/disk-error.ts'
import { firstScenarioText } from '../../scenario/load/first-scenario.ts'
import { defineCommand } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { printable } from '../printable.ts'

function init(path: string, _options: object, environment: Environment): ExitCode {
  if (!/\.ya?ml$/i.test(path)) {
    throw new DambreakError('usage', `${path} must end in .yaml: that is what is written`)
  }
  const text = firstScenarioText()
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      throw new DambreakError('usage', `${path} is there already: nothing was written`)
    }
    // What a full disk cut off is no scenario.
    if (errorCode(error) === 'ENOSPC') rmSync(path, { force: true })
    throw diskError(error, `write ${path}`)
  }
  const shown = printable(path)
  environment.err(`wrote ${shown}; run it with: dambreak simulate ${shown}\n`)
  return ExitCode.done
}

function definition() {
  return new Command('init')
    .description('write a first scenario to start from; never overwrites a file')
    .argument('[file]', 'where to write it, ending in .yaml', 'scenario.yaml')
}

export const initCommand = defineCommand(definition, init)
