"""Keys as the gateway reads them."""

import unittest

from joserfc.jwk import ECKey

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


if __name__ == "__main__":
    unittest.main()
