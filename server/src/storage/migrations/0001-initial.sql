-- Money is numeric(20,0) minor units; instants are bigint epoch seconds; days are date.
-- Keys compare as bytes (collate "C"): the same order everywhere, and several times faster than
-- by the rules of a language.
-- Unique keys and indexes begin with what tells rows apart: a plan made while a table was small takes
-- any index whose first column fits, and would read all claims of a creditor for one number.
-- Every table leads with creditor_id, the key by which the data can be spread over machines.
-- A column said to be sealed holds ciphertext under the data key of a person (person_keys); what it is
-- searched by stands beside it as a keyed hash.

create table signing_keys (
  kid text collate "C" primary key,
  alg text collate "C" not null check (alg in ('ES256', 'Ed25519')),
  public_jwk jsonb not null,
  encrypted_private_jwk bytea not null,
  -- Published from created_at on; signs from signs_from on, until its successor does.
  created_at bigint not null,
  signs_from bigint not null,
  -- The key before it, empty for the first: each has one successor, whoever asks at the same time.
  replaces text collate "C" not null default '',
  retired_at bigint,
  revoked_at bigint,
  revoked_reason text,
  unique (alg, replaces)
);

create table creditors (
  creditor_id text collate "C" primary key,
  name text not null,
  iban text not null,
  bic text,
  -- The next account: announced to agents, named in requests from next_account_at on.
  next_iban text,
  next_bic text,
  next_account_on date,
  next_account_at bigint,
  -- Rises with every announcement.
  account_version int not null default 1,
  -- How references are made for requests that bring none.
  numbering text not null default 'SCOR',
  time_zone text not null,
  language text not null,
  contact jsonb not null default '{}',
  -- {approveUpTo, carryOverUpTo}: which refunds need nobody, and what moves to the next bill.
  credit_rules jsonb not null default '{}',
  -- {class of data: months}: where the creditor keeps less, or more, than its country's schedules say.
  retention jsonb not null default '{}',
  -- ISO 3166-1 alpha-2: whose law holds for debtors without a country of their own.
  country text not null check (country ~ '^[A-Z]{2}$'),
  -- The creditor's terms, which its debtors accepted, foresee the charges of the law.
  charges_agreed boolean not null default false,
  -- Its number in the public register of companies; some notices must name it.
  enterprise_number text,
  journey text not null,
  response_time_hours int not null check (response_time_hours between 1 and 720),
  created_at bigint not null,
  check ((next_iban is null) = (next_account_at is null))
);
create index creditors_next_account on creditors (next_account_at) where next_account_at is not null;

-- Every account that requests have named or will name: money on any of them is ours.
create table creditor_accounts (
  creditor_id text collate "C" not null references creditors,
  iban text collate "C" not null,
  announced_at bigint not null,
  primary key (creditor_id, iban)
);

create table api_keys (
  creditor_id text not null references creditors,
  key_hash bytea not null primary key,
  created_at bigint not null,
  revoked_at bigint
);

create table negotiation_policies (
  creditor_id text collate "C" not null references creditors,
  segment text collate "C" not null,
  version int not null,
  policy_hash text not null,
  terms jsonb not null,
  created_at bigint not null,
  primary key (creditor_id, segment, version)
);

-- Which journey the claims of a segment get, and who is compared with whom; without a row it is the
-- journey of the creditor.
create table journey_assignments (
  creditor_id text collate "C" not null references creditors,
  segment text collate "C" not null,
  champion text not null,
  challenger text,
  challenger_percent int not null check (challenger_percent between 0 and 100),
  hold_out_percent int not null check (hold_out_percent between 0 and 100),
  -- Since when champion and challenger are these: results count claims from then on.
  since bigint not null,
  updated_at bigint not null,
  primary key (creditor_id, segment),
  check (challenger_percent + hold_out_percent <= 100),
  check (challenger is not null or challenger_percent = 0)
);

create table debtors (
  creditor_id text collate "C" not null references creditors,
  debtor_id text collate "C" not null,
  -- Sealed, like name and contact; all three are null once the person was erased.
  external_id bytea,
  external_index text collate "C",
  name bytea,
  -- Keyed hashes of the words of the name and of their beginnings: payments are matched by them.
  name_index text[] not null default '{}',
  -- A consumer unless the creditor says otherwise: the stricter law.
  party text not null default 'b2c' check (party in ('b2c', 'b2b')),
  -- Null: the creditor's.
  country text check (country ~ '^[A-Z]{2}$'),
  language text,
  time_zone text,
  contact bytea,
  -- The members that contact has: email, phone, postalAddress.
  reached_by text[] not null default '{}',
  phone_index text collate "C",
  -- {channel, payDay, language}: names nobody.
  preferences jsonb not null default '{}',
  -- Channels on which nothing more is sent: the person said stop, or nobody is there.
  closed_channels text[] not null default '{}',
  created_at bigint not null,
  erased_at bigint,
  primary key (creditor_id, debtor_id),
  unique (external_index, creditor_id)
);
create index debtors_by_phone on debtors (phone_index) where phone_index is not null;

