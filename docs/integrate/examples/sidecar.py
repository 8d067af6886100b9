"""Asks for a child's name and school through the sidecar. Needs Python 3 and nothing else."""
import json
import os
import sys
import urllib.error
import urllib.request

SIDECAR = os.environ.get("SIDECAR", "http://127.0.0.1:8790")


def ask(path, body=None):
    """A POST where there is a body, else a GET. Returns (status, JSON)."""
    headers = {"content-type": "application/json"}
    if "FIELDGATE_SIDECAR_SECRET" in os.environ:
        headers["authorization"] = "Bearer " + os.environ["FIELDGATE_SIDECAR_SECRET"]
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SIDECAR + path, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


status, answer = ask("/release", {
    "purpose": os.environ.get("PURPOSE", "S1"),
    "officer": "zhang.wei",
    "reason": "winter subsidy, grade 5",
    "subjects": [{"match": {"id_number": os.environ["ID_NUMBER"]}}],
    "fields": ["name", "school_name"],
})
if status == 202:
    sys.exit(f"the owners have to approve it first: request {answer['id']}")
if status != 200:
    # ANSWER_LOST: it may have happened. Look at the log before asking again.
    sys.exit(f"{answer['code']}: {answer.get('reason') or answer.get('message', '')}")

for result in answer["results"]:
    if "refused" in result:
        print("refused; quote log entry", result["receipt"]["entry"])
        continue
    for name, field in result["fields"].items():
        print(name, field["form"], field["value"])
    status, checked = ask("/receipt", {"receipt": result["receipt"], "wait": 90000})
    print("logged at", checked["place"]["index"], "of", checked["place"]["size"])

status, report = ask("/intake", {
    "records": [{"match": {"local_id": "PY-1"}, "fields": {"school_name": {"school": "清河县第二小学", "class": "三年级2班"}}}],
    "dryRun": True,
})
# A record may be stored in part: `refused` names the fields that were not.
faulty = [one for one in report["results"] if "problem" in one or one.get("refused")]
if status != 200 or faulty:
    sys.exit(f"intake: {faulty or report}")
print("intake", len(report["results"]), "well-formed")
