"""What is on the wire, in pure Python: strict JSON, schemas, compact JWS with ES256, the check of Ed25519.

P-256 (FIPS 186-5) and edwards25519 (RFC 8032) are in affine coordinates: some 20 ms a signature, which is enough
for one person's bills; not in constant time, so keep it from neighbours who can measure.
"""
import base64
import hashlib
import http.client
import json
import re
import secrets
import signal
import urllib.request
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

P, N = 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
Q, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q
BASE_Y = 4 * pow(5, -1, Q) % Q


SCHEMAS = json.loads((Path(__file__).parents[2] / 'spec/schemas/messages.schema.json').read_text())['$defs']
SCHEMAS['EpochSeconds'].pop('maximum')  # too long a lifetime has a code of its own


class Refusal(Exception):
    """What is not believed or cannot be acted upon; its text is a code of spec/."""


def require(*checks):
    """Raises the code of the first (condition, code) that does not hold."""
    for holds, code in checks:
        if not holds:
            raise Refusal(code)


def sha(text):
    return b64(hashlib.sha256(text.encode()).digest())


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def unb64(text):
    """Canonical base64url alone (SIG-02)."""
    require((re.fullmatch(r'[A-Za-z0-9_-]*', text) and len(text) % 4 != 1, 'encoding'))
    data = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    require((b64(data) == text, 'encoding'))
    return data


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()


def thumbprint(jwk):
    return sha(compact({name: jwk[name] for name in ('crv', 'kty', 'x', 'y') if name in jwk}).decode())


def strict_json(data):
    """SIG-03 to SIG-05: one meaning or none."""
    try:
        text = data.decode()
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', '0', text, flags=re.S)
        depth = max(accumulate(((letter in '[{') - (letter in ']}') for letter in bare), initial=0))
        size = len(re.findall(r',|[\[{](?!\s*[\]}])', bare))
        require((not text.startswith('\ufeff'), 'json-utf8'), (depth <= 32, 'json-depth'), (size <= 2000, 'json-size'))
        value = json.loads(text, object_pairs_hook=_members, parse_float=_exact, parse_int=_exact, parse_constant=[].index)
        compact(value)
        return value
    except ValueError as error:
        codes = {UnicodeDecodeError: 'json-utf8', UnicodeEncodeError: 'json-surrogate'}
        raise Refusal(codes.get(type(error), 'json-syntax'))


def fault(value, schema, at=''):
    """JSON Schema 2020-12 as far as Parley uses it: the pointer of the first fault, or None."""
    if '$ref' in schema: return fault(value, SCHEMAS[schema['$ref'].rsplit('/', 1)[1]], at)
    types = {'object': dict, 'array': list, 'string': str, 'integer': int, 'boolean': bool, 'null': type(None)}
    kind, caps = schema.get('type'), {str: 'Length', list: 'Items', int: 'imum'}.get(type(value))
    length, pattern = len(value) if isinstance(value, (str, list)) else value, schema.get('pattern', '')
    if kind and type(value) is not types[kind] or value not in schema.get('enum', [schema.get('const', value)]) \
            or caps and not schema.get(f'min{caps}', length) <= length <= schema.get(f'max{caps}', length) \
            or type(value) is str and not re.search(re.sub(r'\$$', r'\\Z', pattern), value) \
            or 'oneOf' in schema and sum(fault(value, one) is None for one in schema['oneOf']) != 1: return at or '/'
    parts = [fault(value, one, at) for one in schema.get('allOf', [])]
    if type(value) is dict:
        known, is_closed = schema.get('properties', {}), schema.get('additionalProperties') is False
        parts += [f'{at}/{name}' for name in schema.get('required', []) if name not in value]
        parts += [f'{at}/{name}' for name in value if is_closed and name not in known]
        parts += [fault(value[name], known.get(name, {}), f'{at}/{name}') for name in value]
    if type(value) is list:
        parts += [fault(item, schema.get('items', {}), f'{at}/{index}') for index, item in enumerate(value)]
    return next(filter(None, parts), None)


def decode(jws):
    """Returns header, claims, signature and signing input of a compact JWS; nothing is believed yet."""
    require((len(jws) <= 65536, 'message-too-large'), (jws.count('.') == 2, 'serialization'))
    header, claims, signature = map(unb64, jws.split('.'))
    header, claims = read_header(header), strict_json(claims)
    require((type(claims) is dict, 'json-object'))
    return header, claims, signature, jws.rsplit('.', 1)[0]


def read_header(data):
    """SIG-06: exactly alg, typ and kid."""
    header = strict_json(data)
    require((type(header) is dict, 'json-object'))
    require((not {'crit', 'b64'} & {*header}, 'crit'), ({*header} <= {'alg', 'typ', 'kid'}, 'header'))
    require(*((type(header.get(name)) is str, name) for name in ('alg', 'typ', 'kid')))
    return header


