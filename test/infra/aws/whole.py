"""Creates every stack of a cloud assembly in an AWS emulator and tells what came of it, as JSON: whole.py ENDPOINT ASSEMBLY."""
import json
import sys
from collections import Counter

from assembly import Assembly

assembly = Assembly(*sys.argv[1:])
told = {}
# CloudTrail looks at the bucket of the log account, and the second stack imports what the first exports.
for name in sorted(assembly.places, key=lambda one: not one.endswith(("-archive", "-keys"))):
    template, made = assembly.create(name)
    count = lambda there: Counter(one["Type"] for id, one in template.items() if (id in made) == there)
    lambdas, dynamodb = assembly.client("lambda", name), assembly.client("dynamodb", name)
    ours = lambda listed: len(set(listed) & set(made.values()))
    told[name] = {
        "status": assembly.status(name),
        "place": assembly.places[name],
        "made": count(True),
        "unmade": count(False),
        # As the services themselves list them.
        "functions": ours(one["FunctionName"] for one in lambdas.list_functions()["Functions"]),
        "tables": ours(dynamodb.list_tables()["TableNames"]),
    }
print(json.dumps(told))
