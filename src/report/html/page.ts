import type { ChartConfig } from '../charts/config.ts'
import type { createRuntime } from '../charts/runtime.ts'

/** What the page's script needs of a browser; the project's types know none. */
interface Box {
  style: { height: string }
}
interface Surface {
  id: string
  parentNode: Box
}
interface MediaQuery {
  matches: boolean
  addEventListener(kind: string, then: () => void): void
}
interface Browser {
  document: {
    getElementById(id: string): { textContent: string } | null
    querySelectorAll(selector: string): Iterable<Surface>
    fonts: { load(font: string, text: string): Promise<unknown> }
  }
  matchMedia(query: string): MediaQuery
  addEventListener(kind: string, then: () => void): void
  innerWidth: number
}
interface DrawnChart {
  destroy(): void
}

export interface PageData {
  charts: Record<string, ChartConfig>
  themes: Record<'light' | 'dark', Record<string, string>>
  fontFamily: string
}

type ChartConstructor = new (surface: Surface, config: object) => DrawnChart

/**
 * Draws every chart of the page, again when the colour scheme changes, and in the light scheme for
 * the printer. Self-contained: it runs, as text, inside the page.
 */
export function mountPage(
  Chart: ChartConstructor,
  runtime: ReturnType<typeof createRuntime>,
  browser: Browser,
): void {
  const holder = browser.document.getElementById('report-data')
  if (holder === null) return
  const data = JSON.parse(holder.textContent) as PageData
  const dark = browser.matchMedia('(prefers-color-scheme: dark)')
  let drawn: DrawnChart[] = []
  const draw = (theme: 'light' | 'dark') => {
    for (const chart of drawn) chart.destroy()
    drawn = []
    for (const surface of browser.document.querySelectorAll('canvas[data-chart]')) {
      const config = data.charts[surface.id.replace('chart-', '')]
      if (config === undefined) continue
      const narrow = browser.innerWidth < 640
      const heightPx = config.options.plugins.dambreak.heightPx + (narrow ? 90 : 0)
      surface.parentNode.style.height = `${heightPx}px`
      const drawing = { colours: data.themes[theme], fontFamily: data.fontFamily, titled: false }
      drawn.push(new Chart(surface, runtime.hydrate(config, drawing)))
    }
  }
  const onScreen = () => draw(dark.matches ? 'dark' : 'light')
  onScreen()
  // A canvas does not wait for fonts: draw again once they are there.
  const fonts = ['', 'bold '].map((weight) =>
    browser.document.fonts.load(`${weight}12px ${data.fontFamily}`, holder.textContent),
  )
  void Promise.allSettled(fonts).then(onScreen)
  dark.addEventListener('change', onScreen)
  browser.addEventListener('beforeprint', () => draw('light'))
  browser.addEventListener('afterprint', onScreen)
}
