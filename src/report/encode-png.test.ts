import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { encodePng } from './encode-png.ts'

interface Canvas {
  getContext(kind: '2d'): { drawImage(image: unknown, x: number, y: number): void }
  data(): Uint8Array
}

const require = createRequire(import.meta.url)
const library = createRequire(require.resolve('chartjs-node-canvas'))('canvas') as {
  loadImage(png: Uint8Array): Promise<{ width: number; height: number }>
  createCanvas(widthPx: number, heightPx: number): Canvas
}

test('another decoder reads the same pixels', async () => {
  const [widthPx, heightPx] = [37, 11]
  const rgba = new Uint8Array(widthPx * heightPx * 4)
  for (let at = 0; at < rgba.length; at++) rgba[at] = at % 4 === 3 ? 255 : (at * 97) % 251
  const png = await encodePng({ widthPx, heightPx, rgba })
  const image = await library.loadImage(png)
  expect([image.width, image.height]).toEqual([widthPx, heightPx])
  const canvas = library.createCanvas(widthPx, heightPx)
  canvas.getContext('2d').drawImage(image, 0, 0)
  expect([...canvas.data()]).toEqual([...rgba])
})
