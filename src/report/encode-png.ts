import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

/** Eight bits each of red, green, blue and opacity; no interlacing. */
const rgba8 = [8, 6, 0, 0, 0]
const bytesPerPixel = 4

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4)
  return bytes
}

export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  /** Rows from the top, four bytes a pixel: red, green, blue, opacity, not premultiplied. */
  readonly rgba: Uint8Array
}

/**
 * A PNG file of the pixels, compressed on a thread of its own. Areas of one colour, as charts have them,
 * compress as well without a filter as with the one of five that suits a row best, in half the time.
 * Source: Portable Network Graphics (PNG) Specification, third edition, sections 5, 9 and 11.
 */
export async function encodePng({ widthPx, heightPx, rgba }: Pixels): Promise<Uint8Array> {
  const rowBytes = widthPx * bytesPerPixel
  // Each row begins with its filter: 0 is none.
  const rows = Buffer.alloc(heightPx * (rowBytes + 1))
  for (let y = 0; y < heightPx; y++) {
    rows.set(rgba.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPx, 0)
  header.writeUInt32BE(heightPx, 4)
  header.set(rgba8, 8)
  const image = await promisify(deflate)(rows)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', image),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
