/** A stand-in for your own service: it works on eight requests at a time, 40 ms each. */
import { createServer } from 'node:http'

const port = Number(process.argv[2] ?? 8080)
const slots = 8
const serviceMs = 40

const waiting = []
let busy = 0

function serveNext() {
  if (busy === slots || waiting.length === 0) return
  const { request, response } = waiting.shift()
  busy += 1
  setTimeout(() => {
    busy -= 1
    response.writeHead(request.method === 'POST' ? 201 : 200).end('{ "order": 7 }')
    serveNext()
  }, serviceMs)
}

const server = createServer((request, response) => {
  waiting.push({ request, response })
  serveNext()
})
server.listen(port, '127.0.0.1', () => console.log(`the shop listens on port ${port}`))
