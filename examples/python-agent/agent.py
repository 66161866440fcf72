#!/usr/bin/env python3
"""A Parley agent on Python's standard library alone. One run is one turn: enrol, pull, verify, decide, answer.

Policy: the person is asked about a bill above `askAbove`, past `perCreditorMonth`, in another currency, or odd;
else it is paid at once on the last day on offer without a fee, and declined where it cannot be. See README.md.
"""
import functools, json, os, re, secrets, unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo
from wire import (SCHEMAS, Refusal, b64, call, check_signature, compact, decode, fault, new_key, read_header, require, sha, sign,
                  strict_json, thumbprint, unb64)

SERVER, NOW, ORDER = os.environ['CONF_SERVER_URL'], int(os.environ['CONF_NOW']), json.loads(os.environ['CONF_CONTEXT'])
CURRENCY, POLICY = 'EUR', {'askAbove': '500.00', 'perCreditorMonth': '2000.00'} | ORDER.get('policy', {})
STATE = Path(ORDER['stateFolder']) / 'agent.json'
TAKEN, OFFERS, NEWS = range(200, 300), ('request', 'menu', 'reminder'), ('status', 'receipt', 'credit', 'cancel', 'account-change', 'revoke')

def log(event, **facts): print(json.dumps({'event': event, **facts}), flush=True)
def pick(value, *names): return {name: value[name] for name in names if name in value}

# --- messages: the cheap before the costly (signatures.md, 2) ---
def verify(jws, kind, late):
    header, claims, signature, signed = decode(jws)
    require((header['typ'] == f'parley-{kind}+jwt', 'typ'), (claims.get('ver') == '1.0', 'ver'),
            (claims.get('iss') == SERVER, 'iss'), (claims.get('aud') == state['name'], 'aud'))
    require((re.fullmatch('[A-Za-z0-9_-]{43}', header['kid']), 'kid'))
    jwk = check_signature(discover()['jwks']['keys'], header, signed, signature)
    for name, form in SCHEMAS['CommonClaims']['properties'].items():
        require((name in claims and fault(claims[name], form) is None, name))
    iat, exp, nbf = claims['iat'], claims['exp'], claims.get('nbf', 0)
    require((iat <= NOW + 60, 'iat'), (0 < exp - iat <= 400 * 86400, 'lifetime'), ((claims['prev'] is None) == (claims['seq'] == 0), 'prev'), (late or exp > NOW, 'expired'),
            (type(nbf) is int and nbf <= NOW + 60, 'nbf'), (jwk.get('nbf', 0) <= iat, 'key-not-yet-valid'),
            (iat < jwk.get('exp', 1e12), 'key-retired'), (iat < jwk.get('revoked', {}).get('at', 1e12), 'key-revoked'),
            (fault(claims, SCHEMAS[kind.title().replace('-', '') + 'Message']) is None, 'schema'))
    return claims, sha(signed)

@functools.cache
def discover():
    """The creditor's own document, read once a turn: nothing in a message makes this agent fetch anything."""
    try:
        status, form, data, _ = call(SERVER, f'{SERVER}/.well-known/parley', cap=65536)
        require(((status, form) == (200, 'application/json'), ''))
        return strict_json(data)
    except Refusal:
        raise Refusal('key-unavailable')

