import { hydrate } from '../../charts/runtime.ts'
import type { PageData } from '../page-data.ts'

/** What the page of a report runs; `npm run bundle` makes `page.bundle.js` of it. */

/** Chart.js, a script before this one. */
declare const Chart: new (canvas: HTMLCanvasElement, config: object) => { destroy(): void }

const text = document.getElementById('report-data')?.textContent ?? null
if (text !== null) mountCharts(JSON.parse(text) as PageData, text)

/** Draws every chart, again when the colour scheme changes, and in the light scheme for the printer. */
function mountCharts({ charts, themes, fontFamily }: PageData, text: string): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  let drawn: { destroy(): void }[] = []
  const draw = (theme: 'light' | 'dark') => {
    for (const chart of drawn) chart.destroy()
    drawn = []
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas[data-chart]')) {
      const config = charts[canvas.id.replace('chart-', '')]
      const holder = canvas.parentElement
      if (config === undefined || holder === null) continue
      const extraPx = innerWidth < 640 ? 90 : 0
      holder.style.height = `${config.options.plugins.dambreak.heightPx + extraPx}px`
      const drawing = { colours: themes[theme], fontFamily, titled: false }
      drawn.push(new Chart(canvas, hydrate(config, drawing)))
    }
  }
  const onScreen = () => draw(dark.matches ? 'dark' : 'light')
  onScreen()
  // A canvas does not wait for fonts: draw again once they are there.
  const fonts = ['', 'bold '].map((weight) =>
    document.fonts.load(`${weight}12px ${fontFamily}`, text),
  )
  void Promise.allSettled(fonts).then(onScreen)
  dark.addEventListener('change', onScreen)
  addEventListener('beforeprint', () => draw('light'))
  addEventListener('afterprint', onScreen)
}