create table activation_codes (
  creditor_id text not null,
  code_hash bytea not null primary key,
  debtor_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  foreign key (creditor_id, debtor_id) references debtors
);

create table enrolments (
  creditor_id text collate "C" not null,
  enrolment_id text collate "C" not null,
  debtor_id text collate "C" not null,
  -- Enrolled with the link of this claim, so for this claim alone; null: for the debtor as a whole.
  only_claim_id text collate "C",
  agent_iss text collate "C" not null,
  sub text collate "C" not null,
  -- The thread of the enrolment: enrol, enrolled, and what either side says about it later.
  thr text collate "C" not null,
  last_seq int not null,
  last_hash text not null,
  inbox text,
  -- When the agent proved that the inbox is its own: only the challenge is pushed before.
  inbox_proven_at bigint,
  pull_token_hash bytea not null unique,
  pinned_iban text not null,
  -- The newest account of the creditor that this agent was told of.
  account_version int not null,
  created_at bigint not null,
  ended_at bigint,
  ended_by text check (ended_by in ('agent', 'creditor', 'replaced')),
  primary key (creditor_id, enrolment_id),
  unique (thr),
  unique (sub),
  foreign key (creditor_id, debtor_id) references debtors
);
create unique index enrolments_one_live on enrolments (creditor_id, debtor_id)
  where ended_at is null and only_claim_id is null;
create unique index enrolments_one_live_of_claim on enrolments (creditor_id, only_claim_id)
  where ended_at is null and only_claim_id is not null;
create index enrolments_by_debtor on enrolments (creditor_id, debtor_id);

-- The keys of an agent: the one that it enrolled with, and those that it named since.
create table enrolment_keys (
  creditor_id text collate "C" not null,
  enrolment_id text collate "C" not null,
  kid text collate "C" not null,
  public_jwk jsonb not null,
  -- Null for the first, which proved itself with the enrolment.
  not_before bigint,
  retired_at bigint,
  added_at bigint not null,
  primary key (creditor_id, enrolment_id, kid),
  foreign key (creditor_id, enrolment_id) references enrolments
);

create table claims (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  debtor_id text collate "C" not null,
  invoice_number text collate "C" not null,
  segment text not null,
  currency text collate "C" not null,
  principal numeric(20,0) not null check (principal > 0),
  -- The part of the principal that is interest and fees of late payment.
  charges numeric(20,0) not null default 0 check (charges >= 0 and charges < principal),
  -- Price of an agreed plan: fee above zero, rebate below.
  price numeric(20,0) not null default 0,
  paid numeric(20,0) not null default 0 check (paid >= 0),
  overpaid numeric(20,0) not null default 0 check (overpaid >= 0),
  -- The part of overpaid that goes back, or went to another claim. More than overpaid once the money
  -- behind it was taken back.
  given_back numeric(20,0) not null default 0 check (given_back >= 0),
  -- What the creditor forgave, as after a dispute or by a credit note; and what the debtor disputes now.
  credit numeric(20,0) not null default 0 check (credit >= 0),
  disputed numeric(20,0) not null default 0 check (disputed >= 0),
  -- What is still owed, as text: behind a policy an index serves a comparison only if it cannot tell of
  -- other rows, which PostgreSQL knows of text and not of numeric.
  owed text collate "C" not null generated always as ((principal + price - credit - paid)::text) stored,
  issue_date date not null,
  due_date date not null,
  reference_scheme text not null,
  reference text collate "C" not null,
  documents jsonb not null default '[]',
  -- What it is for, in the creditor's words; some notices must name it.
  subject text,
  claim_state text not null default 'open',
  conversation text not null,
  dunning text not null default 'idle',
  -- The journey that it was given when it was issued; null: nobody is written to.
  journey text,
  -- What it counts for where journeys are compared.
  arm text check (arm in ('champion', 'challenger', 'hold-out')),
  respond_by bigint not null,
  -- When the agent said first that the person has seen the request of this revision.
  presented_at bigint,
  -- Rises with every request over another amount or day; former menus bind no more.
  revision int not null default 1 check (revision >= 1),
  -- The thread that holds the conversation with the debtor's side: addressed, or the unaddressed one.
  thr text not null,
  -- Rises with every change of the claim: a decision taken on an older one is not written.
  version int not null default 0,
  created_at bigint not null,
  primary key (creditor_id, claim_id),
  unique (claim_id),
  unique (invoice_number, creditor_id),
  unique (reference, creditor_id),
  check (claim_state <> 'settled' or paid + credit = principal + price),
  foreign key (creditor_id, debtor_id) references debtors
);
create index claims_by_debtor on claims (debtor_id, creditor_id);
-- Money that belongs to customers: few claims, asked for before each reminder.
create index claims_with_credit on claims (debtor_id, creditor_id) where overpaid > given_back;
create index claims_compared on claims (creditor_id, segment, created_at) where arm is not null;
-- Nobody is written to about them, so no case brings up the agent that lets its time pass.
create index claims_held_out on claims (respond_by) where arm = 'hold-out' and claim_state = 'open'
  and conversation in ('sent', 'received', 'presented', 'negotiating');
