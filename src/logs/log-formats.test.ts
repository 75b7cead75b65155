import { describe, expect, test } from 'vitest'
import type { GivenFields } from './log-field.ts'
import { logOf, readLine, refusalOf } from './testing/read-lines.ts'

const noonMs = Date.UTC(2026, 2, 1, 12)
const mozilla = '"-" "Mozilla/5.0"'
const combined = `[01/Mar/2026:12:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 612 ${mozilla}`

describe('formats of plain lines, as their own documentation shows them', () => {
  test("nginx's main format has the forwarded addresses last; the first of them is the client", () => {
    expect(readLine(`10.0.0.5 - - ${combined} "203.0.113.2, 10.0.0.9"`)).toMatchObject({
      client: '203.0.113.2 Mozilla/5.0',
      address: '203.0.113.2',
    })
    expect(readLine(`10.0.0.5 - - ${combined} "-"`)).toMatchObject({ address: '10.0.0.5' })
    expect(readLine(`10.0.0.5 - - ${combined} "203.0.113.2:4711" rt=0.250`)).toMatchObject({
      address: '203.0.113.2',
      durationMs: 250,
    })
  })

  test('forwarded addresses in the place of the address', () => {
    expect(readLine(`203.0.113.2, 10.0.0.9 - - ${combined}`)).toMatchObject({
      address: '203.0.113.2',
    })
  })

  test('named values after the user agent, and what is not known there', () => {
    const line = `203.0.113.1 - - ${combined} request_time=0.033 upstream_response_time="0.010, 0.020"`
    expect(readLine(line)).toMatchObject({ durationMs: 33, upstreamMs: 30 })
    expect(logOf([`203.0.113.1 - - ${combined} "de" 0.033 x`]).unused).toEqual([
      { field: 'extra2', looksLike: 'duration' },
    ])
  })

  test('logfmt, and the router of Heroku', () => {
    const pairs = 'method=GET path="/a?b=1" fwd="203.0.113.1" status=200'
    const expected = { endMs: noonMs, durationMs: 33, method: 'GET', target: '/a?b=1', status: 200 }
    expect(readLine(`time=2026-03-01T12:00:00Z level=info ${pairs} duration=33ms`)).toMatchObject(
      expected,
    )
    const heroku = `2026-03-01T12:00:00.000000+00:00 heroku[router]: at=info ${pairs} connect=1ms service=33ms`
    expect(readLine(heroku)).toMatchObject({ ...expected, address: '203.0.113.1' })
  })

  test('ingress-nginx', () => {
    const rest =
      '512 0.033 [default-web-80] [] 10.1.0.7:8080, 10.1.0.8:8080 0, 612 0.010, 0.020 502, 200 1f0c'
    expect(readLine(`203.0.113.1 - - ${combined} ${rest}`)).toMatchObject({
      durationMs: 33,
      upstreamMs: 30,
      endMs: noonMs,
    })
  })

  test('Apache with %D stamps the start; a virtual host may come first', () => {
    expect(readLine(`203.0.113.1 - - ${combined} 250000`)).toMatchObject({
      durationMs: 250,
      endMs: noonMs + 250,
    })
    expect(readLine(`203.0.113.1 - - ${combined} 0/33000`)).toMatchObject({ durationMs: 33 })
    expect(readLine(`example.com:443 203.0.113.1 - - ${combined}`)).toMatchObject({
      address: '203.0.113.1',
      target: '/a?b=1',
    })
    expect(refusalOf([`203.0.113.1 - - ${combined} 2`])).toMatchObject({
      code: 'UnitUnknown',
      key: 'duration',
    })
  })

  test('Traefik, common log format: the start, and milliseconds', () => {
    const line = `203.0.113.1 - - ${combined} 1 "web@docker" "http://10.0.0.2:80" 33ms`
    expect(logOf([line]).format).toBe('traefik')
    expect(readLine(line)).toMatchObject({ durationMs: 33, endMs: noonMs + 33 })
  })

  test("Envoy's and Contour's default, and Istio's", () => {
    const begin = '[2026-03-01T12:00:00.000Z] "POST /a HTTP/1.1" 200 -'
    const end = '0 463 33 30 "203.0.113.1" "Mozilla/5.0" "837aa8dc" "example.com"'
    const expected = {
      endMs: noonMs + 33,
      durationMs: 33,
      upstreamMs: 30,
      method: 'POST',
      client: '203.0.113.1 Mozilla/5.0',
    }
    expect(readLine(`${begin} ${end} "127.0.0.1:8081"`)).toMatchObject(expected)
    const istio = `${begin} via_upstream - "-" ${end} "127.0.0.1:80" outbound|80||web 10.0.0.1:5 - -`
    expect(readLine(istio)).toMatchObject(expected)
  })

  test('Application Load Balancer of AWS: three times in seconds, at the end', () => {
    const line =
      'https 2026-03-01T12:00:00.186641Z app/lb/50dc 203.0.113.1:2817 10.0.0.1:80 0.001 0.030 0.002 200 200 34 366 "GET https://www.example.com:443/a?b=1 HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 arn:aws "Root=1" "www.example.com" "arn" 0 2026-03-01T12:00:00.150000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"'
    expect(readLine(line)).toMatchObject({
      endMs: noonMs + 187,
      durationMs: 33,
      upstreamMs: 30,
      client: '203.0.113.1 curl/7.46.0',
      target: '/a?b=1',
    })
    const none = line.replace('0.001 0.030 0.002 200', '-1 -1 -1 504')
    expect(readLine(line, none)).toMatchObject({ durationMs: null, status: 504 })
  })

  test('HAProxy behind syslog: the start without a zone, milliseconds, captured addresses', () => {
    const line =
      'Mar  1 12:00:01 localhost haproxy[14389]: 10.0.1.2:33317 [01/Mar/2026:12:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu|203.0.113.1} {} "GET /index.html HTTP/1.1"'
    expect(readLine(line)).toMatchObject({
      endMs: noonMs + 655 + 109,
      durationMs: 109,
      upstreamMs: 69,
      status: 200,
      address: '203.0.113.1',
      target: '/index.html',
    })
    const ended = line.replace('10/0/30/69/109 200', '10/-1/-1/-1/+42 -1')
    expect(readLine(line, ended)).toMatchObject({ durationMs: 42, upstreamMs: null, status: 0 })
  })

  test('CloudFront: tabs, its heading, seconds; IIS: spaces, milliseconds', () => {
    const fields =
      'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-forwarded-for time-taken'
    const row =
      '2026-03-01 12:00:00 SEA4 392 203.0.113.1 GET d111.cloudfront.net /a 200 - curl a=1 - 0.033'
    const cloudFront = ['#Version: 1.0', `#Fields: ${fields}`, row.replaceAll(' ', '\t')]
    expect(readLine(...cloudFront)).toMatchObject({
      endMs: noonMs,
      durationMs: 33,
      client: '203.0.113.1 curl',
      method: 'GET',
      target: '/a?a=1',
    })
    const iis = [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip sc-status sc-win32-status time-taken',
      '2026-03-01 12:00:00 GET /a - 203.0.113.1 200 0 33',
    ]
    expect(readLine(...iis)).toMatchObject({ durationMs: 33, target: '/a' })
    const { read } = logOf(iis)
    expect(read(iis[0]!)).toBeNull()
    // A later heading may name other columns.
    expect(read('#Fields: date time cs-uri-stem sc-status')).toBeNull()
    expect(read('2026-03-01 12:00:01 /b 404')).toMatchObject({ status: 404, target: '/b' })
  })
})

