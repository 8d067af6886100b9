"""Deploys a cloud assembly into an AWS emulator and tells what came of it, as JSON.

Usage: deploy.py ENDPOINT ASSEMBLY STACK FOLDER. Uploads the assets, creates the stack of keys and then STACK, and
unpacks the code of each function from where it was uploaded into FOLDER.
"""
import io
import json
import os
import sys
import zipfile

import boto3

endpoint, assembly, name, folder = sys.argv[1:]
access = dict(endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
s3, stacks, functions = (boto3.client(service, **access) for service in ("s3", "cloudformation", "lambda"))
bucket = "cdk-hnb659fds-assets-123456789012-eu-west-1"

# What `cdk bootstrap` leaves in an account.
boto3.client("ssm", **access).put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="28", Type="String")
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


# Its CloudFormation ignores the document of an API, and refuses to deploy an API without one. Its API Gateway
# checks the document and makes its paths, so that comes after the stack.
LATER = {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage", "AWS::WAFv2::WebACLAssociation"}


def upload(name):
    with open(f"{assembly}/{name}.assets.json") as file:
        assets = json.load(file)["files"]
    for asset in assets.values():
        path = f"{assembly}/{asset['source']['path']}"
        if asset["source"]["packaging"] == "zip":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for member in sorted(os.listdir(path)):
                    archive.write(f"{path}/{member}", member)
            body = packed.getvalue()
        else:
            with open(path, "rb") as file:
                body = file.read()
        for destination in asset["destinations"].values():
            s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)


def create(name):
    """Uploads the assets of a stack and creates it. Returns its template, and logical to physical ids."""
    upload(name)
    with open(f"{assembly}/{name}.template.json") as file:
        template = json.load(file)
    later = {id for id, resource in template["Resources"].items() if resource["Type"] in LATER}
    told = lambda part: any(f'"{id}"' in json.dumps(part) for id in later)
    earlier = {
        **template,
        "Resources": {id: resource for id, resource in template["Resources"].items() if id not in later},
        "Outputs": {id: output for id, output in template["Outputs"].items() if not told(output)},
    }
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(earlier), Capabilities=["CAPABILITY_IAM"])
    pages = stacks.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if "PhysicalResourceId" in resource
    }
    return template["Resources"], resources


made = [create(f"{name}-keys"), create(name)]
template = {id: resource for resources, _ in made for id, resource in resources.items()}
resources = {id: physical for _, ids in made for id, physical in ids.items()}
status = {one: stacks.describe_stacks(StackName=one)["Stacks"][0]["StackStatus"] for one in (f"{name}-keys", name)}
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}


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


gateway = boto3.client("apigateway", **access)
apis = [id for id, resource in template.items() if resource["Type"] == "AWS::ApiGateway::RestApi"]
served = []
for logical in apis:
    document = resolved(template[logical]["Properties"]["Body"])
    api = resources[logical]
    gateway.put_rest_api(restApiId=api, mode="overwrite", failOnWarnings=True, body=json.dumps(document))
    for page in gateway.get_paginator("get_resources").paginate(restApiId=api):
        served += [resource["path"] for resource in page["items"]]
# What IAM there holds of each role, inline and attached.
iam = boto3.client("iam", **access)


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