-- Money without a reference is compared with what is owed.
create index claims_owed on claims (currency, owed, creditor_id)
  where claim_state in ('open', 'handed-over');

create table threads (
  creditor_id text collate "C" not null,
  thr text collate "C" not null primary key,
  claim_id text collate "C" not null,
  peer_role text not null check (peer_role in ('anyone', 'agent', 'bank')),
  peer_iss text not null,
  sub text not null,
  enrolment_id text,
  -- The conversation whose acknowledgements this thread holds; null for every other thread.
  acks_of text collate "C",
  last_seq int not null,
  last_hash text not null,
  -- jti of debtor-side answers that changed nothing twice are found in messages.
  counters int not null default 0,
  created_at bigint not null,
  -- When its person was erased: nothing is said in it any more, and its hashes stay as they were proven.
  erased_at bigint
);
create index threads_by_claim on threads (creditor_id, claim_id);

create table messages (
  creditor_id text collate "C" not null,
  thr text collate "C" not null,
  seq int not null,
  iss text collate "C" not null,
  jti text collate "C" not null,
  typ text not null,
  hash text not null,
  -- Sealed; null once its person was erased. The hash stays, and so does the chain.
  jws bytea,
  -- Sealed: the reply that a peer's message got, for the same answer again; null on our own messages.
  reply bytea,
  created_at bigint not null,
  primary key (creditor_id, thr, seq)
);
-- A peer's message has one effect. Ours need no such index: their ids are our own random bits.
create unique index messages_of_peers on messages (iss, jti) where reply is not null;
alter table messages alter column jws set storage external;
-- A request of two kilobytes stays in its row: one write instead of three.
alter table messages set (toast_tuple_target = 8160);

-- A second message by one sender under a place that it has taken: kept as proof, without effect.
create table equivocations (
  creditor_id text collate "C" not null,
  thr text collate "C" not null,
  seq int not null,
  iss text collate "C" not null,
  hash text collate "C" not null,
  -- Sealed; null once its person was erased.
  jws bytea,
  received_at bigint not null,
  primary key (creditor_id, thr, seq, hash)
);

-- Our messages on their way to an agent: pushed when it has an inbox, pulled otherwise.
create table agent_deliveries (
  creditor_id text not null,
  delivery_id bigint generated always as identity primary key,
  enrolment_id text collate "C" not null,
  -- Null for a message about the enrolment itself.
  claim_id text,
  thr text collate "C" not null,
  seq int not null,
  -- failed: the inbox turned the push away for good; the agent may still pull it.
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts int not null default 0,
  -- When a pull handed it out last: only such a message is acknowledged by a cursor.
  pulled_at bigint,
  delivered_at bigint,
  unique (thr, seq)
);
create index agent_deliveries_waiting on agent_deliveries (enrolment_id, delivery_id) where state <> 'delivered';

create table agreements (
  creditor_id text collate "C" not null,
  agreement_id text collate "C" not null,
  claim_id text collate "C" not null,
  accepted_by text not null check (accepted_by in ('agent', 'portal')),
  plan jsonb not null,
  total numeric(20,0) not null,
  bank_iss text,
  -- Sealed; null once its person was erased.
  jws bytea,
  agreed_at bigint not null,
  -- What follows when an instalment is late, as the request before it said: {graceDays, replans, …}.
  late_terms jsonb not null,
  -- {lines: {line: state}, focus}: what was told of its lines, each once, and which one reminders are about.
  told jsonb not null,
  -- {until, state, revision}: the one other plan that was offered after a missed instalment.
  replan jsonb,
  defaulted_at bigint,
  -- over: it ended unpaid and the journey of the claim goes on.
  stage text not null default 'active' check (stage in ('active', 'completed', 'over')),
  -- The part of its fee that is not owed because it was paid off early.
  remitted numeric(20,0) not null default 0 check (remitted >= 0),
  -- When another agreement took its place.
  replaced_at bigint,
  -- When its lines are looked at next; null once nothing can happen by itself.
  look_at bigint,
  primary key (creditor_id, agreement_id),
  unique (agreement_id)
);
create unique index agreements_in_force on agreements (creditor_id, claim_id) where replaced_at is null;
create index agreements_to_look_at on agreements (look_at) where look_at is not null;

-- What is due when: one line until an agreement replaces it by its own.
create table plan_lines (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  line int not null,
  due_date date not null,
  amount numeric(20,0) not null check (amount > 0),
  paid numeric(20,0) not null default 0 check (paid >= 0),
  -- The part of a credit that this line bears; the amount stays as it was agreed.
  credited numeric(20,0) not null default 0 check (credited >= 0),
  end_to_end_id text collate "C" not null,
  primary key (creditor_id, claim_id, line),
  unique (end_to_end_id, creditor_id),
  check (paid + credited <= amount)
);

-- One bank at a time may pay a line; the fencing number rises with each lease.
create table payment_leases (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  line int not null,
  bank_iss text not null,
  fencing bigint not null,
  locked_until bigint not null,
  state text not null check (state in ('leased', 'pending', 'settled', 'rejected')),
  primary key (creditor_id, claim_id, line)
);

