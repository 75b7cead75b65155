import type { Plan } from '../../plan/plan-record.ts'
import { escapeMarkdown } from '../escape.ts'
import { markdownSection } from '../markdown.ts'
import { answerText, besideAnswer, keyFigures, planSubtitle, planTitle } from './answer.ts'
import * as tables from './plan-tables.ts'
import { reasonTexts } from './reason-words.ts'

const bullets = (lines: readonly string[]) =>
  lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')

/** `summary.md`: the plan as text and tables, for a pull request or a mail. */
export function planMarkdown(plan: Plan, title?: string): string {
  const reasons = [...reasonTexts(plan), ...besideAnswer(plan)]
  const figures = keyFigures(plan).map(
    ({ label, value, more }) => `${label}: ${value}${more === '' ? '' : ` (${more})`}`,
  )
  const sections = [
    { ...tables.candidateTable(plan), text: tables.confirmedTexts(plan) },
    ...tables.objectiveTable(plan),
    ...tables.leverTable(plan),
    ...tables.sensitivityTable(plan),
    ...tables.mapTable(plan),
    tables.analyticTable(plan),
    ...tables.disagreementTable(plan),
    ...tables.measureTable(plan),
    tables.auditTable(plan),
  ]
  const parts = [
    `# ${escapeMarkdown(planTitle(plan, title))}`,
    escapeMarkdown(planSubtitle(plan)),
    `**${escapeMarkdown(answerText(plan))}**`,
    bullets(reasons),
    bullets(figures),
    ...sections.map(markdownSection),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}
