"""The package against a running gateway with sample data. KEYS is its folder of key files, ID_NUMBER a child,
FIELDGATE the command line."""

import base64
import hashlib
import json
import os
import re
import secrets
import shlex
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import httpx

from fieldgate import Agency, FieldgateError, connect, read_agency
from fieldgate.errors import of_problem
from fieldgate.notes import open_checkpoint
from fieldgate.sealed import asked_of, open_sealed
from fieldgate.tree import root_of
from fieldgate.witnesses import parse_policy

KEYS = Path(os.environ["KEYS"])
PERSON = json.loads((KEYS.parent / "login.json").read_text(encoding="utf-8"))
NUMBER = os.environ["ID_NUMBER"]
#: A well-formed number of which no record exists.
UNKNOWN = "99000120130506001X"
WHY = {"purpose": "S1", "officer": "zhang.wei", "reason": "winter subsidy, grade 5"}


def login(officer):
    """In a folder of its own, so that it leaves the login of the other tests alone."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".fieldgate").mkdir()
        issuer = read_agency(KEYS / "edu-county.json").issuer
        subprocess.run([*shlex.split(os.environ["FIELDGATE"]), "login", officer, "--url", issuer], cwd=folder, check=True)
        return json.loads((Path(folder) / ".fieldgate" / "login.json").read_text(encoding="utf-8"))


def subject(number=NUMBER):
    return {"match": {"id_number": number}}


class Release(unittest.TestCase):
    def setUp(self):
        self.gate = connect(read_agency(KEYS / "edu-county.json"), actor=PERSON)
        self.addCleanup(self.gate.__exit__)

    def test_gives_what_the_purpose_allows_and_a_receipt_that_holds(self):
        answer = self.gate.release(**WHY, subjects=[subject()], fields=["name", "school_name"])
        [result] = answer["results"]
        self.assertEqual(result["fields"]["name"]["form"], "plain")
        self.assertTrue(result["fields"]["name"]["value"])
        checked = self.gate.check_receipt(result["receipt"], wait=90)
        self.assertLess(checked["place"]["index"], checked["place"]["size"])

    def test_an_officer_who_is_only_named_is_shown_nothing(self):
        with connect(read_agency(KEYS / "edu-county.json")) as gate:
            with self.assertRaises(FieldgateError) as caught:
                gate.release(**WHY, subjects=[subject()], fields=["name"])
        self.assertEqual(caught.exception.code, "PERSON_REQUIRED")

    def test_a_changed_receipt_does_not_hold(self):
        answer = self.gate.release(**WHY, subjects=[subject()], fields=["name"])
        receipt = answer["results"][0]["receipt"]
        self.gate.check_receipt(receipt, wait=90)
        other = self.gate.release(**WHY, subjects=[subject()], fields=["name"])["results"][0]["receipt"]
        with self.assertRaises(FieldgateError) as caught:
            self.gate.check_receipt({**receipt, "leafHash": other["leafHash"]}, wait=90)
        self.assertEqual(caught.exception.code, "RECEIPT_INVALID")

    def test_a_receipt_with_another_signature_does_not_hold(self):
        ask = {**WHY, "subjects": [subject()], "fields": ["name"]}
        receipt, other = (self.gate.release(**ask)["results"][0]["receipt"] for _ in range(2))
        with self.assertRaises(FieldgateError) as caught:
            self.gate.check_receipt({**receipt, "signature": other["signature"]}, wait=90)
        self.assertEqual(caught.exception.code, "RECEIPT_INVALID")

    def test_a_receipt_has_its_witnesses_by_the_readers_own_policy(self):
        policy = (KEYS.parent / "witness" / "policy").read_text(encoding="utf-8")
        receipt = self.gate.release(**WHY, subjects=[subject()], fields=["name"])["results"][0]["receipt"]

        def witnessed(text, wait, fresh=None):
            with connect(read_agency(KEYS / "edu-county.json"), actor=PERSON, policy=text, fresh=fresh) as gate:
                return gate.check_receipt(receipt, wait=wait)["witnessed"]

        said = witnessed(policy, 150, 600)
        self.assertIsNone(said["fault"])
        self.assertGreaterEqual(len(said["by"]), 2)
        self.assertEqual(witnessed(policy, 0, -600)["fault"], "OLD")
        [name] = re.findall("^witness (mca-county) ", policy, re.MULTILINE)
        key = base64.b64encode(b"\x04" + bytes(32)).decode()
        key_id = hashlib.sha256(b"nobody\n\x04" + bytes(32)).digest()[:4].hex()
        stranger = re.sub(f"^witness {name} .*$", f"witness {name} nobody+{key_id}+{key}", policy, flags=re.MULTILINE)
        self.assertEqual(witnessed(stranger.replace("departments 2", "departments all"), 0)["fault"], "FEW")
        log = re.compile("^log .*$", re.MULTILINE)
        other = log.sub(f"log nobody+{hashlib.sha256(bytes.fromhex('6e6f626f64790a01') + bytes(32)).digest()[:4].hex()}+{base64.b64encode(bytes([1]) + bytes(32)).decode()}", policy)
        with self.assertRaises(FieldgateError) as caught:
            witnessed(other, 0)
        self.assertEqual(caught.exception.code, "RECEIPT_INVALID")
        for bent in (policy.replace("quorum departments", "quorum none"), policy.replace("departments 2", "departments 4"), policy + "quorum departments\n"):
            with self.assertRaises(ValueError):
                parse_policy(bent)

    def test_a_list_goes_on_after_an_interruption_and_asks_nobody_twice(self):
        people = [subject(), subject(UNKNOWN), subject()]
        with tempfile.TemporaryDirectory() as folder:
            journal = Path(folder) / "list.ndjson"
            ask = {**WHY, "fields": ["name"], "size": 1, "journal": journal}
            rows = self.gate.release_list(people, **ask)
            first = next(rows)
            rows.close()
            again = list(self.gate.release_list(people, **ask))
            self.assertEqual(again[0], first)
            self.assertEqual([("refused" in row) for _, row in again], [False, True, False])
            self.assertEqual(list(self.gate.release_list(people, **ask)), again)
            self.assertEqual(journal.stat().st_mode & 0o777, 0o600)
            self.assertNotIn(NUMBER, journal.read_text(encoding="utf-8"))
            # As if the process had ended between the second request and its answer.
            lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
            journal.write_text("".join(lines[:4]), encoding="utf-8")
            lost = dict(self.gate.release_list(people, **ask))
            self.assertEqual((lost[0], lost[1]), (first[1], {"lost": True}))
            self.assertEqual(lost[2]["fields"]["name"]["form"], "plain")
            with self.assertRaises(ValueError):
                list(self.gate.release_list(people[:2], **ask))

    def test_a_sealed_answer_is_opened_and_verified(self):
        answer = self.gate.release(**WHY, subjects=[subject()], fields=["name"], sealed=True)
        self.assertEqual(answer["results"][0]["fields"]["name"]["form"], "plain")

    def test_an_unknown_person_is_refused_in_the_same_words_as_any_other(self):
        [result] = self.gate.release(**WHY, subjects=[subject(UNKNOWN)], fields=["name"])["results"]
        self.assertEqual(result["refused"]["code"], "REFUSED")
        self.assertNotIn("fields", result)

    def test_a_list_keeps_its_order(self):
        asked = [subject(), subject(UNKNOWN), subject()]
        results = list(self.gate.release_list(asked, size=2, fields=["name"], **WHY))
        self.assertEqual([position for position, _ in results], [0, 1, 2])
        self.assertEqual(["refused" in result for _, result in results], [False, True, False])

    def test_what_the_gateway_refuses_has_its_code(self):
        with self.assertRaises(FieldgateError) as caught:
            self.gate.release(**{**WHY, "purpose": "W1"}, subjects=[subject()])
        self.assertEqual((caught.exception.status, caught.exception.code), (403, "PURPOSE_NOT_FOR_ROLE"))
        self.assertNotIn(NUMBER, str(caught.exception))

    def test_an_intake_answers_each_record(self):
        good = {"match": {"local_id": "PY-1"}, "fields": {"school_name": {"school": "清河县第二小学", "class": "三年级2班"}}}
        wrong = {"match": {"local_id": "PY-2"}, "fields": {"grade": "grade-5"}}
        (_, taken), (_, refused) = self.gate.intake([good, wrong], dry_run=True)
        self.assertFalse(taken.get("refused") or taken.get("problem"))
        self.assertIn("FIELD_UNKNOWN", json.dumps(refused))

    def test_the_catalogue_and_whoami_are_read(self):
        self.assertEqual(self.gate.read_self()["clientId"], "edu-county")
        self.assertIn("S1", [purpose["code"] for purpose in self.gate.read_catalogue()["purposes"]])


class Approval(unittest.TestCase):
    """Two officers and their offices: `login` signs in as the command line does, and gives the token."""

    def gate(self, agency, officer):
        gate = connect(read_agency(KEYS / f"{agency}.json"), actor=login(officer))
        self.addCleanup(gate.__exit__)
        return gate

    def test_a_release_files_a_request_that_is_approved_and_collected(self):
        court, police = self.gate("court-county", "wu.jun"), self.gate("mps-county", "liu.yang")
        why = {"officer": "wu.jun", "reason": "hearing of the case"}
        with self.assertRaises(FieldgateError) as caught:
            court.release(
                purpose="J1", case="CR-PY-1", subjects=[subject()], fields=["name"],
                context={"instrument": "WRIT-PY-1"}, **why,
            )
        self.assertEqual(caught.exception.code, "APPROVAL_PENDING")
        filed = caught.exception.filed["id"]
        [seen] = [one["entry"] for one in police.requests("received") if one["id"] == filed]
        with self.assertRaises(FieldgateError) as early:
            list(court.collect(filed, [subject()], **why))
        self.assertEqual(early.exception.code, "NO_APPROVAL")
        police.approve_request(filed, {"officer": "liu.yang", "reason": "the writ names this child", "entry": seen})
        [(position, result)] = court.collect(filed, [subject()], **why)
        self.assertEqual((position, result["fields"]["name"]["form"]), (0, "plain"))
        self.assertIsInstance(list(court.tasks(state="open")), list)


class Verify(unittest.TestCase):
    def test_an_unknown_person_is_not_confirmed(self):
        with connect(read_agency(KEYS / "charity-sunrise.json")) as gate:
            answer = gate.verify(
                purpose="C1", programme="spring-bud", subject=subject(UNKNOWN), case="P-1",
                officer="a", reason="school grant",
            )
            self.assertEqual(answer["outcome"], "NOT_CONFIRMED")
            self.assertTrue(answer["attestation"])


class SubmittedList(unittest.TestCase):
    def test_the_gateway_checks_it_by_itself_and_each_row_has_the_answer_of_a_single_check(self):
        words = {"purpose": "C1", "case": "PY-1", "officer": "shen.yi", "reason": "school grant"}
        job = {**words, "programme": "warm-home"}
        # A number that is none is known by its last part alone.
        people = [subject(UNKNOWN)] * 50 + [subject("1")]
        list_id = secrets.token_urlsafe(16)
        with connect(read_agency(KEYS / "charity-sunrise.json")) as gate:
            with self.assertRaises(FieldgateError) as early:
                gate.list_state(list_id, **words)
            self.assertEqual(early.exception.code, "NOT_FOUND")
            for _ in ("submitted", "submitted again, because the answer was lost"):
                state = gate.submit_list(list_id, people, **job)
                self.assertEqual((state["rows"], state["parts"]), (51, 2))
            while state["state"] == "open":
                time.sleep(0.5)
                state = gate.list_state(list_id, **words)
            self.assertEqual((state["state"], state["done"]), ("done", 2))
            rows = [row for part in (0, 1) for row in gate.list_results(list_id, part, **job)]
            self.assertEqual([position for position, _ in rows], list(range(51)))
            self.assertEqual(rows[0][1]["verification"]["outcome"], "NOT_CONFIRMED")
            self.assertEqual(rows[50][1]["invalid"][0]["path"], "/subject/match/id_number")
            with self.assertRaises(FieldgateError) as other:
                list(gate.list_results(list_id, 0, **{**job, "programme": "spring-bud"}))
            self.assertEqual(other.exception.code, "ANSWER_INVALID")
            gate.end_list(list_id, **words)
            with self.assertRaises(FieldgateError) as gone:
                gate.list_state(list_id, **words)
            self.assertEqual(gone.exception.code, "NOT_FOUND")


class Tasks(unittest.TestCase):
    def test_are_taken_in_hand_and_given_back(self):
        with connect(read_agency(KEYS / "mca-county.json"), actor=login("zhao.min")) as gate:
            task = next(gate.tasks(state="open"))["id"]
            self.assertTrue(gate.take_task(task, {})["task"]["assignee"]["mine"])
            self.assertEqual([one["id"] for one in gate.tasks(mine="yes")], [task])
            self.assertNotIn("assignee", gate.give_back_task(task, {})["task"])


class Cases(unittest.TestCase):
    """Operations that the client has from the document alone."""

    def test_a_case_is_opened_listed_and_closed(self):
        why = {"officer": "zhao.min", "reason": "change, as a neighbour says"}
        with connect(read_agency(KEYS / "mca-county.json"), actor=login("zhao.min")) as gate:
            body = {"purpose": "W1", "case": f"PY-{secrets.token_hex(4)}", "subjects": [subject()], "officers": ["zhao.min"], **why}
            opened = gate.open_case(body)["case"]
            self.assertEqual((opened["state"], opened["opened"]["officer"]), ("waiting", "zhao.min"))
            waiting = gate.list_cases(state="waiting")["cases"]
            self.assertIn(opened["id"], [one["id"] for one in waiting])
            self.assertEqual(gate.close_case(opened["id"], why)["case"]["state"], "closed")


class Refusals(unittest.TestCase):
    def test_a_foreign_key_gets_no_token(self):
        own, other = (json.loads((KEYS / f"{name}.json").read_text()) for name in ("edu-county", "mps-county"))
        with connect(Agency(own["clientId"], own["issuer"], other["sig"])) as gate:
            with self.assertRaises(FieldgateError) as caught:
                gate.read_self()
        self.assertEqual(caught.exception.oauth, "invalid_client")

    def test_another_agency_cannot_open_a_sealed_answer(self):
        agency, other = read_agency(KEYS / "edu-county.json"), read_agency(KEYS / "mca-county.json")
        seen = []

        class Tap(httpx.HTTPTransport):
            def handle_request(self, request):
                answer = super().handle_request(request)
                if request.url.path == "/v1/releases":
                    answer.read()
                    seen.append((answer.text, asked_of("POST", "/v1/releases", request.content)))
                return answer

        with connect(agency, transport=Tap(), actor=PERSON) as gate:
            gate.release(**WHY, subjects=[subject()], fields=["name"], sealed=True)
            keys = gate._wire.keys()
        text, asked = seen[0]
        self.assertTrue(open_sealed(text, agency.enc, keys, agency.issuer, agency.client_id, asked, time.time()))
        for other_asked, now in ((asked[::-1], time.time()), (asked, time.time() + 3600)):
            with self.assertRaises(FieldgateError) as caught:
                open_sealed(text, agency.enc, keys, agency.issuer, agency.client_id, other_asked, now)
            self.assertEqual(caught.exception.code, "ANSWER_REPLAYED")
        for wrong in ((other.enc, agency.client_id), (agency.enc, other.client_id)):
            with self.assertRaises(FieldgateError):
                open_sealed(text, wrong[0], keys, agency.issuer, wrong[1], asked, time.time())

    def test_a_lost_answer_of_a_release_is_not_sent_again(self):
        sent = []

        class Losing(httpx.HTTPTransport):
            def handle_request(self, request):
                if request.url.path == "/v1/releases":
                    sent.append(request)
                    raise httpx.ReadError("lost", request=request)
                return super().handle_request(request)

        with connect(read_agency(KEYS / "edu-county.json"), transport=Losing(), actor=PERSON) as gate:
            with self.assertRaises(FieldgateError) as caught:
                gate.release(**WHY, subjects=[subject()], fields=["name"])
        self.assertEqual((caught.exception.code, len(sent)), ("ANSWER_LOST", 1))

    def test_a_desk_finds_its_reference_and_a_charity_reads_the_programmes(self):
        about = {"officer": "chen.jing", "reason": "the mother asks"}
        with connect(read_agency(KEYS / "desk-county.json"), actor=login("chen.jing")) as gate:
            self.assertTrue(gate.find_subject({"subject": subject(), **about})["ref"])
            with self.assertRaises(FieldgateError) as caught:
                gate.find_subject({"subject": subject(UNKNOWN), **about})
        self.assertEqual(caught.exception.code, "REFUSED")
        with connect(read_agency(KEYS / "charity-sunrise.json")) as gate:
            self.assertIn("spring-bud", [one["name"] for one in gate.list_programmes(grant={"actions": ["verify"], "purpose": "C1"})["programmes"]])

    def test_a_refused_form_names_its_places(self):
        body = {"code": "INVALID_REQUEST", "detail": "no match", "errors": [{"path": "/fields/0", "message": "unknown"}]}
        self.assertEqual(str(of_problem(400, body, None)), "INVALID_REQUEST: no match; /fields/0 unknown")

    def test_no_connection_names_the_address_and_nothing_else(self):
        agency = read_agency(KEYS / "edu-county.json")
        lost = Agency(agency.client_id, "http://127.0.0.1:1", agency.sig)
        with self.assertRaises(FieldgateError) as caught:
            connect(lost)
        self.assertEqual(
            str(caught.exception.args[0]),
            "UNREACHABLE: the gateway at http://127.0.0.1:1 cannot be reached ([Errno 111] Connection refused)",
        )

    def test_keys_are_never_shown(self):
        agency = read_agency(KEYS / "edu-county.json")
        self.assertNotIn(agency.sig["d"], repr(agency))


class Proofs(unittest.TestCase):
    def test_a_wrong_path_does_not_lead_to_the_root(self):
        with self.assertRaises(ValueError):
            root_of(b"\0" * 32, 0, 2, [])
        with self.assertRaises(ValueError):
            root_of(b"\0" * 32, 2, 2, [b"\0" * 32])

    def test_a_checkpoint_without_signature_is_refused(self):
        with self.assertRaises(ValueError):
            open_checkpoint("log\n1\nAAAA\n\n", "log+00000000+AQ==")


if __name__ == "__main__":
    unittest.main()
