"""Keys as the gateway reads them."""

import sys
import unittest
from unittest.mock import patch

from joserfc.jwk import ECKey

from fieldgate import Agency, FieldgateError, connect
from fieldgate.tokens import public_jwk

#: Its x begins with a zero byte, as one key of 256 does.
SHORT = {
    "kty": "EC",
    "crv": "P-256",
    "x": "AG5yP3glYxVJYOUY9GJkcFFnNTlBernjEKbZWWQVlDk",
    "y": "mywiOHrjzUg2WiG66uNvKLvDSHFyUyltIwSC2foInMs",
    "d": "LgvK7oDAYFSi_MHJeC0C-6324dfOZM2Lmq-ueNkulcM",
}


class ProofKey(unittest.TestCase):
    def test_keeps_the_leading_zeros_of_a_coordinate(self):
        jwk = public_jwk(ECKey.import_key(SHORT))
        self.assertEqual((jwk["x"], jwk["y"]), (SHORT["x"], SHORT["y"]))


class HybridKey(unittest.TestCase):
    def test_without_what_opens_its_answers_nothing_is_asked(self):
        def asked(*_):
            self.fail("the gateway was asked")

        agency = Agency("edu-county", "https://gateway.test", SHORT, SHORT, hybrid={"kty": "AKP", "alg": "X-Wing", "priv": ""})
        absent = {"cryptography.hazmat.primitives.hpke": None}
        with patch.dict(sys.modules, absent), patch("fieldgate.wire.Wire.__init__", asked):
            with self.assertRaises(FieldgateError) as refused:
                connect(agency)
        self.assertEqual(refused.exception.code, "NO_ENCRYPTION_KEY")


if __name__ == "__main__":
    unittest.main()
