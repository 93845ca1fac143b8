/**
 * What the law lets one do about a quarrel, judged without a signal: the table the server judges by, read the same way
 * (fengqiao/disputes/rules/conditions.py and routes.py; tests/test_law_on_both_sides.py holds both to one answer).
 * Pure; days are ISO texts (2026-01-31), which sort as days do.
 */

export type Value = string | number | boolean | string[] | null | undefined
export type Facts = Record<string, Value>

export interface Condition {
  all?: Condition[]
  any?: Condition[]
  not?: Condition
  term?: string
  after?: string
  since?: string
  field?: string
  is?: Value
  in?: Value[]
  has?: string
  within?: string[]
  stated?: true
  more?: number
}

export interface Line {
  name: string
  routes: string[]
  rule: string
  words: string
  when: Condition
  advice: boolean
  article: string
}

export interface Edition {
  id: string
  edition: string
  basis: string
  from: string | null
  to: string | null
  limit: number | null
  unit: string
  rolls: boolean
  citation: string
  state: string
  blocks: boolean
}

export interface Calendar {
  years: number[]
  days: Record<string, boolean>
}

export interface Choices {
  name: string
  codes: Record<string, string>
}

export interface Law {
  routes: Record<string, string>
  verdicts: Record<string, string>
  own_flow: { rule: string; state: string }
  basis: Record<string, string>
  applies: Record<string, Condition>
  terms: Record<string, Condition>
  objections: Line[]
  empty: Facts
  editions: Edition[]
  calendar: Calendar
  form: { sets: Record<string, Choices>; choices: Record<string, Choices>; ticks: Record<string, string> }
}

/** A quarrel as the law asks about it: its kind, the day of the step, and what was stated. */
export interface Situation {
  kind: string
  step: string
  facts: Facts
}

export interface Reason {
  name: string
  words: string
  rule: string
  edition: string
  article: string
  state: string
  blocks: boolean
}

export type Verdict = 'allowed' | 'advised' | 'blocked'

export interface Option {
  route: string
  name: string
  verdict: Verdict
  reasons: Reason[]
  basis: string
}

/** The verdict on every route that is a question here, in the order of the table. */
export function assess(said: Situation, law: Law): Option[] {
  return Object.keys(law.routes)
    .filter((route) => {
      const applies = law.applies[route]
      return !applies || holds(applies, said, law)
    })
    .map((route) => judged(route, said, law))
}

/** The verdict on one route; undefined when it is no question here. */
export function option(route: string, said: Situation, law: Law): Option | undefined {
  const applies = law.applies[route]
  return !applies || holds(applies, said, law) ? judged(route, said, law) : undefined
}

/** Why a blocked route may not be taken, in one sentence; empty when nothing blocks it. */
export function refusal(found: Option): string {
  const words = [...new Set(found.reasons.filter((one) => one.blocks).map((one) => one.words))].join('')
  return words ? `不得${found.name}：${words}` : ''
}

function judged(route: string, said: Situation, law: Law): Option {
  const reasons = law.objections
    .filter((line) => line.routes.includes(route))
    .map((line) => reason(line, said, law))
    .filter((one) => one !== null)
  const verdict = reasons.some((one) => one.blocks) ? 'blocked' : reasons.length ? 'advised' : 'allowed'
  const rests = law.basis[route]
  return { route, name: law.routes[route] ?? route, verdict, reasons, basis: (rests && rule(rests, said, law)?.citation) || '' }
}

function reason(line: Line, said: Situation, law: Law): Reason | null {
  if (!holds(line.when, said, law)) return null
  const words = told(line, said, law)
  if (line.rule === law.own_flow.rule) {
    return { name: line.name, words, rule: line.rule, edition: '', article: line.article, state: law.own_flow.state, blocks: !line.advice }
  }
  const held = rule(line.rule, said, law)
  if (!held) return null // nothing in force on that day says so
  const { edition, citation, state } = held
  return { name: line.name, words, rule: held.id, edition, article: citation, state, blocks: held.blocks && !line.advice }
}