create table events (
  creditor_id text collate "C" not null,
  event_id bigint generated always as identity,
  claim_id text collate "C" not null,
  type text not null,
  data jsonb not null,
  at bigint not null,
  -- Sealed: what somebody wrote, {note, reason}, which is read as a part of data; null once the person was erased.
  words bytea,
  primary key (creditor_id, event_id)
);
create index events_by_claim on events (creditor_id, claim_id, event_id);
-- Whether a person needs a calmer path is asked before each step, over all claims of the person.
create index events_of_life on events (claim_id, creditor_id)
  where type in ('hardship.told', 'assistance.requested', 'plan.defaulted', 'hold.set',
    'hold.released');
-- What figures count, which is little of a timeline: issuing writes nothing here.
create index events_counted on events (type, creditor_id, at) include (claim_id)
  where type in ('dispute.raised', 'dispute.upheld', 'assistance.requested', 'payment.announced',
    'payment.claimed', 'promise.made', 'date.wished', 'hardship.told',
    'payment-request.cancelled', 'payment-request.written-off', 'negotiation.countered',
    'negotiation.declined', 'negotiation.agreed', 'negotiation.timed-out',
    'negotiation.offered', 'reminder.deferred', 'reminder.skipped');

-- Work that a committed change asks for; relayed in batches to the job queue.
create table outbox (
  creditor_id text not null,
  outbox_id bigint generated always as identity primary key,
  queue text not null,
  payload jsonb not null
);

-- Claims that wait for a dunning step. Kept apart from claims so that a sweep reads only what is due.
create table dunning_cases (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  journey_id text not null,
  journey_version int not null,
  -- [{stepId, at}]: taken or left out, in order.
  steps_done jsonb not null default '[]',
  next_step text not null,
  next_action_at bigint not null,
  -- When what started the journey happened, and the day it is about: a promise, an instalment.
  trigger_at bigint not null,
  anchor_day date,
  -- {journeyId, journeyVersion, stepsDone}: the journey that goes on when this one has had its turn.
  resumes jsonb,
  -- Rises when a journey goes on some steps back: those are taken under new names.
  round int not null default 1,
  -- The step whose charges were added already.
  charged_step text,
  primary key (creditor_id, claim_id)
);
create index dunning_cases_due on dunning_cases (next_action_at);

-- Every version of a journey that this server has known: a running case keeps its own.
create table journey_versions (
  journey_id text collate "C" not null,
  version int not null,
  definition jsonb not null,
  primary key (journey_id, version)
);

-- Interest and fees that were added to a claim: one row a rule and period, whoever asks twice.
create table charges (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  rule text collate "C" not null,
  -- 'once', the id of a notice, or the days from..to of interest.
  period text collate "C" not null,
  -- Owed only while it is charged.
  amount numeric(20,0) not null check (amount >= 0),
  -- How it was computed, as a notice states it.
  formula text not null,
  state text not null check (state in ('charged', 'waived', 'reversed')),
  -- Why it is waived or reversed.
  reason text,
  changed_on date not null,
  primary key (creditor_id, claim_id, rule, period),
  check ((state = 'charged') = (reason is null))
);

-- Why the dunning clock of a claim stands still: one row a reason, taken up again by a later hold.
create table claim_holds (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  reason text collate "C" not null
    check (reason in ('dispute', 'assistance', 'negotiation', 'request-of-debtor', 'other',
      'already-paid', 'promise', 'hardship', 'moratorium', 'deceased', 'insolvency',
      'collection-failed')),
  -- Null: until it is released.
  until bigint,
  created_at bigint not null,
  released_at bigint,
  -- How it ended: 'released', 'withdrawn', 'rejected', or 'upheld' with the credit in minor units.
  released_as text,
  primary key (creditor_id, claim_id, reason)
);

-- Work for the creditor's own people: whatever no machine may settle. It is about a claim and its
-- debtor, or about money that nobody has placed yet.
create table tasks (
  creditor_id text collate "C" not null,
  task_id text collate "C" not null,
  claim_id text collate "C",
  debtor_id text collate "C",
  transaction_id text collate "C",
  -- A code, such as 'look-into-dispute'.
  kind text not null,
  -- What called for it: a step, an answer of the person, a provider; the same twice is one task.
  origin text collate "C" not null,
  -- Sealed: {channel, text, proposed, …}, what is needed to act; it may hold the person's words.
  details bytea,
  due_at bigint not null,
  state text not null default 'open' check (state in ('open', 'done', 'dismissed')),
  created_at bigint not null,
  ended_at bigint,
  -- Who ended it, as the desk knows its people.
  ended_by text,
  primary key (creditor_id, task_id),
  unique nulls not distinct (creditor_id, claim_id, kind, origin),
  check ((claim_id is null) = (debtor_id is null)),
  check ((claim_id is null) <> (transaction_id is null))
);
create index tasks_open on tasks (creditor_id, due_at) where state = 'open';
create index tasks_of_money on tasks (creditor_id, transaction_id)
  where transaction_id is not null and state = 'open';

