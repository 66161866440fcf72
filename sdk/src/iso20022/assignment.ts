// Who hands a case to whom, as camt.055 and camt.029 say it.
import { at, type FieldReader } from './field-reader.ts'
import type { FieldWriter } from './field-writer.ts'
import { agent, party } from './parties.ts'
import { element, type XmlElement } from './xml-element.ts'
import type { XmlNode } from './xml-reader.ts'

/** A party by its name, or a bank by its BIC. */
export type CaseParty = { readonly name: string } | { readonly bic: string }

/** Who hands a case to whom, and when. */
export interface Assignment {
  readonly id: string
  readonly assigner: CaseParty
  readonly assignee: CaseParty
  /** Epoch seconds; null when it was read as a local time without its offset. */
  readonly createdAt: number | null
}

/** The most payments of one case: as many as an agreement has instalments. */
export const MAX_PAYMENTS = 60

/** Writes an assignment. */
export function writeAssignment(write: FieldWriter, assignment: Assignment): XmlElement {
  const { id, assigner, assignee, createdAt } = assignment
  return element('Assgnmt', [
    write.id('Id', 'assignment/id', id),
    caseParty(write, 'Assgnr', 'assignment/assigner', assigner),
    caseParty(write, 'Assgne', 'assignment/assignee', assignee),
    write.instant('CreDtTm', 'assignment/createdAt', createdAt),
  ])
}

function caseParty(write: FieldWriter, tag: string, place: string, named: CaseParty): XmlElement {
  const content =
    'bic' in named
      ? agent(write, 'Agt', place, { bic: named.bic, version: '001.001.09' })
      : party(write, 'Pty', place, named)
  return element(tag, [content])
}

/** Reads the assignment of a case. */
export function readAssignment(read: FieldReader, root: XmlNode): Assignment {
  const assignment = read.one(root, 'Assgnmt')
  return {
    id: read.text(assignment, 'Id'),
    assigner: readCaseParty(assignment, 'Assgnr'),
    assignee: readCaseParty(assignment, 'Assgne'),
    createdAt: read.instant(assignment, 'CreDtTm'),
  }
}

/** The name is empty for a bank that is named by neither, such as by a clearing number. */
function readCaseParty(assignment: XmlNode, role: string): CaseParty {
  const bic = at(assignment, role, 'Agt', 'FinInstnId', 'BICFI')?.text.trim()
  if (bic !== undefined) return { bic }
  return { name: at(assignment, role, 'Pty', 'Nm')?.text.trim() ?? '' }
}
