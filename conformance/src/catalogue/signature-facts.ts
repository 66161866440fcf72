// The cases about the form and the signature of a message that every role shares. What is sent in each says
// `hostile-messages.ts`; a role adds how it carries a message to the receiver.
import type { CaseFacts, Level } from '../run/case.ts'

/** The case in which the good message is taken: the control of every refusal. */
export const GOOD_MESSAGE = 'SIG-001'

const refused = (
  id: string,
  clause: string,
  title: string,
  more: { hint?: string; level?: Level } = {},
): CaseFacts => ({
  id,
  level: more.level ?? 'MUST',
  clause,
  title,
  sends: 'The good message with this one defect, each way of it.',
  expects:
    'Each is refused with its code, nothing changes, and the good message is taken afterwards.',
  control: GOOD_MESSAGE,
  ...(more.hint === undefined ? {} : { hint: more.hint }),
})

const BARE_LIBRARY =
  'JOSE libraries are lenient here: check the text of the token before you hand it to one.'

/** Refusals of form, header, key, signature and claims, in the order of their ids. */
export const SIGNATURE_REFUSALS: readonly CaseFacts[] = [
  refused('SIG-004', 'SIG-09', 'alg none in four spellings'),
  refused('SIG-005', 'SIG-09', 'alg missing, in small letters, a number'),
  refused('SIG-006', 'SIG-09', 'the public key as secret of HS256', {
    hint: 'The record of the key decides which algorithm it is for, never the header.',
  }),
  refused('SIG-007', 'SIG-09', 'HS256 with an empty key'),
  refused('SIG-008', 'SIG-09', 'an algorithm for another kind of key'),
  refused('SIG-009', 'SIG-09', 'algorithms that the protocol does not have'),
  refused('SIG-010', 'SIG-08', 'no typ'),
  refused('SIG-011', 'SIG-08', 'a typ that is nearly right'),
  refused('SIG-012', 'MSG-03', 'a kind that the sender’s role does not send'),
  refused('SIG-013', 'SIG-06', 'crit'),
  refused('SIG-014', 'SIG-06', 'b64'),
  refused('SIG-015', 'SIG-06', 'an embedded key'),
  refused('SIG-016', 'SIG-07', 'the address of a key set, and nobody connects to it'),
  refused('SIG-017', 'SIG-07', 'the address of a certificate, and nobody connects to it'),
  refused('SIG-018', 'SIG-06', 'certificates and other members of the header'),
  refused('SIG-019', 'SIG-10', 'no kid'),
  refused('SIG-020', 'SIG-16', 'a key of nobody'),
  refused('SIG-021', 'SIG-10', 'a kid that is no thumbprint'),
  refused('SIG-022', 'SIG-12', 'a signature by another key'),
  refused('SIG-023', 'SIG-12', 'signatures that are none'),
  refused('SIG-024', 'SIG-13', 'a payload that was changed after signing'),
  refused('SIG-025', 'SIG-02', 'padding, blanks, the other alphabet', { hint: BARE_LIBRARY }),
  refused('SIG-026', 'SIG-02', 'stray bits in the last character', { hint: BARE_LIBRARY }),
  refused('SIG-027', 'SIG-02', 'other serialisations'),
  refused('SIG-028', 'SIG-04', 'a claim that stands twice', { hint: BARE_LIBRARY }),
  refused('SIG-029', 'SIG-04', 'a header member that stands twice', { hint: BARE_LIBRARY }),
  refused('SIG-030', 'SIG-03', 'a payload that is no JSON object in UTF-8'),
  refused('SIG-031', 'SIG-04', 'names that change prototypes'),
  refused('SIG-032', 'SIG-05', 'too deep, too many, numbers that lose digits'),
  refused('SIG-033', 'SIG-01', 'more than 64 KiB'),
  refused('SIG-034', 'SIG-14', 'exp missing, null, a text, negative'),
  refused('SIG-035', 'SIG-19', 'exp has passed'),
  refused('SIG-036', 'SIG-19', 'a lifetime that no message has'),
  refused('SIG-037', 'SIG-19', 'nbf lies ahead'),
  refused('SIG-038', 'SIG-15', 'another aud'),
  refused('SIG-039', 'SIG-16', 'another iss'),
  refused('SIG-041', 'SIG-18', 'iat far ahead, or no number'),
  refused('SIG-052', 'SIG-14', 'another version, or none'),
  refused('SIG-053', 'SIG-14', 'jti, sub and seq that are none'),
]
