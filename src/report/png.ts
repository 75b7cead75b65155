import { createRequire } from 'node:module'
import { ChartJSNodeCanvas } from 'chartjs-node-canvas'
import type { ChartConfiguration } from 'chart.js'
import { must } from '../core/assert.ts'
import type { ChartConfig } from './charts/config.ts'
import { themes } from './charts/palette.ts'
import { hydrate } from './charts/runtime.ts'
import { fontFamily, fontFiles } from './fonts.ts'

/** Pixels of a PNG for each pixel of the layout: sharp on paper. */
const pixelRatio = 2
const widthPx = 1120

interface CanvasLibrary {
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

function registerFonts(): void {
  const { GlobalFonts } = canvasLibrary()
  if (GlobalFonts.has(fontFamily)) return
  for (const path of fontFiles()) GlobalFonts.registerFromPath(path, fontFamily)
}

/** Width and height in pixels of the PNG of a chart. */
export function pngSize(config: ChartConfig): { widthPx: number; heightPx: number } {
  const heightPx = config.options.plugins.dambreak.heightPx + 60
  return { widthPx: widthPx * pixelRatio, heightPx: heightPx * pixelRatio }
}

/** Draws charts to PNG; one painter for many charts, because loading Chart.js takes a while. */
export function createPainter(): (config: ChartConfig) => Uint8Array {
  registerFonts()
  const painters = new Map<number, ChartJSNodeCanvas>()
  return (config) => {
    const size = pngSize(config)
    const height = size.heightPx / pixelRatio
    if (!painters.has(height))
      painters.set(height, new ChartJSNodeCanvas({ width: widthPx, height }))
    const drawable = hydrate(config, {
      colours: themes.light,
      fontFamily,
      titled: true,
    })
    drawable['options'] = { ...(drawable['options'] as object), devicePixelRatio: pixelRatio }
    const painter = must(painters.get(height), 'painter')
    return painter.renderToBufferSync(drawable as unknown as ChartConfiguration)
  }
}
