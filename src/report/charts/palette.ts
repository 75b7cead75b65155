/**
 * Colours are names in a chart's configuration (`@run1`, `@run1/0.2`), made real when it is drawn,
 * so that one configuration serves paper and dark screens. The series colours are those of Okabe
 * and Ito (Color Universal Design, 2008), which colour-blind readers can tell apart; their yellow
 * is left out, because it vanishes on white. Dashes are the second channel.
 */
export type ThemeName = 'light' | 'dark'

export const themes: Record<ThemeName, Record<string, string>> = {
  light: {
    paper: '#ffffff',
    ink: '#1a1c1f',
    muted: '#5b6169',
    grid: '#e4e7eb',
    rule: '#b9bfc7',
    run0: '#111316',
    run1: '#0072B2',
    run2: '#D55E00',
    run3: '#009E73',
    run4: '#CC79A7',
    run5: '#E69F00',
    run6: '#56B4E9',
    bad: '#D55E00',
    halt: '#5b6169',
    fault: '#8F4A78',
    good: '#009E73',
    booked: '#0072B2',
    already: '#56B4E9',
    soldOut: '#009E73',
    yellow: '#F0E442',
    left: '#E69F00',
    refused: '#D55E00',
    late: '#8A3B00',
    failed: '#CC79A7',
    dark: '#4A4F55',
    open: '#B9BFC7',
    drains: '#D6EAF5',
    slow: '#8CC4E6',
    metastable: '#D8701F',
    collapses: '#5A1E0A',
    scale0: '#f1f5f9',
    scale1: '#cfe1f0',
    scale2: '#9cc4e2',
    scale3: '#5f9fce',
    scale4: '#2a74b0',
    scale5: '#0b4a80',
  },
  dark: {
    paper: '#14171a',
    ink: '#eceef1',
    muted: '#a3abb5',
    grid: '#2a2f35',
    rule: '#4a525c',
    run0: '#f4f5f7',
    run1: '#4BA3DB',
    run2: '#F08A3C',
    run3: '#2CC39A',
    run4: '#DE94BE',
    run5: '#F0B83A',
    run6: '#8CCDF2',
    bad: '#F08A3C',
    halt: '#a3abb5',
    fault: '#DE94BE',
    good: '#2CC39A',
    booked: '#4BA3DB',
    already: '#8CCDF2',
    soldOut: '#2CC39A',
    yellow: '#F0E442',
    left: '#E0A21B',
    refused: '#F0803C',
    late: '#A8561C',
    failed: '#DE94BE',
    dark: '#8B929B',
    open: '#4A525C',
    drains: '#E3F2FA',
    slow: '#7DB7DB',
    metastable: '#D9731A',
    collapses: '#8E2A10',
    scale0: '#22303c',
    scale1: '#2f4a60',
    scale2: '#3e6a8f',
    scale3: '#5b93c4',
    scale4: '#8fbfe6',
    scale5: '#d6ebfb',
  },
}

/** Dashes of the runs' lines, in step with `@run0`, `@run1`, …; the base is solid. */
const dashes = [
  [],
  [7, 3],
  [2, 2.5],
  [10, 3, 2, 3],
  [5, 2, 1.5, 2, 1.5, 2],
  [12, 4],
  [4, 4],
] as const

/** How the run at `index` is drawn wherever it appears: the base strong, the others lighter. */
export function runStyle(index: number): { colour: string; dash: number[]; widthPx: number } {
  const slot = index === 0 ? 0 : ((index - 1) % 6) + 1
  return {
    colour: `@run${slot}`,
    dash: [...(dashes[slot] ?? [])],
    widthPx: index === 0 ? 2.4 : 1.8,
  }
}
