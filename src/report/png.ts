import { createRequire } from 'node:module'
import { ChartJSNodeCanvas } from 'chartjs-node-canvas'
import type { Chart, ChartConfiguration, ChartItem } from 'chart.js'
import { must } from '../core/assert.ts'
import type { ChartConfig } from './charts/config.ts'
import { themes } from './charts/palette.ts'
import { hydrate } from './charts/runtime.ts'
import { encodePng, type Pixels } from './encode-png.ts'
import { drawnTexts } from './escape.ts'
import { fontFamily, fontFiles } from './fonts.ts'

/** Pixels of a PNG for each pixel of the layout: sharp on paper. */
const pixelRatio = 2
const widthPx = 1120

interface Canvas {
  getContext(kind: '2d'): ChartItem
  /** Rows of red, green, blue and opacity: a view, which the next drawing changes. */
  data(): Uint8Array
}

interface CanvasLibrary {
  createCanvas(widthPx: number, heightPx: number): Canvas
  GlobalFonts: {
    registerFromPath(path: string, family: string): unknown
    has(family: string): boolean
  }
}

/** The canvas that chartjs-node-canvas draws on: the fonts must be known to that very one. */
function canvasLibrary(): CanvasLibrary {
  const require = createRequire(import.meta.url)
  const fromThere = createRequire(require.resolve('chartjs-node-canvas'))
  return fromThere('canvas') as CanvasLibrary
}

function registerFonts({ GlobalFonts }: CanvasLibrary): void {
  if (GlobalFonts.has(fontFamily)) return
  for (const path of fontFiles()) GlobalFonts.registerFromPath(path, fontFamily)
}

/** Width and height in pixels of the PNG of a chart. */
export function pngSize(config: ChartConfig): { widthPx: number; heightPx: number } {
  const heightPx = config.options.plugins.dambreak.heightPx + 60
  return { widthPx: widthPx * pixelRatio, heightPx: heightPx * pixelRatio }
}

/** Chart.js as chartjs-node-canvas prepares it, which loads it anew for every size that it is given. */
function loadChartJs(): typeof Chart {
  let loaded: typeof Chart | undefined
  const chartCallback = (ChartJs: typeof Chart) => void (loaded = ChartJs)
  new ChartJSNodeCanvas({ width: widthPx, height: widthPx, chartCallback })
  return must(loaded, 'Chart.js')
}

/** Draws charts to pixels; one painter for many charts, because loading Chart.js takes a while. */
function createPainter(): (config: ChartConfig) => Pixels {
  const library = canvasLibrary()
  registerFonts(library)
  const ChartJs = loadChartJs()
  return (config) => {
    const size = pngSize(config)
    const { options, ...rest } = hydrate(drawnTexts(config), {
      colours: themes.light,
      fontFamily,
      titled: true,
    })
    const still = { responsive: false, animation: false, devicePixelRatio: pixelRatio }
    const drawable = { ...rest, options: { ...(options as object), ...still } }
    const canvas = library.createCanvas(widthPx, size.heightPx / pixelRatio)
    const chart = new ChartJs(canvas.getContext('2d'), drawable as unknown as ChartConfiguration)
    const rgba = Uint8Array.from(canvas.data())
    chart.destroy()
    return { ...size, rgba }
  }
}

/** A chart, and the name of its file without `.png`. */
interface Figure {
  readonly name: string
  readonly config: ChartConfig
}

/** The PNG of each chart by its file name: one is compressed while the next is drawn. */
export async function drawPngs(figures: readonly Figure[]): Promise<Map<string, Uint8Array>> {
  if (figures.length === 0) return new Map()
  const paint = createPainter()
  const files: Promise<[string, Uint8Array]>[] = []
  for (const { name, config } of figures) {
    files.push(encodePng(paint(config)).then((png) => [`${name}.png`, png]))
    // A drawing takes a while: let signals and progress through between two of them.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return new Map(await Promise.all(files))
}