def check_signature(keys, header, signed, signature):
    """Returns the one usable key of a set that signed (KEY-01, SIG-09, SIG-10)."""
    keys = [key for key in keys if type(key) is dict and key.get('kid') == header['kid']]
    require((len(keys) == 1 and header['kid'] == thumbprint(keys[0]), 'key-unknown'))
    jwk, kind = keys[0], (keys[0].get('kty'), keys[0].get('crv'))
    algorithms = {('EC', 'P-256'): ['ES256'], ('OKP', 'Ed25519'): ['Ed25519', 'EdDSA']}.get(kind, [])
    is_usable = jwk.get('use', 'sig') == 'sig' and 'verify' in jwk.get('key_ops', ['verify']) and 'd' not in jwk
    require((is_usable and jwk.get('alg', *algorithms[:1]) in algorithms, 'key-unknown'), (header['alg'] in algorithms, 'alg'))
    points = [unb64(jwk[name]) for name in ('x', 'y') if name in jwk]
    verifies = is_es256 if algorithms == ['ES256'] else is_ed25519
    require((verifies(*points, signed.encode(), signature), 'signature'))
    return jwk


def sign(kind, payload, private, jwk):
    """Returns the three parts of a JWS over the bytes of a payload."""
    header = compact({'alg': 'ES256', 'typ': f'parley-{kind}+jwt', 'kid': thumbprint(jwk)})
    parts = b64(header), b64(payload)
    return *parts, b64(sign_es256(private, '.'.join(parts).encode()))


def new_key():
    """Returns a private number and the two coordinates of its public point, 32 bytes each."""
    private = 1 + secrets.randbelow(N - 1)
    return private, *(part.to_bytes(32, 'big') for part in _times(private, G, _add_p256, None))


def sign_es256(private, data):
    """Returns r and s, 32 bytes each."""
    once = 1 + secrets.randbelow(N - 1)
    r = _times(once, G, _add_p256, None)[0] % N
    s = pow(once, -1, N) * (_number(data) + r * private) % N
    return r.to_bytes(32, 'big') + s.to_bytes(32, 'big')


def is_es256(x, y, data, signature):
    """Tells whether a point of P-256, two numbers of 32 bytes, signed the data."""
    x, y, r, s = (int.from_bytes(part, 'big') for part in (x, y, signature[:32], signature[32:]))
    is_on_curve = max(x, y) < P and (y * y - x**3 + 3 * x - B) % P == 0
    if len(signature) != 64 or not (is_on_curve and 0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    of_base = _times(_number(data) * inverse % N, G, _add_p256, None)
    found = _add_p256(of_base, _times(r * inverse % N, (x, y), _add_p256, None))
    return found is not None and found[0] % N == r


def is_ed25519(public, data, signature):
    """Tells whether a key of 32 bytes signed the data; refuses keys of small order and S of L or more."""
    point, commitment = _decompress(public), _decompress(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if len(signature) != 64 or point is None or commitment is None or s >= L:
        return False
    if _times(8, point, _add_edwards, (0, 1)) == (0, 1):
        return False
    challenge = hashlib.sha512(signature[:32] + public + data).digest()
    factor = int.from_bytes(challenge, 'little') % L
    base = _decompress(BASE_Y.to_bytes(32, 'little'))
    left = _times(s, base, _add_edwards, (0, 1))
    return left == _add_edwards(commitment, _times(factor, point, _add_edwards, (0, 1)))


def _members(pairs):
    names = {name for name, _ in pairs}
    require((len(names) == len(pairs), 'json-duplicate-name'))
    require((not names & {'__proto__', 'constructor', 'prototype'}, 'json-forbidden-name'))
    return dict(pairs)


def _exact(text):
    value, is_integer = float(text), re.fullmatch(r'-?\d+', text)
    require((Decimal(repr(value)) == Decimal(text) and (abs(value) < 2**53 or not is_integer), 'json-number'))
    return int(value) if value.is_integer() else value


def _number(data):
    return int.from_bytes(hashlib.sha256(data).digest(), 'big')


def _times(factor, point, add, neutral):
    result = neutral
    for bit in bin(factor)[2:]:
        result = add(result, result)
        result = add(result, point) if bit == '1' else result
    return result


def _add_p256(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0]**2 - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope**2 - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _add_edwards(a, b):
    product = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, Q) % Q
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, Q) % Q


def _decompress(data):
    y = int.from_bytes(data, 'little') & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    x = x if (x * x - square) % Q == 0 else x * pow(2, (Q - 1) // 4, Q) % Q
    is_negative = data[31] >> 7 if len(data) == 32 else None
    if is_negative is None or y >= Q or (x * x - square) % Q or x == 0 and is_negative:
        return None
    return x if x & 1 == is_negative else Q - x, y


class Plain(urllib.request.HTTPErrorProcessor):
    http_response = https_response = lambda self, request, response: response


def call(origin, url, body=None, cap=8 << 20):
    """One exchange with an origin alone: no redirects, bounded in bytes and in time."""
    require((url.startswith(f'{origin}/'), 'address'))
    fields = {'Accept': 'application/jose, application/jose+json' if body else 'application/json', 'Content-Type': 'application/jose'}
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError()))
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Plain)
        with opener.open(urllib.request.Request(url, body and body.encode(), fields)) as reply:
            data = reply.read(cap + 1)
            require((len(data) <= cap, 'unreachable'))
            return reply.status, reply.headers.get_content_type(), data, reply.headers.get('Retry-After') or ''
    except (OSError, http.client.HTTPException):
        raise Refusal('unreachable')
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
