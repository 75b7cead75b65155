import type { Case } from './case.ts'
import { clientCases } from './client-cases.ts'
import { limitCases } from './limit-cases.ts'
import { logCases } from './log-cases.ts'
import { recordCases } from './record-cases.ts'

/** Every case that is checked: a file of cases is one line here. */
export const cases: readonly Case[] = [...logCases, ...limitCases, ...clientCases, ...recordCases]

/** Folders that a later issue is about; they are listed and not run. */
export const laterCases: ReadonlySet<number> = new Set([23, 24])