function told(line: Line, said: Situation, law: Law): string {
  const limit = firstLimit(line.when)
  return limit ? line.words.replaceAll('{last}', lastDay(limit, said, law) ?? '') : line.words
}

function firstLimit(condition: Condition): Condition | null {
  if (condition.after) return condition
  const parts = [...(condition.all ?? []), ...(condition.any ?? []), ...(condition.not ? [condition.not] : [])]
  for (const part of parts) {
    const found = firstLimit(part)
    if (found) return found
  }
  return null
}

/** Does a condition hold of a situation? */
export function holds(condition: Condition, said: Situation, law: Law): boolean {
  if (condition.all) return condition.all.every((one) => holds(one, said, law))
  if (condition.any) return condition.any.some((one) => holds(one, said, law))
  if (condition.not) return !holds(condition.not, said, law)
  if (condition.term) {
    const named = law.terms[condition.term]
    if (!named) throw new Error(`no such term: ${condition.term}`)
    return holds(named, said, law)
  }
  if (condition.after) {
    const last = lastDay(condition, said, law)
    return last !== null && said.step > last
  }
  if (condition.field) return tested(value(condition.field, said, law), condition)
  throw new Error(`no such condition: ${JSON.stringify(condition)}`)
}

function value(field: string, said: Situation, law: Law): Value {
  if (field === 'kind') return said.kind
  if (field === 'step') return said.step
  return said.facts[field] ?? law.empty[field]
}

function tested(found: Value, test: Condition): boolean {
  const listed = Array.isArray(found) ? found : []
  if (test.is !== undefined) return (found ?? '') === test.is
  if (test.in) return test.in.includes(found ?? '')
  if (test.has !== undefined) return listed.includes(test.has)
  if (test.within) return listed.every((one) => test.within?.includes(one))
  if (test.stated) return Array.isArray(found) ? found.length > 0 : Boolean(found)
  if (test.more !== undefined) return listed.length > test.more
  throw new Error(`no such test: ${JSON.stringify(test)}`)
}

function rule(id: string, said: Situation, law: Law, step = said.step): Edition | undefined {
  const conduct = value('conduct', said, law)
  return law.editions.find((one) => {
    const on = one.basis === 'conduct' && typeof conduct === 'string' && conduct ? conduct : step
    return one.id === id && (!one.from || one.from <= on) && (!one.to || on <= one.to)
  })
}

function lastDay(limit: Condition, said: Situation, law: Law): string | null {
  const stated = value(limit.since ?? '', said, law)
  const since = Array.isArray(stated) ? [...stated].sort()[0] : stated
  if (typeof since !== 'string' || !since || !limit.after) return null
  const held = rule(limit.after, said, law, since)
  return held ? due(held, since, law.calendar) : null
}

/** The last day of a limit in days, working days, months or years that began on a day (程序规定 35, 民法典 202). */
export function due(held: Edition, since: string, calendar: Calendar): string {
  if (held.limit === null) throw new Error(`${held.id} has no limit`)
  let last = since
  if (held.unit === 'workdays') {
    for (let left = held.limit; left > 0; ) {
      last = plus(last, 1)
      if (counts(last, calendar)) left -= 1
    }
  } else if (held.unit === 'days') last = plus(since, held.limit)
  else if (held.unit === 'months') last = monthsOn(since, held.limit)
  else if (held.unit === 'years') last = monthsOn(since, held.limit * 12)
  else throw new Error(`${held.id} is not counted in days`)
  if (held.rolls) while (!counts(last, calendar)) last = plus(last, 1)
  return last
}

/** Is a day counted as worked? In a year whose holidays are not published every day is. */
function counts(day: string, calendar: Calendar): boolean {
  if (!calendar.years.includes(Number(day.slice(0, 4)))) return true
  const weekday = instant(day).getUTCDay()
  return calendar.days[day] ?? (weekday !== 0 && weekday !== 6)
}

function instant(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

function plus(day: string, days: number): string {
  const moment = instant(day)
  moment.setUTCDate(moment.getUTCDate() + days)
  return moment.toISOString().slice(0, 10)
}

function monthsOn(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const longest = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(date, longest))
  return first.toISOString().slice(0, 10)
}
