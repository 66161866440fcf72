// The public surface of `@parley/sdk/protocol`: named exports only, one block a file.
// Runs in browsers and on servers; needs WebCrypto and nothing else of its host.

export type { AgreementFacts } from './agreement.ts'
export { deriveAgreement, endToEndId, revisionInLines } from './agreement.ts'
export { easterSunday, isTargetClosingDay, isTargetDay, nextTargetDay } from './business-days.ts'
export type { ClaimedPayload, ClaimPolicy, CommonClaims } from './claims.ts'
export { type DayNumber, dayNumberOf, dayOf } from './day-number.ts'
export type { Day } from './days.ts'
export {
  addDays,
  addMonthsAnchored,
  addWeeks,
  compareDays,
  dayInZone,
  daysBetween,
  instantInZone,
  isTimeZone,
  parseDay,
  startOfDayInZone,
  weekday,
} from './days.ts'
export type { JsonObject, MessageHeader } from './decode.ts'
export { MAX_MESSAGE_LENGTH, peekClaims } from './decode.ts'
export { decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from './encoding.ts'
export type { EnvelopeBounds } from './envelope.ts'
export {
  envelopeRows,
  envelopeWindows,
  isSoundEnvelope,
  MAX_MENU_ROWS,
  rowsForPrincipal,
} from './envelope.ts'
export type { EvidenceReport } from './evidence.ts'
export { verifyEvidence } from './evidence.ts'
export type {
  EvidenceBundle,
  EvidenceFault,
  EvidenceFaultCode,
  EvidenceFinding,
  EvidenceParty,
  EvidencePlace,
  EvidenceThread,
} from './evidence-bundle.ts'
export { EVIDENCE_FORMAT, evidencePlaceText } from './evidence-bundle.ts'
export type { ErasedThread } from './evidence-erasure.ts'
export { ERASURE_TYP, erasedChain } from './evidence-erasure.ts'
export type {
  AcceptMessage,
  AccountChangeMessage,
  AckMessage,
  Agreement,
  AmountPart,
  AssistanceMessage,
  CancelledMessage,
  CancelMessage,
  ChallengeMessage,
  ContestMessage,
  CounterMessage,
  CreditChoiceMessage,
  CreditMessage,
  Creditor,
  DeclineMessage,
  DisputeMessage,
  EnrolledMessage,
  EnrolMessage,
  Envelope,
  Hold,
  InstalmentLaw,
  LateTerms,
  Menu,
  MenuMessage,
  MenuRow,
  MetaMessage,
  NotedMessage,
  PaymentMessage,
  PlanStanding,
  PreferenceMessage,
  PriceLevel,
  ProfileMessage,
  QueryMessage,
  QuoteMessage,
  ReceiptMessage,
  RekeyMessage,
  ReminderMessage,
  RequestMessage,
  RevokeMessage,
  StatusMessage,
} from './generated/messages.ts'
export { sha256Base64Url, signingInputHash } from './hash.ts'
export type { HopRefusal, HopRefusalCode } from './hop/hop-profile.ts'
export { NONCE_MEMORY_SECONDS } from './hop/hop-profile.ts'
export { type HopSignature, signHop } from './hop/sign-hop.ts'
export type { HopRequest } from './hop/signature-base.ts'
export { type HopPolicy, type VerifiedHop, verifyHop } from './hop/verify-hop.ts'
export { isIssuer, isSha256Text, jwkThumbprintUri, newId } from './identifiers.ts'
export { FREE_OF_CHARGE, isLawfulPlan, type LawFacts } from './instalment-law.ts'
export type { JwkSet, KeyPolicy, KeyResolver, PublishedJwk } from './key-set.ts'
export { keyRecordOf } from './key-set.ts'
export type { Algorithm, CheckedJwk, KeyRecord, KeyRefusal, PublicJwk, SigningKey } from './keys.ts'
export {
  checkPublicJwk,
  exportPrivateJwk,
  generateSigningKey,
  importSigningKey,
  thumbprint,
} from './keys.ts'
export { looksLike } from './look-alike.ts'
export type { MenuRefusal } from './menu.ts'
export { choosePlan, menuOffers, planOf } from './menu.ts'
export type { MessageByKind, MessageKind, SchemaRefusal } from './messages.ts'
export {
  AGREEMENT_TYP,
  ANYONE,
  JOSE_JSON_MEDIA_TYPE,
  JOSE_MEDIA_TYPE,
  kindOf,
  parseAgreement,
  parsePayload,
  typOf,
} from './messages.ts'
export type { Amount, Currency, Money, MoneyRefusal } from './money.ts'
export {
  applyBps,
  divideHalfEven,
  formatAmount,
  formatDecimal,
  minorUnits,
  parseAmount,
  parseAmountOrZero,
  parseSignedAmount,
} from './money.ts'
export type { PlanInterval, PlanRhythm } from './plan-days.ts'
export { firstDayThat, lastPlanDay, PAY_DAY_GAP_DAYS, planDays } from './plan-days.ts'
export type {
  PlanLine,
  PlanParts,
  PlanRefusal,
  PlanShape,
  PlanTerms,
} from './plan-schedule.ts'
export { checkPlanTerms, planHash, planParts, planTotal, schedule } from './plan-schedule.ts'
export { refusalStatus } from './refusal-status.ts'
export type { Refusal, RefusalCode } from './refusals.ts'
export { REFUSAL_CODES } from './refusals.ts'
export type { RekeyFacts } from './rekey-proof.ts'
export { signRekeyProof, verifyRekeyProof } from './rekey-proof.ts'
export type { Result } from './result.ts'
export { err, ok } from './result.ts'
export type { GeneralJws, JwsSignature } from './sign.ts'
export { agreementSignature, assembleGeneralJws, signMessage } from './sign.ts'
export type { JsonLimits, JsonRefusal } from './strict-json.ts'
export { parseStrictJson } from './strict-json.ts'
export type { TextLimits, TextRefusal } from './text.ts'
export { checkText } from './text.ts'
export type { VerifiedMessage, VerifyOptions } from './verify.ts'
export { verifyMessage } from './verify.ts'
export type {
  SigningParty,
  VerifiedGeneralMessage,
  VerifyGeneralOptions,
} from './verify-general.ts'
export { verifyGeneralJws } from './verify-general.ts'