const json = (value: object) => readLine(JSON.stringify(value))
const time = '2026-03-01T12:00:00.000Z'

describe('formats of JSON lines', () => {
  test('Caddy keeps the request in a part of its own', () => {
    const headers = { 'User-Agent': ['M'], 'X-Forwarded-For': ['203.0.113.1, 10.0.0.1'] }
    const request = { remote_ip: '10.0.0.5', client_ip: '10.0.0.5', method: 'GET', uri: '/a' }
    const line = { ts: noonMs / 1000, request: { ...request, headers }, duration: 2.5, status: 200 }
    expect(json(line)).toMatchObject({
      client: '203.0.113.1 M',
      method: 'GET',
      target: '/a',
      durationMs: 2500,
      endMs: noonMs,
    })
    expect(json({ ...line, duration: '33ms' })).toMatchObject({ durationMs: 33 })
  })

  test('Traefik counts nanoseconds from the start', () => {
    const line = {
      ClientHost: '203.0.113.1',
      DownstreamStatus: 200,
      Duration: 33_000_000,
      OriginDuration: 30_000_000,
      OriginStatus: 500,
      RequestMethod: 'GET',
      RequestPath: '/a',
      StartUTC: '2026-03-01T12:00:00.000000001Z',
      time: '2026-03-01T12:00:09Z',
      'request_User-Agent': 'M',
    }
    expect(json(line)).toMatchObject({
      endMs: noonMs + 33,
      durationMs: 33,
      upstreamMs: 30,
      status: 200,
      client: '203.0.113.1 M',
      target: '/a',
    })
    expect(logOf([JSON.stringify(line)]).unused).toEqual([])
  })

  test("Contour's and Istio's Envoy: milliseconds from the start", () => {
    const common = { response_code: 200, duration: 3, path: '/a', method: 'GET' }
    const where = { downstream_remote_address: '203.0.113.1:443', response_flags: '-' }
    for (const stamp of [{ '@timestamp': time }, { start_time: time }]) {
      expect(json({ ...common, ...where, ...stamp })).toMatchObject({
        endMs: noonMs + 3,
        durationMs: 3,
        address: '203.0.113.1',
      })
    }
  })

  test('pino-http, and Fastify with a line when a request comes and another when it is answered', () => {
    const req = { method: 'GET', url: '/a', remoteAddress: '203.0.113.1', remotePort: 1 }
    const answered = { time: noonMs, res: { statusCode: 200 }, responseTime: 3 }
    const expected = {
      durationMs: 3,
      status: 200,
      address: '203.0.113.1',
      target: '/a',
      method: 'GET',
    }
    expect(json({ level: 30, ...answered, req })).toMatchObject(expected)
    const lines = [
      { level: 30, time: noonMs - 3, pid: 1, reqId: 'req-1', req, msg: 'incoming request' },
      { level: 30, pid: 1, reqId: 'req-1', ...answered, msg: 'request completed' },
    ].map((line) => JSON.stringify(line))
    const { read } = logOf(lines)
    expect(lines.map(read)).toMatchObject([null, expected])
  })

  test('wrapped by Docker or by a runtime of Kubernetes', () => {
    const line = `203.0.113.1 - - ${combined} rt=0.033`
    const docker = JSON.stringify({ log: `${line}\n`, stream: 'stdout', time })
    const cri = `2026-03-01T12:00:00.1Z stdout F ${line}`
    const compose = `web-1  | ${line}`
    const collected = JSON.stringify({ timestamp: time, message: line, host: 'web-1' })
    for (const wrapped of [docker, cri, compose, collected]) {
      expect(readLine(wrapped)).toMatchObject({ endMs: noonMs, durationMs: 33, status: 200 })
    }
    const inner = JSON.stringify({ time, status: 200, url: '/a' })
    expect(json({ log: `${inner}\n`, stream: 'stdout', time })).toMatchObject({ target: '/a' })
  })

  test('Google Cloud and API Gateway of AWS, whose requestTime is a time', () => {
    const httpRequest = {
      requestMethod: 'GET',
      requestUrl: 'https://example.com/a?b=1',
      status: 200,
      userAgent: 'M',
      remoteIp: '203.0.113.1',
      latency: '0.033s',
    }
    expect(json({ timestamp: time, httpRequest })).toMatchObject({
      durationMs: 33,
      client: '203.0.113.1 M',
      target: '/a?b=1',
      method: 'GET',
    })
    const gateway = { requestTime: '01/Mar/2026:12:00:00 +0000', ip: '203.0.113.1', status: '200' }
    expect(json({ ...gateway, httpMethod: 'GET', resourcePath: '/a' })).toMatchObject({
      endMs: noonMs,
      durationMs: null,
      address: '203.0.113.1',
      target: '/a',
    })
  })

  test('names that no prototype may answer for', () => {
    const line =
      '{"time":"2026-03-01T12:00:00Z","status":200,"__proto__":{"a":1},"url":"__proto__"}'
    expect(readLine(line)).toMatchObject({ target: '__proto__', client: null })
    const given: GivenFields = new Map([['status', { key: 'constructor', unit: null }]])
    expect(refusalOf([line], given)).toMatchObject({ code: 'FieldUnknown', key: 'constructor' })
  })
})
