import type { EventDetail } from '../record/event-detail.ts'

type Words = {
  readonly [C in EventDetail['code']]: (detail: Extract<EventDetail, { code: C }>) => string
}

const words: Words = {
  ServiceHalted: ({ queue, serversRestarted }) =>
    `service halted, queue ${queue === 'keep' ? 'kept' : 'voided'}${serversRestarted ? ', servers restarted' : ''}`,
  ServiceResumed: () => 'service resumed',
  InstancesChanged: ({ from, to }) => `${from} → ${to} instances`,
  AdmissionChanged: ({ admission }) => `admission ${JSON.stringify(admission)}`,
  BypassClosed: () => 'bypass closed, keys verified',
  EligibilityFault: ({ effect }) =>
    effect === 'refuse-eligible' ? 'eligible people refused' : 'ineligible people accepted',
  OpenedEarly: () => 'gate opened early',
  SupplyChanged: ({ add }) => `${add >= 0 ? '+' : ''}${add} slots`,
  ControlAnswered: ({ text }) => text,
  ControlFailed: ({ error }) => error,
  NoControl: () => 'nobody performed it: no --control address was given',
  RunOver: () => 'the run was over before it was due',
  OverBeforeStart: () => 'it should have ended before it could begin',
  Other: ({ text }) => text,
}

/** What came of an event, in a few words; '' where nobody said. Texts of the target are in it as they are. */
export function eventDetailText(detail: EventDetail): string {
  const text = words[detail.code] as (detail: EventDetail) => string
  return text(detail)
}
