import type { LeverInput } from './lever-file.ts'

/**
 * The levers that every plan looks at, written as a file of levers is. Numbers that no source gives are
 * stated in the description; where several are plausible each is an option and the best is taken.
 */
export const builtInLevers: { readonly levers: readonly LeverInput[] } = {
  levers: [
    {
      name: 'admission rate',
      description: 'The gate lets in fewer, or more, than it was set to; the best rate is taken.',
      oneOf: [0.5, 0.67, 0.8, 1.25, 1.5, 2].flatMap((factor) => [
        {
          label: `× ${factor}`,
          scale: { 'waitingRoom.admission.perSecPerInstance': factor },
        },
        { label: `× ${factor} in all`, scale: { 'waitingRoom.admission.perSec': factor } },
        { label: `× ${factor} places`, scale: { 'waitingRoom.admission.maxInside': factor } },
      ]),
    },
    {
      name: 'one ticket a person',
      description: 'The waiting room knows people, not devices: one ticket each.',
      set: { 'population.devicesPerPerson': 1 },
    },
    {
      name: 'cohort split',
      description:
        'Openings for a part of the people each, so far apart that one is over before the next; one of them is judged, with its part of the slots.',
      oneOf: [2, 4, 8].map((splitInto) => ({ label: `${splitInto} openings`, splitInto })),
    },
    {
      name: 'random pre-queue',
      description:
        'Who comes in the 15 minutes before the opening draws a place by lot, so that nobody gains by coming on the second; the time spent before the opening counts as waiting (the longest waits may come out up to 8 minutes short).',
      preQueueSec: 900,
    },
    {
      name: 'birth-date rotation',
      description:
        'Ten days, on each of which a tenth of the people may book (as masks were sold by birth year in 2020); one in twenty of the others comes on the wrong day and is turned away.',
      splitInto: 10,
      wrongDayShare: 0.05,
    },
    {
      name: 'back-off told to clients',
      description:
        'Pages say when to try again: a third of the tries, four times the pause between them, polls half as often.',
      scale: {
        'behaviour.retry.tries': 1 / 3,
        'behaviour.retry.backoffSec': 4,
        'waitingRoom.pollSec.back': 2,
        'waitingRoom.maxTtlSec': 2,
      },
    },
    {
      name: 'bypass closed',
      description: 'The booking pages check every key: no bypass, and nothing fails open.',
      set: { 'waitingRoom.failOpen': 0, 'behaviour.bypass.share': 0 },
    },
    {
      name: 'longer sessions',
      description: 'Clients wait three times as long for an answer before they give up on it.',
      scale: { 'journey[*].timeoutMs': 3 },
    },
    {
      name: 'further front doors',
      description:
        'Two partners’ apps (as Naver and Kakao were proposed) take 30% of the people each, keep a line of their own and do all but the booking, of which the core hears a minute later; the rate at which each hands people on is the best of four.',
      oneOf: [5, 10, 20, 40].map((perSec) => ({
        label: `${perSec} a second each`,
        set: {
          doors: ['Naver', 'Kakao'].map((name) => ({ name, share: 0.3, perSec, delaySec: 60 })),
        },
      })),
    },
  ],
}