-- What a person answered, whatever the channel: the same message twice has one effect. No words.
create table person_replies (
  creditor_id text collate "C" not null,
  claim_id text collate "C" not null,
  -- The message: its id at the channel, or that of the form.
  origin text collate "C" not null,
  channel text not null,
  -- What followed from it, such as 'record-promise'.
  action text not null,
  -- The day that it names.
  day date,
  at bigint not null,
  primary key (creditor_id, claim_id, origin)
);

-- Messages to people: written before the send, unique by step and channel.
create table human_messages (
  creditor_id text collate "C" not null,
  message_id text collate "C" not null,
  claim_id text collate "C" not null,
  debtor_id text collate "C" not null,
  step text collate "C" not null,
  channel text collate "C" not null,
  template text not null,
  -- Whose step it is; null for an answer to something that the person did.
  journey_id text,
  journey_version int,
  -- dropped: no longer right when it was about to leave. failed: it could not be delivered.
  state text not null default 'queued' check (state in ('queued', 'sent', 'failed', 'dropped')),
  created_at bigint not null,
  sent_at bigint,
  -- When a queued message is looked at again, should its job be gone.
  try_again_at bigint,
  -- One sender at a time, until then by the database's own clock: no business time.
  sending_until bigint,
  -- Written before its last byte may leave, with its carrier and what it says: {at, provider, mayRepeat,
  -- notice, told}. After that it is asked for again only where the carrier knows it by its key.
  leaving jsonb,
  -- Addresses the person for money; answers and messages to agents do not.
  is_contact boolean not null default true,
  -- Counts as a notice in law; what it stated is frozen when it leaves: {kind, day, total, parts, …}.
  is_notice boolean not null default false,
  notice jsonb,
  -- The message of another claim of the person that tells this one along.
  told_in text collate "C",
  -- Who carried it, and what that one tells of it.
  provider text,
  provider_id text collate "C",
  delivery text check (delivery in ('accepted', 'delivered', 'undelivered', 'returned', 'unknown')),
  -- Minor units and parts of them: providers charge fractions of a cent.
  cost numeric(26,6),
  cost_currency text,
  primary key (creditor_id, message_id),
  unique (creditor_id, claim_id, step, channel)
);
create index human_messages_told_in on human_messages (told_in) where told_in is not null;
create index human_messages_by_debtor on human_messages (creditor_id, debtor_id, created_at);
-- Answers and reports name a message alone.
create index human_messages_by_id on human_messages (message_id);
create index human_messages_by_provider on human_messages (provider_id)
  where provider_id is not null;
create index human_messages_sent on human_messages (sent_at, creditor_id) where sent_at is not null;
create index human_messages_queued on human_messages (created_at) where state = 'queued';

create table bank_statements (
  creditor_id text collate "C" not null,
  statement_key text collate "C" not null,
  account text collate "C" not null,
  kind text not null,
  -- What tells its place among the statements of the account: gaps and missing pages are found by it.
  statement_id text not null,
  last_day date,
  electronic_sequence text,
  legal_sequence text,
  page text,
  is_last_page boolean,
  imported_at bigint not null,
  primary key (creditor_id, statement_key)
);
create index bank_statements_by_day on bank_statements (creditor_id, account, last_day);

create table bank_transactions (
  creditor_id text collate "C" not null,
  transaction_id text collate "C" not null,
  account text collate "C" not null,
  -- Identity of the booking at the bank: the same booking in two files is one transaction.
  bank_key text collate "C" not null,
  currency text not null,
  amount numeric(20,0) not null,
  direction text not null check (direction in ('credit', 'debit')),
  booking_date date,
  value_date date,
  -- Sealed: names, account, texts. Under the key of the person whose claim alone it pays, else under that
  -- of the creditor; null once that person was erased.
  details bytea,
  format text,
  bank_reference_index text collate "C",
  end_to_end_index text collate "C",
  payer_index text collate "C",
  -- set-aside: a person said that it concerns no claim. returned: the bank took it back.
  state text not null
    check (state in ('matched', 'unmatched', 'reversal', 'refund', 'ignored', 'set-aside', 'returned')),
  reason text not null,
  -- Null when it pays for several; payments name them all.
  claim_id text,
  candidates jsonb not null default '[]',
  imported_at bigint not null,
  -- Rises with every change: a decision taken on an older one is not written.
  version int not null default 0,
  primary key (creditor_id, transaction_id),
  unique (creditor_id, account, bank_key)
);

create index bank_transactions_by_day
  on bank_transactions (creditor_id, account, booking_date);
create index bank_transactions_by_bank_reference
  on bank_transactions (creditor_id, bank_reference_index);
create index bank_transactions_by_end_to_end_id
  on bank_transactions (creditor_id, end_to_end_index);
create index bank_transactions_by_payer
  on bank_transactions (payer_index, creditor_id) where direction = 'credit';
create index bank_transactions_unmatched
  on bank_transactions (creditor_id, booking_date) where state = 'unmatched';

