"""Deploys a cloud assembly into an AWS emulator and tells what came of it, as JSON.

Usage: deploy.py ENDPOINT ASSEMBLY STACK FOLDER. Uploads the assets, creates the stack of keys and then STACK, and
unpacks the code of each function from where it was uploaded into FOLDER.
"""
import io
import json
import sys
import zipfile

from assembly import ACCOUNT, REGION, Assembly

endpoint, folder_of_assembly, name, folder = sys.argv[1:]
assembly = Assembly(endpoint, folder_of_assembly)
s3, functions, gateway, iam = (assembly.client(one, name) for one in ("s3", "lambda", "apigateway", "iam"))
bucket = assembly.bootstrap(name)
made = [assembly.create(f"{name}-keys"), assembly.create(name)]
template = {id: resource for resources, _ in made for id, resource in resources.items()}
resources = {id: physical for _, ids in made for id, physical in ids.items()}
status = {one: assembly.status(one) for one in (f"{name}-keys", name)}
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}


def resolved(value):
    if isinstance(value, list):
        return [resolved(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return PSEUDO[value["Ref"]]
    if "Fn::Join" in value:
        return "".join(resolved(value["Fn::Join"][1]))
    return {member: resolved(one) for member, one in value.items()}


apis = [id for id, resource in template.items() if resource["Type"] == "AWS::ApiGateway::RestApi"]
served = []
for logical in apis:
    document = resolved(template[logical]["Properties"]["Body"])
    api = resources[logical]
    gateway.put_rest_api(restApiId=api, mode="overwrite", failOnWarnings=True, body=json.dumps(document))
    for page in gateway.get_paginator("get_resources").paginate(restApiId=api):
        served += [resource["path"] for resource in page["items"]]
# What IAM there holds of each role, inline and attached.


def policies(role):
    inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline]
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)["PolicyVersion"]
        documents.append(found["Document"])
    return [statement for document in documents for statement in document["Statement"]]


roles = {
    logical: policies(resources[logical])
    for logical, resource in template.items()
    if resource["Type"] == "AWS::IAM::Role"
}
deployed = {}
for logical, resource in template.items():
    if resource["Type"] != "AWS::Lambda::Function":
        continue
    configuration = functions.get_function_configuration(FunctionName=resources[logical])
    code = s3.get_object(Bucket=bucket, Key=resource["Properties"]["Code"]["S3Key"])["Body"].read()
    unpacked = f"{folder}/{logical}"
    zipfile.ZipFile(io.BytesIO(code)).extractall(unpacked)
    deployed[logical] = {"environment": configuration.get("Environment", {}).get("Variables", {}), "code": f"{unpacked}/index.js"}
told = {"status": status, "served": served, "resources": resources, "functions": deployed, "roles": roles}
print(json.dumps(told))
