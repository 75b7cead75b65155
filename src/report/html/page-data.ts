import type { ChartConfig } from '../charts/config.ts'

/** What a report puts into its page as JSON, for the script there. */
export interface PageData {
  charts: Record<string, ChartConfig>
  themes: Record<'light' | 'dark', Record<string, string>>
  fontFamily: string
}
