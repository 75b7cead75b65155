#!/usr/bin/env node
import './require-node.js'
import { existsSync } from 'node:fs'
import module from 'node:module'

// Node keeps what it compiled for the next start, which then takes two thirds of the time.
module.enableCompileCache?.()

// No top-level await: an old Node must be able to parse this file to get as far as the line above.
const source = new URL('./main.ts', import.meta.url)
void import(existsSync(source) ? source.href : new URL('./main.js', import.meta.url).href).then(
  ({ runProcess }) => runProcess(),
)
