"""Creates, repeats and deletes the two stacks in an AWS emulator and tells what came of each step, as JSON.

Usage: stacks.py ENDPOINT KEYS GATEWAY: files of templates.
"""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

endpoint, keys_file, gateway_file = sys.argv[1:]
access = dict(endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
# A creation that is asked for twice is refused.
access["config"] = Config(read_timeout=300, retries={"max_attempts": 0})
stacks, kms, iam, lambdas, dynamodb = (
    boto3.client(service, **access) for service in ("cloudformation", "kms", "iam", "lambda", "dynamodb")
)
# What `cdk bootstrap` leaves in an account.
boto3.client("ssm", **access).put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="28", Type="String")
with open(keys_file) as file:
    keys = file.read()
with open(gateway_file) as file:
    gateway = file.read()


def told(step):
    try:
        step()
        return "done"
    except (ClientError, ResponseParserError) as error:
        return str(error)[:200]


def create(name, body):
    return told(
        lambda: stacks.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    )


def left():
    listed = stacks.get_paginator("list_stack_resources").paginate(StackName="fieldgate-keys")
    made = {one.get("PhysicalResourceId") for page in listed for one in page["StackResourceSummaries"]}
    return {
        "keys": sum(key["KeyId"] in made for key in kms.list_keys()["Keys"]),
        "roles": sum(role["RoleName"] in made for role in iam.list_roles()["Roles"]),
        "functions": len(lambdas.list_functions()["Functions"]),
        "tables": len(dynamodb.list_tables()["TableNames"]),
    }


def delete(name):
    return told(lambda: stacks.delete_stack(StackName=name))


steps = {"gateway without keys": [create("fieldgate", gateway)]}
# The emulator undoes nothing.
delete("fieldgate")
steps["keys"] = [create("fieldgate-keys", keys), left()]
steps["gateway"] = [create("fieldgate", gateway), left()]
steps["gateway deleted"] = [delete("fieldgate"), left()]
steps["gateway again"] = [create("fieldgate", gateway), left()]
print(json.dumps(steps))
