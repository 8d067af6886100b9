"""Client of a Fieldgate gateway.

    from fieldgate import connect, read_agency

    with connect(read_agency("edu-county.json")) as gate:
        answer = gate.release(
            purpose="S1", case="EDU-1", officer="zhang.wei", reason="winter subsidy, grade 5",
            subjects=[{"match": {"id_number": number}}], fields=["name"],
        )
"""

from .agency import Agency, read_agency
from .client import Gateway, connect
from .errors import FieldgateError

__all__ = ["Agency", "FieldgateError", "Gateway", "connect", "read_agency"]