-- What was decided about a booking, by whom and why; entry 0 is the first decision.
create table bank_transaction_history (
  creditor_id text collate "C" not null,
  transaction_id text collate "C" not null,
  entry int not null,
  at bigint not null,
  state text not null,
  -- A member of staff or a bot of the creditor; null: the rules.
  decided_by text,
  -- The rule or reason as a code, and what a person wrote about it (sealed).
  reason text not null,
  note bytea,
  -- {shares: [{claimId, minor}], evidence: [code]}
  data jsonb not null default '{}',
  primary key (creditor_id, transaction_id, entry)
);

create table payments (
  creditor_id text collate "C" not null,
  payment_id text collate "C" not null,
  claim_id text collate "C" not null,
  transaction_id text collate "C" not null,
  amount numeric(20,0) not null,
  allocations jsonb not null,
  overpaid numeric(20,0) not null,
  received_on date not null,
  reversed_at bigint,
  created_at bigint not null,
  -- How it divides over {costs, interest, principal}, in minor units as text; null: all is principal.
  division jsonb,
  primary key (creditor_id, payment_id)
);
-- Money of one booking pays a claim once at a time; a collective payment pays several.
create unique index payments_standing on payments (transaction_id, claim_id, creditor_id)
  where reversed_at is null;
create index payments_taken_back on payments (transaction_id, creditor_id)
  where reversed_at is not null;
create index payments_by_claim on payments (creditor_id, claim_id);
create index payments_by_day on payments (received_on, creditor_id);

-- Credit notes take back a part of a bill; the creditor's own number makes one a credit note once.
create table credit_notes (
  creditor_id text collate "C" not null,
  credit_note_id text collate "C" not null,
  claim_id text collate "C" not null,
  number text collate "C" not null,
  currency text collate "C" not null,
  amount numeric(20,0) not null check (amount > 0),
  -- The part of it that was paid already: it is owed to the customer.
  freed numeric(20,0) not null check (freed >= 0 and freed <= amount),
  -- Sealed: {reason, document}; null once the person was erased.
  words bytea,
  created_at bigint not null,
  primary key (creditor_id, credit_note_id),
  unique (number, creditor_id)
);
create index credit_notes_by_claim on credit_notes (claim_id, creditor_id);

-- What a customer is asked about money that is owed to it. One is open a claim; a new amount is a new one.
create table credit_offers (
  creditor_id text collate "C" not null,
  credit_id text collate "C" not null,
  claim_id text collate "C" not null,
  debtor_id text collate "C" not null,
  currency text collate "C" not null,
  amount numeric(20,0) not null check (amount > 0),
  choices text[] not null,
  -- What happens without an answer, and when; null: a person finds out.
  default_choice text,
  default_at bigint not null,
  -- waiting: for the next bill, and may still be asked for.
  state text not null check (state in ('open', 'waiting', 'chosen', 'withdrawn')),
  choice text,
  chosen_by text,
  created_at bigint not null,
  ended_at bigint,
  primary key (creditor_id, credit_id)
);
create unique index credit_offers_one_open on credit_offers (claim_id, creditor_id)
  where state in ('open', 'waiting');
create index credit_offers_waiting on credit_offers (debtor_id, creditor_id) where state = 'waiting';

-- Files of credit transfers for the creditor's bank, kept as they were made.
create table refund_exports (
  creditor_id text collate "C" not null,
  export_id text collate "C" not null,
  message_id text collate "C" not null,
  currency text collate "C" not null,
  number_of_transactions int not null check (number_of_transactions > 0),
  control_sum numeric(20,0) not null check (control_sum > 0),
  execution_date date not null,
  -- Sealed under a key of its own: names and accounts. Null once somebody in it was erased.
  file bytea,
  created_by text not null,
  created_at bigint not null,
  primary key (creditor_id, export_id),
  unique (message_id)
);

-- Money that goes back to a customer. It is in one file at most, and is seen leaving once.
create table refunds (
  creditor_id text collate "C" not null,
  refund_id text collate "C" not null,
  claim_id text collate "C" not null,
  debtor_id text collate "C" not null,
  credit_id text collate "C" not null,
  currency text collate "C" not null,
  amount numeric(20,0) not null check (amount > 0),
  target text not null check (target in ('origin', 'other')),
  -- Sealed: {holder, iban, hint}; null once the person was erased.
  account bytea,
  state text not null
    check (state in ('chosen', 'approved', 'exported', 'paid', 'refused', 'withdrawn', 'returned')),
  -- Why a person has to approve it.
  cautions text[] not null default '{}',
  chosen_by text not null,
  approved_by text,
  end_to_end_id text collate "C" not null,
  export_id text collate "C",
  exported_at bigint,
  paid_transaction_id text collate "C",
  returned_transaction_id text collate "C",
  created_at bigint not null,
  ended_at bigint,
  primary key (creditor_id, refund_id),
  unique (credit_id, creditor_id),
  unique (end_to_end_id, creditor_id),
  unique (paid_transaction_id, creditor_id),
  unique (returned_transaction_id, creditor_id),
  check ((state in ('exported', 'paid', 'returned')) <= (export_id is not null)),
  foreign key (creditor_id, export_id) references refund_exports
);
create index refunds_by_claim on refunds (claim_id, creditor_id);
-- Not ordered yet: until then the money is the customer's and covers what the customer owes.
create index refunds_under_way on refunds (debtor_id, creditor_id)
  where state in ('chosen', 'approved');