# --- bills and agreements (money-and-dates.md, negotiation.md 3 and 5, protocol.md 7) ---
def check(bill, menu):
    """Refuses `content-invalid` for what the schema lets through and nobody could decide upon."""
    is_97 = lambda text: int(''.join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1
    rows, (value, currency), name, remittance = menu['rows'], bill['amount'].values(), bill['creditor']['name'], bill['remittance']
    try:
        spans = [[*map(date.fromisoformat, (row['firstDueFrom'], row['firstDueTo']))] for row in rows]
        ZoneInfo(bill['timeZone']), date.fromisoformat(bill['dueDate'])
    except (ValueError, LookupError):
        raise Refusal('content-invalid')
    if 'envelope' in menu: check_envelope(bill, menu, menu['envelope'])
    require((all(start <= end for start, end in spans) and len({row['rowId'] for row in rows}) == len(rows)
             and all((row['interval'] is None) == (row['instalments'] == 1) for row in rows)
             and is_97(bill['creditor']['account']['iban']) and not re.fullmatch('[0.]+', value)
             and (remittance['scheme'] != 'SCOR' or is_97(remittance['reference']))
             and not any(unicodedata.category(letter) in ('Cc', 'Cf', 'Zl', 'Zp') for letter in name)
             and (currency != CURRENCY or re.fullmatch(r'\d+\.\d\d', value)), 'content-invalid'))
def check_envelope(bill, menu, envelope):
    """NEG-16: what the creditor publishes of its policy has to be one."""
    tiers, prices = envelope['tiers'], [price['priceBps'] for price in envelope['prices']]
    shapes = (1 + (envelope['maxInstalments'] - 1) * len(envelope['intervals']) * (1 + len(envelope.get('downPaymentsBps', [])))) * len(prices)
    try: days = [date.fromisoformat(envelope[name]) for name in ('countedFrom', 'firstDueFrom', 'firstDueTo', 'lastDueTo')]
    except ValueError: raise Refusal('content-invalid')
    require((days[1] <= days[2] and envelope['minInstalment']['currency'] == bill['amount']['currency'] and len({*prices}) == len(prices)
             and tiers[-1] == 0 and all(a > b for a, b in zip(tiers, tiers[1:])) and shapes <= 1000
             and menu['tier'] < len(tiers) and menu['final'] == (menu['tier'] == len(tiers) - 1), 'content-invalid'))

def doubt(bill):
    """Why the person has to look first, or None. No text decides anything here (TXT-04)."""
    marks = lambda one: {one['requestId'], one['remittance']['reference'], *(file['sha256'] for file in one.get('documents', []))}
    others = [one for one in state['threads'].values() if one['bill'] and one['bill']['thr'] != bill['thr']]
    agreed = sum(Decimal(one['bill']['amount']['value']) for one in others if 'expected' in one)
    amount, letters = Decimal(bill['amount']['value']), filter(str.isalpha, bill['creditor']['name'])
    found = {'look-alike': len({unicodedata.name(letter, '?').split()[0] for letter in letters}) > 1,
             'account-change': state['announced'], 'possible-duplicate': any(marks(bill) & marks(one['bill']) for one in others),
             'currency': bill['amount']['currency'] != CURRENCY, 'amount': amount > Decimal(POLICY['askAbove']),
             'creditor-limit': agreed + amount > Decimal(POLICY['perCreditorMonth'])}
    return next((code for code, holds in found.items() if holds), None)

def derive(bill, row, claims):
    """The agreement's bytes and the hash of its plan, one payment (AGR-01 to AGR-03, NEG-13, NEG-15)."""
    cents = int(Decimal(bill['amount']['value']) * 100)
    total = cents + int((Decimal(cents) * row['priceBps'] / 10000).to_integral_value())
    principal, amount = ({'value': f'{one // 100}.{one % 100:02}', 'currency': CURRENCY} for one in (cents, total))
    plan_hash = sha(f"parley-plan-1\n{CURRENCY}\n1|{row['firstDueTo']}|{amount['value']}\n")
    stem = [bill['requestId'].split('_')[-1], *([f"R{bill['revision']}"] if 'replan' in bill else []), '1']
    line = {'line': 1, 'dueDate': row['firstDueTo'], 'amount': amount, 'endToEndId': '-'.join(stem)}
    account = pick(bill['creditor']['account'], 'iban', 'bic')
    return {'ver': '1.0', 'agreementId': sha('\n'.join(['parley-agreement-1', claims['prev'], claims['jti'], plan_hash])),
            **pick(bill, 'iss', 'aud', 'sub', 'thr'), 'iat': claims['iat'], 'offer': claims['prev'],
            'answer': claims['jti'], 'requestId': bill['requestId'], 'creditor': pick(bill['creditor'], 'id', 'name') | {'account': account},
            'remittance': pick(bill['remittance'], 'scheme', 'reference'), 'principal': principal, 'total': amount,
            'plan': pick(row, 'instalments', 'interval', 'priceBps') | {'firstDueDate': row['firstDueTo']},
            'planHash': plan_hash, 'lines': [line]}

def decide(thread):
    bill, menu, why = thread['bill'], thread['menu'], doubt(thread['bill'])
    if sum(one['own'] for one in thread['messages']) >= 6: why = 'answers'
    if why: return log('held', requestId=bill['requestId'], code=why)
    today = str(datetime.fromtimestamp(NOW, ZoneInfo(bill['timeZone'])).date())
    rows = [row for row in menu['rows'] if row['instalments'] == 1 and row['priceBps'] <= 0 and row['firstDueTo'] >= today]
    said = pick(bill, 'requestId') | pick(menu, 'menuId')
    if not rows: return say(thread, 'decline', said | {'nothingAcceptable': menu['final']})
    row = max(rows, key=lambda row: row['firstDueTo'])
    say(thread, 'accept', said | pick(row, 'rowId') | {'firstDueDate': row['firstDueTo']}, row)

def say(thread, kind, body, row=None):
    """Signs and keeps the next message of a thread; `deliver` sends these very bytes until they are answered."""
    claims = {'ver': '1.0', 'iss': state['name'], 'aud': SERVER, 'sub': state['sub'], 'jti': b64(secrets.token_bytes(16)),
              'iat': NOW, 'exp': NOW + 900, 'thr': thread['thr'], 'seq': len(thread['messages']),
              'prev': thread['messages'][-1]['hash'] if thread['messages'] else None}
    signed = lambda kind, value: sign(kind, compact(value), state['private'], state['jwk'])
    if row:
        agreement = derive(thread['bill'], row, claims)
        protected, payload, signature = signed('agreement', agreement)
        thread['expected'] = {'payload': payload, 'own': {'protected': protected, 'signature': signature}}
        body |= {'planHash': agreement['planHash'], 'agreementSignature': thread['expected']['own']}
    keep(thread, claims, '.'.join(signed(kind, claims | body)), own=True)

# --- threads: every message has its place, the same again has no effect (protocol.md, 3) ---
def new_thread(thr): return {'thr': thr, 'messages': [], 'open': False, 'proof': [], 'bill': None, 'agreement': None, 'paid': False}
def keep(thread, claims, jws, own):
    """Puts a message into its place; of a creditor's, whether it was new. A refusal changes nothing."""
    known, seq, name = thread['messages'], claims['seq'], sha(jws.rsplit('.', 1)[0])
    if any(one['hash'] == name for one in known): return False
    twins = [one['jws'] for at, one in enumerate(known) if not one['own'] and (at == seq or one['jti'] == claims['jti'])]
    thread['proof'] += [*twins, jws] if twins else []
    require((not thread['proof'], 'equivocation'), (seq <= len(known), 'sequence'),
            (seq >= len(known) - thread['open'], 'sequence-stale'),
            (claims['prev'] == (known[seq - 1]['hash'] if 0 < seq <= len(known) else None), 'prev'))
    known[seq:], thread['open'] = [{'own': own, 'jti': claims['jti'], 'hash': name, 'jws': jws}], own
    return True

def take(jws):
    """One message of the creditor: verified, placed, kept, decided upon."""
    kind = decode(jws)[0]['typ'][7:-4]
    require((kind in OFFERS + NEWS, 'typ'))
    claims, name = verify(jws, kind, late=kind in NEWS)
    thread = state['threads'].get(claims['thr']) or new_thread(claims['thr'])
    bill = claims if kind == 'request' else thread['bill']
    require((claims['sub'] == state['sub'], 'enrolment-unknown'), (not state['ended'], 'enrolment-ended'),
            (bill or kind in ('account-change', 'revoke') and thread['messages'], 'sequence'))
    if 'menu' in claims: check(bill, claims['menu'])
    is_taken = claims['seq'] < len(thread['messages'])
    if kind == 'request' and all(one['hash'] != name for one in thread['messages']):
        require((claims['creditor']['id'] == state['creditor']['id'], 'account'),
                (claims['creditor']['account']['iban'] == state['creditor']['account']['iban'], 'account'),
                (is_taken or not thread['agreement'] or 'replan' in claims, 'agreement-exists'),
                (is_taken or claims['revision'] > (thread['bill'] or {'revision': 0})['revision'], 'revision-superseded'))
    if not keep(thread, claims, jws, own=False): return
    state['threads'][claims['thr']] = thread | {'bill': bill, 'menu': claims.get('menu', thread.get('menu'))}
    react(state['threads'][claims['thr']], kind, claims, name)
def react(thread, kind, claims, name):
    if kind in ('status', 'receipt'): thread['paid'] = Decimal(claims['outstanding']['value']) == 0
    if kind == 'reminder' and thread['paid']:
        said = {'disputed': claims['total'], 'reason': {'code': 'PAID'}}
        say(thread, 'dispute', pick(claims, 'requestId') | said)
    elif kind == 'request' or 'menu' in claims and not thread['agreement'] and not thread['paid']: decide(thread)
    elif kind == 'cancel': say(thread, 'cancelled', pick(claims, 'requestId') | {'status': 'CNCL'})
    elif kind in ('account-change', 'revoke'):
        state['announced' if kind == 'account-change' else 'ended'] = True
        say(thread, 'noted', {'ref': name})
def conclude(thread, text):
    """Keeps what came, and agrees if it is what was signed, byte for byte, with both signatures (AGR-05)."""
    thread['evidence'], general, expected = text.decode(errors='replace'), strict_json(text), thread['expected']
    theirs = [part for part in general['signatures'] if part != expected['own']]
    require((len(theirs) == 1 and len(general['signatures']) == 2, 'signatures'))
    header = read_header(unb64(theirs[0]['protected']))
    require((header['typ'] == 'parley-agreement+jwt', 'typ'), (general['payload'] == expected['payload'], 'agreement-mismatch'))
    signed = f"{theirs[0]['protected']}.{general['payload']}"
    check_signature(discover()['jwks']['keys'], header, signed, unb64(theirs[0]['signature']))
    thread |= {'open': False, 'agreement': thread['evidence']}
    log('agreed', requestId=thread['bill']['requestId'])
def deliver(thread):
    status, form, data, pause = call(SERVER, state['post'], thread['messages'][-1]['jws'])
    may_come = status >= 500 or status in (408, 425, 429)
    if may_come: state['pausedUntil'] = NOW + (int(pause) if pause.isdigit() else 0)
    if status in TAKEN and form == 'application/jose': take(data.decode(errors='replace'))
    elif status in TAKEN and form == 'application/jose+json': conclude(thread, data)
    elif status in TAKEN and not data: thread['open'] = False
    elif status >= 400 and not may_come and form == 'application/problem+json':
        code = strict_json(data)['code']
        log('peer-refused', code=code)
        if code not in ('sequence', 'sequence-stale', 'prev', 'revision-superseded'):
            thread['open'] = thread['messages'].pop() is None
    else: raise Refusal('unreachable')

# --- one turn ---
def enrol():
    """Makes the key and keeps the first message; sending it again gets the same answer (THR-03)."""
    private, *point = new_key()
    jwk = {'crv': 'P-256', 'kty': 'EC'} | dict(zip('xy', map(b64, point)))
    name, thread = 'urn:ietf:params:oauth:jwk-thumbprint:sha-256:' + thumbprint(jwk), new_thread(b64(secrets.token_bytes(16)))
    state.update(private=private, jwk=jwk, name=name, sub=name, threads={thread['thr']: thread})
    state.update(announced=False, ended=False, after=None, pausedUntil=0, creditor=None)
    say(thread, 'enrol', {'activationCode': ORDER['activationCode'], 'jwk': jwk})
def finish(thread):
    status, form, data, _ = call(SERVER, discover()['endpoints']['enrol'], thread['messages'][0]['jws'])
    require((status in TAKEN and form == 'application/jose', 'unreachable'))
    claims, _ = verify(data.decode(errors='replace'), 'enrolled', late=True)
    require((claims['thr'] == thread['thr'] and claims['seq'] == 1, 'sequence'))
    require(*((claims[at].startswith(f'{SERVER}/'), 'address') for at in ('pull', 'messages')))
    keep(thread, claims, data.decode(), own=False)
    state.update(sub=claims['sub'], creditor=claims['creditor'], pull=claims['pull'], post=claims['messages'])
    log('enrolled', creditor=claims['creditor']['id'])
def pull():
    """Takes in one page and tells whether there may be more; what time may heal stays in the inbox."""
    status, form, data, _ = call(SERVER, state['pull'] + (f"?after={state['after']}" if state['after'] else ''))
    require(((status, form) == (200, 'application/json'), 'unreachable'))
    page, stays = strict_json(data)['messages'], False
    for entry in page:
        try: take(entry['jws'])
        except Refusal as refusal:
            log('refused', code=str(refusal), message=sha(entry['jws']))
            stays = stays or str(refusal) in ('key-unavailable', 'iat')
        state['after'] = state['after'] if stays else entry['cursor']
        save()
    return bool(page) and not stays
def save():
    STATE.with_suffix('.new').write_text(json.dumps(state))
    os.replace(STATE.with_suffix('.new'), STATE)
def turn():
    first, sent = next(iter(state['threads'].values())), set()
    if not state['creditor']: finish(first)
    if ORDER.get('revoke') and not state['ended']: state['ended'] = say(first, 'revoke', {}) is None
    while NOW >= state['pausedUntil']:
        while pull(): pass
        waiting = [one for one in state['threads'].values() if one['open'] and not one['proof'] and one['messages'][-1]['hash'] not in sent]
        if not waiting: return
        save()
        for thread in waiting:
            sent.add(thread['messages'][-1]['hash'])
            try: deliver(thread)
            except Refusal as refusal: log('refused', code=str(refusal), thread=thread['thr'])

state = json.loads(STATE.read_text()) if STATE.exists() else {}
try:
    if not state: enrol()
    turn()
except Refusal as refusal: log('refused', code=str(refusal))
finally: save()
