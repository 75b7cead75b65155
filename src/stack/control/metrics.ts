import { findingNames } from '../../core/codes.ts'
import type {
  BalancerState,
  GateState,
  InstanceState,
  LedgerState,
  StationState,
} from '../contract.ts'

/** All parts of the stack at one time; `null` where one does not answer. */
export interface Snapshot {
  readonly balancer: BalancerState | null
  readonly gate: GateState | null
  readonly ledger: LedgerState | null
  readonly instances: readonly { readonly index: number; readonly state: InstanceState | null }[]
  readonly instanceTarget: number
  readonly restarts: { readonly gate: number; readonly ledger: number; readonly instances: number }
}

type Labels = Readonly<Record<string, string | number>>
type Sample = readonly [labels: Labels, value: number]

/** Prometheus' text format 0.0.4: this content type, these escapes. */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

const escapedLabel = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`)

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

function sampleLine(name: string, [labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(
    ([label, of]) => `${label}="${escapedLabel(String(of))}"`,
  )
  const set = pairs.length === 0 ? '' : `{${pairs.join(',')}}`
  return `${name}${set} ${numberText(value)}\n`
}

/** One metric with its samples; a metric without any is left out. Counters end in `_total`. */
function metric(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const type = name.endsWith('_total') ? 'counter' : 'gauge'
  const lines = samples.map((sample) => sampleLine(name, sample))
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

const flag = (isSet: boolean): number => (isSet ? 1 : 0)

function gateMetrics(gate: GateState): string[] {
  const one = (name: string, help: string, value: number) =>
    metric(`dambreak_gate_${name}`, help, [[{}, value]])
  return [
    one('waiting', 'Tickets that wait for their turn.', gate.waiting),
    one('inside', 'Visitors let in who have neither completed nor lapsed.', gate.inside),
    one('rate_per_second', 'Turns a second that the gate gives.', gate.ratePerSec),
    one('open', 'Whether turns have begun.', flag(gate.open)),
    one('halted', 'Whether the service is switched off.', flag(gate.halted)),
    one('issued_total', 'Tickets issued.', gate.issued),
    one('called_total', 'Turns called.', gate.called),
    one('admissions_total', 'Visitors let in.', gate.admitted),
    one('lapsed_total', 'Tickets that have lapsed.', gate.lapsed),
    one('completed_total', 'Visitors who have completed.', gate.completed),
    one('polls_total', 'Polls answered.', gate.polls),
    metric(
      'dambreak_gate_findings_total',
      'What the gate has counted that must not happen.',
      findingNames.flatMap((finding): Sample[] =>
        finding in gate.findings
          ? [[{ finding }, gate.findings[finding as keyof GateState['findings']]]]
          : [],
      ),
    ),
  ]
}

/** A shared station is the same for all instances: its `server` is `all`. */
function stationMetrics(
  stations: readonly { server: string | number; of: StationState }[],
): string[] {
  const each = (name: string, help: string, pick: (of: StationState) => number) =>
    metric(
      `dambreak_station_${name}`,
      help,
      stations.map(({ server, of }) => [{ server, station: of.station }, pick(of)]),
    )
  return [
    each('slots', 'Servers of the station.', (of) => of.slots),
    each('busy', 'Slots in use.', (of) => of.busy),
    each('queue_depth', 'Requests that wait for a slot.', (of) => of.queued),
    each('backlog', 'Requests that may wait for a slot.', (of) => of.backlog),
    each('use_ratio', 'Share of the slots in use; of a pool, its use.', (of) => of.busy / of.slots),
    each('served_total', 'Visits that have ended.', (of) => of.served),
    each('refused_total', 'Visits refused because the backlog was full.', (of) => of.refused),
  ]
}

function ledgerMetrics(ledger: LedgerState): string[] {
  const perOffer = (name: string, help: string, pick: 'slots' | 'remaining') =>
    metric(
      `dambreak_offer_${name}`,
      help,
      ledger.offers.map((offer) => [{ place: offer.place, date: offer.date }, offer[pick]]),
    )
  return [
    metric('dambreak_bookings', 'Bookings in the ledger.', [[{}, ledger.booked]]),
    metric('dambreak_database_connected', 'Whether the database answers.', [
      [{ database: ledger.database }, flag(ledger.connected)],
    ]),
    perOffer('slots', 'Slots on offer.', 'slots'),
    perOffer('remaining', 'Slots that are left.', 'remaining'),
  ]
}

/** Its counters of an instance begin anew with each process that has the number. */
function balancerMetrics({ connections, responses, instances }: BalancerState): string[] {
  const each = (
    name: string,
    help: string,
    pick: (of: BalancerState['instances'][number]) => number,
  ) =>
    metric(
      `dambreak_balancer_${name}`,
      help,
      instances.map((of) => [{ server: of.index }, pick(of)]),
    )
  const byStatus = Object.entries(responses)
  return [
    metric('dambreak_balancer_connections', "Clients' connections that are open.", [
      [{}, connections],
    ]),
    metric(
      'dambreak_balancer_responses_total',
      'Requests by HTTP status; gone: the client left before; reset: it was cut off.',
      byStatus.map(([status, count]) => [{ status }, count]),
    ),
    each('requests_total', 'Requests sent on to the instance.', (of) => of.requests),
    each('failed_total', 'Of these, how many had their connection fail.', (of) => of.failed),
    each('in_flight', 'Requests that the instance has not answered yet.', (of) => of.inFlight),
    each('out', 'Whether the instance takes no connections and is left out.', (of) =>
      flag(of.isOut),
    ),
  ]
}

/** All parts as Prometheus reads them. */
export function metricsText(snapshot: Snapshot): string {
  const { balancer, gate, ledger, instances, instanceTarget, restarts } = snapshot
  const up: Sample[] = [
    [{ part: 'gate', server: '' }, flag(gate !== null)],
    [{ part: 'ledger', server: '' }, flag(ledger !== null)],
    ...instances.map(({ index, state }): Sample => [
      { part: 'instance', server: index },
      flag(state !== null),
    ]),
  ]
  const stations = [
    ...instances.flatMap(({ index, state }) =>
      (state?.stations ?? []).map((of) => ({ server: index, of })),
    ),
    ...(ledger?.stations ?? []).map((of) => ({ server: 'all', of })),
  ]
  const responses = instances.flatMap(({ index, state }) =>
    Object.entries(state?.responses ?? {}).map(([status, count]): Sample => [
      { server: index, status },
      count,
    ]),
  )
  return [
    metric('dambreak_up', 'Whether the part answers.', up),
    metric('dambreak_instances', 'Instances that take requests.', [[{}, instances.length]]),
    metric('dambreak_instances_wanted', 'Instances that there are to be.', [[{}, instanceTarget]]),
    metric('dambreak_restarts_total', 'Processes started again because they had ended.', [
      [{ part: 'gate' }, restarts.gate],
      [{ part: 'ledger' }, restarts.ledger],
      [{ part: 'instance' }, restarts.instances],
    ]),
    ...(balancer === null ? [] : balancerMetrics(balancer)),
    ...(gate === null ? [] : gateMetrics(gate)),
    ...stationMetrics(stations),
    metric('dambreak_responses_total', 'Responses of the instances by HTTP status.', responses),
    ...(ledger === null ? [] : ledgerMetrics(ledger)),
  ].join('')
}