-- Credit of one claim that paid another.
create table set_offs (
  creditor_id text collate "C" not null,
  set_off_id text collate "C" not null,
  credit_id text collate "C" not null,
  from_claim_id text collate "C" not null,
  to_claim_id text collate "C" not null,
  amount numeric(20,0) not null check (amount > 0),
  created_at bigint not null,
  primary key (creditor_id, set_off_id)
);
create index set_offs_by_claim on set_offs (from_claim_id, creditor_id);

create table webhook_endpoints (
  creditor_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  url text not null,
  encrypted_secret bytea not null,
  events text[],
  created_at bigint not null,
  removed_at bigint,
  primary key (creditor_id, endpoint_id)
);

create table webhook_deliveries (
  creditor_id text collate "C" not null,
  delivery_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id bigint not null,
  event_type text not null,
  state text not null check (state in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  last_status int,
  created_at bigint not null,
  primary key (creditor_id, delivery_id),
  unique (creditor_id, event_id, endpoint_id)
);

create table idempotency_keys (
  creditor_id text collate "C" not null,
  operation text collate "C" not null,
  key text collate "C" not null,
  request_hash bytea not null,
  status int not null,
  -- Sealed.
  reply bytea not null,
  -- Set when the reply holds a signed message, which is stored in messages alone.
  reply_thr text,
  created_at bigint not null,
  primary key (creditor_id, operation, key)
);
create index idempotency_keys_by_age on idempotency_keys using brin (created_at);

-- Keys of peers with an address, as they were when a message of theirs was taken: for the evidence.
create table peer_keys (
  creditor_id text collate "C" not null,
  iss text collate "C" not null,
  kid text collate "C" not null,
  jwk jsonb not null,
  first_seen bigint not null,
  primary key (creditor_id, iss, kid)
);

-- Nonces of signed hops, kept as long as a repetition could pass for fresh.
create table hop_nonces (
  kid text collate "C" not null,
  nonce text collate "C" not null,
  forget_at bigint not null,
  primary key (kid, nonce)
);
create index hop_nonces_old on hop_nonces (forget_at);

-- When the bills of a creditor are looked at next, to see whether they teach anything new; a row from the
-- first day on.
create table learning_turns (
  creditor_id text collate "C" primary key references creditors,
  look_at bigint not null default 0
);
create index learning_turns_due on learning_turns (look_at);

-- Models that were trained on a creditor's own bills. The same bills, prior and seed give the same bytes.
create table learning_models (
  creditor_id text collate "C" not null references creditors,
  version int not null,
  prior_version int not null,
  seed bigint not null,
  -- When the first and the last of the bills were issued, and the first day of which nothing was known.
  first_issued date not null,
  last_issued date not null,
  until date not null,
  bills int not null,
  settled_bills int not null,
  customers int not null,
  -- JSON as it was hashed: jsonb would keep neither order nor digits.
  model text not null,
  hash text not null,
  created_at bigint not null,
  primary key (creditor_id, version)
);

-- Every fact that was learnt about a customer, once: it is named after what it says and stands on. What is
-- still right is learnt anew whenever somebody asks.
create table learnt_facts (
  creditor_id text collate "C" not null,
  fact_id text collate "C" not null,
  debtor_id text collate "C" not null,
  kind text not null,
  -- The claim or channel that it is about; null: the customer.
  about text,
  -- 0: the prior alone.
  model_version int not null,
  -- {value, confidence, basis, sentence}
  fact jsonb not null,
  learnt_at bigint not null,
  primary key (creditor_id, fact_id),
  foreign key (creditor_id, debtor_id) references debtors
);
create index learnt_facts_by_debtor on learnt_facts (debtor_id, creditor_id);

-- What a customer says is not right: a kind of fact, or that a step was taken. While it is open, and once it
-- is upheld, facts of the kind are not used for the customer.
create table profile_contests (
  creditor_id text collate "C" not null,
  contest_id text collate "C" not null,
  debtor_id text collate "C" not null,
  -- The claim by whose page or conversation it came.
  claim_id text collate "C" not null,
  -- A kind of fact, or 'step'.
  kind text not null,
  -- The fact, or the step of the claim.
  subject text collate "C" not null,
  channel text not null,
  state text not null default 'open' check (state in ('open', 'upheld', 'rejected')),
  contested_at bigint not null,
  decided_at bigint,
  decided_by text,
  primary key (creditor_id, contest_id),
  foreign key (creditor_id, debtor_id) references debtors
);
create index profile_contests_by_debtor on profile_contests (debtor_id, creditor_id);
-- The same thing is contested once until somebody has decided: a kind of fact, or a step of a claim.
create unique index profile_contests_open on profile_contests (debtor_id, creditor_id, kind,
  (case when kind = 'step' then claim_id || ' ' || subject else '' end)) where state = 'open';
-- Who has the next action chosen by its worth; a creditor without a row keeps to its journeys.
create table action_policies (
  creditor_id text collate "C" not null,
  mode text not null check (mode in ('journey', 'best-action')),
  since bigint not null,
  primary key (creditor_id)
);

-- Every choice of an action where the journey left one, with the probability that it was made with.
create table action_choices (
  creditor_id text collate "C" not null,
  choice_id text collate "C" not null,
  claim_id text collate "C" not null,
  debtor_id text collate "C" not null,
  step text collate "C" not null,
  segment text collate "C" not null,
  arm text collate "C" not null,
  chosen_at bigint not null,
  -- When what was chosen is done, or the wait is over.
  planned_at bigint not null,
  judge_at bigint not null,
  owed numeric(20,0) not null,
  -- All that it rested on: {chosen, weighed, standing, reasons, …}; no name and no address.
  choice jsonb not null,
  -- {gained, recovered, messages, cost, annoyance, reward} once it is known.
  outcome jsonb,
  primary key (creditor_id, choice_id)
);
create index action_choices_by_claim on action_choices (creditor_id, claim_id);
create index action_choices_judged on action_choices (creditor_id, chosen_at) where outcome is not null;
create index action_choices_unjudged on action_choices (judge_at) where outcome is null;

create table experiments (
  creditor_id text collate "C" not null,
  experiment_id text collate "C" not null,
  name text not null,
  challenger_percent int not null,
  hold_out_percent int not null,
  follow_days int not null,
  started_at bigint not null,
  look_at bigint,
  ended_at bigint,
  -- Why it ended: by a person, or what a look found.
  ended_because text check (ended_because in ('stopped', 'guard-rail', 'worse')),
  primary key (creditor_id, experiment_id),
  check ((ended_at is null) = (ended_because is null)),
  check ((ended_at is null) = (look_at is not null))
);
-- One at a time, so that no person is in two.
create unique index experiments_running on experiments (creditor_id) where ended_at is null;
create index experiments_to_look_at on experiments (look_at) where look_at is not null;

create table experiment_members (
  creditor_id text collate "C" not null,
  experiment_id text collate "C" not null,
  debtor_id text collate "C" not null,
  stratum text collate "C" not null,
  arm text not null check (arm in ('champion', 'challenger', 'hold-out')),
  -- The bill with which the person came in, and what was owed on it then.
  claim_id text collate "C" not null,
  owed numeric(20,0) not null,
  entered_at bigint not null,
  primary key (creditor_id, experiment_id, debtor_id)
);
create index experiment_members_by_debtor on experiment_members (creditor_id, debtor_id);
-- Data keys, wrapped by the master key that wrapped_by names: one a person, one a file of refunds, and one
-- of the creditor (person_id is empty) for money of nobody known. Without its key nothing that was
-- sealed with it can be read, wherever a copy of it is.
create table person_keys (
  creditor_id text collate "C" not null,
  person_id text collate "C" not null,
  -- Null once it was destroyed.
  wrapped bytea,
  wrapped_by text collate "C" not null,
  created_at bigint not null,
  destroyed_at bigint,
  primary key (creditor_id, person_id),
  check ((wrapped is null) = (destroyed_at is not null))
);
create index person_keys_by_wrap on person_keys (wrapped_by) where wrapped is not null;

-- Secrets of the server that outlive its master key: the key of blind indexes, and that of portal links.
create table server_secrets (
  name text collate "C" primary key,
  sealed bytea not null
);

-- Who was erased, and the signed document that proves it. Names nobody: ids are our own random bits.
create table erasures (
  creditor_id text collate "C" not null,
  debtor_id text collate "C" not null,
  erased_at bigint not null,
  -- Compact JWS: what went, what stays and by which law, and the heads of the threads.
  proof text not null,
  primary key (creditor_id, debtor_id)
);

-- To what a person said yes: to which text, where, and until when. A purpose has one consent that stands.
create table consents (
  creditor_id text collate "C" not null,
  consent_id text collate "C" not null,
  debtor_id text collate "C" not null,
  purpose text collate "C" not null
    check (purpose in ('pay-day', 'contact-by-email', 'contact-by-sms', 'contact-by-phone')),
  -- Which text the person had before them.
  text_version text not null,
  -- Where it was given: 'agent', 'portal', 'email', 'sms', 'phone', 'letter', or 'creditor' for one that the
  -- creditor holds itself.
  channel text not null,
  given_at bigint not null,
  expires_at bigint,
  ended_at bigint,
  -- withdrawn, expired, or replaced by another one.
  ended_as text check (ended_as in ('withdrawn', 'expired', 'replaced')),
  primary key (creditor_id, consent_id),
  foreign key (creditor_id, debtor_id) references debtors,
  check ((ended_at is null) = (ended_as is null))
);
create unique index consents_standing on consents (debtor_id, purpose, creditor_id)
  where ended_at is null;
create index consents_to_end on consents (expires_at) where ended_at is null and expires_at is not null;

-- What the daily run of the retention schedules did.
create table retention_runs (
  creditor_id text collate "C" not null references creditors,
  ran_at bigint not null,
  -- {class: rows}
  done jsonb not null,
  primary key (creditor_id, ran_at)
);
