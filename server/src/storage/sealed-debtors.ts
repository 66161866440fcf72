// How a debtor lies in the store: what says who the person is, sealed under the person's key, and keyed
// hashes by which the person is found.
import type { ContactPoints } from '../domain/claim/debtor.ts'
import { nameWords } from '../domain/matching/name-likeness.ts'
import type { Database, Tx } from './database.ts'
import { type BlindIndex, type KeyOwner, keyringOf } from './keyring.ts'
import { openFields, sealWith } from './sealed-fields.ts'

/** What is sealed of a person. */
export interface Identity {
  externalId: string | null
  name: string
  contact: ContactPoints
}

const PLACES = {
  externalId: 'debtors.external_id',
  name: 'debtors.name',
  contact: 'debtors.contact',
} as const

/** Seals with the person's own key and computes what the person is found by. */
export function sealIdentity(
  key: Buffer,
  owner: KeyOwner,
  { externalId, name, contact }: Identity,
  index: BlindIndex,
) {
  const seal = (place: string, text: string) => sealWith(key, { ...owner, place, text })
  return {
    external_id: externalId === null ? null : seal(PLACES.externalId, externalId),
    external_index:
      externalId === null ? null : externalIndexOf(index, owner.creditorId, externalId),
    ...sealedName(key, owner, name, index),
    ...sealedContact(key, owner, contact, index),
  }
}

export function sealedName(key: Buffer, owner: KeyOwner, name: string, index: BlindIndex) {
  return {
    name: sealWith(key, { ...owner, place: PLACES.name, text: name }),
    name_index: indexedWords(name).map((word) => wordIndexOf(index, owner.creditorId, word)),
  }
}

export function sealedContact(
  key: Buffer,
  owner: KeyOwner,
  contact: ContactPoints,
  index: BlindIndex,
) {
  return {
    contact: sealWith(key, { ...owner, place: PLACES.contact, text: JSON.stringify(contact) }),
    reached_by: Object.keys(contact),
    phone_index: contact.phone === undefined ? null : phoneIndexOf(index, contact.phone),
  }
}

/** Customer numbers are looked for within one creditor. */
export function externalIndexOf(index: BlindIndex, creditorId: string, externalId: string): string {
  return index(`external id ${creditorId}`, externalId)
}

/** A number is looked for over all creditors: it says stop to our number, not to one of them. */
export function phoneIndexOf(index: BlindIndex, phone: string): string {
  return index('phone', phone)
}

export function wordIndexOf(index: BlindIndex, creditorId: string, word: string): string {
  return index(`name ${creditorId}`, word)
}

/** Banks cut names off: a word is found by its beginnings of so many letters, too. */
const SHORTEST_BEGINNING = 4

function indexedWords(name: string): string[] {
  const words = nameWords(name).flatMap((word) => {
    const cuts = Math.max(0, word.length - SHORTEST_BEGINNING)
    return [word, ...Array.from({ length: cuts }, (_, cut) => word.slice(0, word.length - cut - 1))]
  })
  return [...new Set(words)]
}

/** The columns that are sealed, as a statement reads them. */
export interface SealedIdentity {
  creditor_id: string
  external_id: Buffer | null
  name: Buffer | null
  contact: Buffer | null
}

/** Opens what rows hold; a person who was erased has neither name nor ways to be reached. */
export async function openIdentities(
  db: Database | Tx,
  rows: readonly SealedIdentity[],
): Promise<Identity[]> {
  const texts = await openFields(
    db,
    rows.flatMap(({ creditor_id: creditorId, external_id, name, contact }) => [
      { creditorId, place: PLACES.externalId, sealed: external_id },
      { creditorId, place: PLACES.name, sealed: name },
      { creditorId, place: PLACES.contact, sealed: contact },
    ]),
  )
  return rows.map((_, row) => ({
    externalId: texts[3 * row] ?? null,
    name: texts[3 * row + 1] ?? ERASED_NAME,
    contact: contactOf(texts[3 * row + 2] ?? null),
  }))
}

/** Stands where the name of a person stood who was erased. */
export const ERASED_NAME = '—'

/** Opens names alone. */
export async function openNames(
  db: Database | Tx,
  rows: readonly Pick<SealedIdentity, 'creditor_id' | 'name'>[],
): Promise<(string | null)[]> {
  return await openFields(
    db,
    rows.map(({ creditor_id: creditorId, name }) => ({
      creditorId,
      place: PLACES.name,
      sealed: name,
    })),
  )
}

/** Opens ways to reach people alone. */
export async function openContacts(
  db: Database | Tx,
  rows: readonly Pick<SealedIdentity, 'creditor_id' | 'contact'>[],
): Promise<ContactPoints[]> {
  const texts = await openFields(
    db,
    rows.map(({ creditor_id: creditorId, contact }) => ({
      creditorId,
      place: PLACES.contact,
      sealed: contact,
    })),
  )
  return texts.map(contactOf)
}

function contactOf(text: string | null): ContactPoints {
  return text === null ? {} : (JSON.parse(text) as ContactPoints)
}

/** The key of a person, to seal what changes; undefined once the person was erased. */
export async function keyOfPerson(db: Database | Tx, owner: KeyOwner): Promise<Buffer | undefined> {
  const keyOf = await keyringOf(db).keysOf(db, [owner])
  return keyOf(owner) ?? undefined
}
