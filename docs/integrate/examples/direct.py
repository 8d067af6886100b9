"""Gets a token and a sealed answer without the sidecar. Needs python3-jwcrypto (Debian, or pip install jwcrypto)."""
import base64
import hashlib
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from jwcrypto import jwe, jwk, jws, jwt

with open(os.environ.get("KEY_FILE", ".fieldgate/agencies/edu-county.json")) as file:
    AGENCY = json.load(file)
ISSUER = AGENCY["issuer"]
SIGN = jwk.JWK(**AGENCY["sig"])
OPEN = jwk.JWK(**AGENCY["enc"])
# The officer who has logged in, here by `fieldgate login zhang.wei`. A name alone is shown less.
PERSON = None
# Made anew for each process and never stored: a token works together with this key only.
DPOP = jwk.JWK.generate(kty="EC", crv="P-256")
if os.path.exists(".fieldgate/login.json"):
    with open(".fieldgate/login.json") as file:
        login = json.load(file)
    PERSON = login["accessToken"]
    if "key" in login:  # the issuer has bound the login to it, so our tokens are bound to it, too
        DPOP = jwk.JWK(**login["key"])


def call(method, url, headers, data=None):
    """Returns (status, headers, bytes), also for 4xx and 5xx."""
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def signed(header, claims, key):
    token = jwt.JWT(header={"alg": "ES256", **header}, claims=claims)
    token.make_signed_token(key)
    return token.serialize()


def proof(method, url, token=None, nonce=None):
    """A DPoP proof: a new one for each request, retries included."""
    claims = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": int(time.time())}
    if token is not None:
        digest = hashlib.sha256(token.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if nonce is not None:
        claims["nonce"] = nonce
    return signed({"typ": "dpop+jwt", "jwk": DPOP.export_public(as_dict=True)}, claims, DPOP)


def get_token(details):
    url = ISSUER + "/oauth/token"
    nonce = None
    for _ in range(2):  # the first answer hands out the nonce
        now = int(time.time())
        me = {"iss": AGENCY["clientId"], "sub": AGENCY["clientId"], "aud": ISSUER}
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": signed(
                {"kid": AGENCY["sig"]["kid"]},
                {**me, "jti": secrets.token_urlsafe(16), "iat": now, "exp": now + 60},
                SIGN,
            ),
            "authorization_details": json.dumps([{"type": "fieldgate", **details}]),
        }
        if PERSON is not None:
            form["actor_token"] = PERSON
            form["actor_token_type"] = "urn:ietf:params:oauth:token-type:access_token"
        headers = {
            "dpop": proof("POST", url, nonce=nonce),
            "content-type": "application/x-www-form-urlencoded",
        }
        status, answered, body = call("POST", url, headers, urllib.parse.urlencode(form).encode())
        answer = json.loads(body)
        if answer.get("error") != "use_dpop_nonce":
            break
        nonce = answered["DPoP-Nonce"]
    if status != 200:
        sys.exit(f"no token: {answer.get('error')}")
    return answer["access_token"]


def open_sealed(text):
    """JWE to our key around a JWS of the gateway. Algorithms are pinned; ECDH-ES does not say who encrypted."""
    sealed = jwe.JWE(algs=["ECDH-ES", "A256GCM"])
    sealed.deserialize(text)
    if "zip" in sealed.jose_header:
        sys.exit("the gateway does not compress")
    sealed.decrypt(OPEN)
    inner = jws.JWS()
    inner.allowed_algs = ["ES256"]
    inner.deserialize(sealed.payload.decode())
    header = inner.jose_header
    _, _, keys = call("GET", ISSUER + "/.well-known/jwks.json", {})
    inner.verify(jwk.JWKSet.from_json(keys).get_key(header["kid"]))
    # The same key signs other agencies' answers.
    expected = ("fieldgate-release+jws", ISSUER, AGENCY["clientId"])
    if (header["typ"], header["iss"], header["aud"]) != expected:
        sys.exit("signed for another use or recipient")
    return json.loads(inner.payload)


def release(details, body):
    token = get_token({"actions": ["release"], **details})
    url = ISSUER + "/v1/releases"
    headers = {
        "authorization": "DPoP " + token,
        "dpop": proof("POST", url, token),
        "content-type": "application/json",
        "accept": "application/jose",
    }
    status, answered, answer = call("POST", url, headers, json.dumps(body).encode())
    if status != 200:
        problem = json.loads(answer)
        sys.exit(f"{problem['code']}: {problem.get('reason', '')}")
    return open_sealed(answer.decode())


if __name__ == "__main__":
    answer = release(
        {
            "purpose": os.environ.get("PURPOSE", "S1"),
            "officer": "zhang.wei",
            "reason": "winter subsidy, grade 5",
        },
        {
            "collection": "children",
            "subjects": [{"match": {"id_number": os.environ["ID_NUMBER"]}}],
            "fields": ["name", "school_name"],
        },
    )
    for result in answer["results"]:
        if "refused" in result:
            print("refused; quote log entry", result["receipt"]["entry"])
            continue
        for name, field in result["fields"].items():
            print(name, field["form"], field["value"])
        print("receipt", result["receipt"]["entry"])
